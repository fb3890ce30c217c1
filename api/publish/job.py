"""What is done every few minutes whoever is looking: letting go of what is kept no longer than it is promised to be."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from api.publish import outbox, subscription
from api.publish.database import Updates
from geo.errors import YourAreaError

logger = logging.getLogger(__name__)

Job = Callable[[Updates, datetime], object]

SENT_DAYS = 90  # longer than anything is news, so that nothing is told twice


def _let_go_of_mails(updates: Updates, now: datetime) -> None:
    outbox.prune(updates, now - timedelta(days=SENT_DAYS))


JOBS: tuple[Job, ...] = (subscription.prune, _let_go_of_mails)  # a new one is a function more here


def do_jobs(updates: Updates, now: datetime, jobs: Sequence[Job] = JOBS) -> None:
    """Do each, where there is a database; what is wrong with one keeps no other back."""
    for job in jobs if updates.current() else ():
        try:
            job(updates, now)
        except (YourAreaError, SQLAlchemyError) as error:
            logger.error("%s could not be done: %s", job.__name__, type(error).__name__, exc_info=error)
