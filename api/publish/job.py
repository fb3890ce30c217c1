"""What is done every few minutes whoever is looking: letting go of what is kept no longer than it is promised to be."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from api.publish import feedback, outbox, picture, subscription
from api.publish.database import Updates
from api.publish.question import retention
from api.settings import ApiSettings
from geo.errors import YourAreaError

logger = logging.getLogger(__name__)

Job = Callable[[Updates, ApiSettings, datetime], object]

SENT_DAYS = 90  # longer than anything is news, so that nothing is told twice


def _subscriptions(updates: Updates, _settings: ApiSettings, now: datetime) -> None:
    subscription.prune(updates, now)


def _mails(updates: Updates, _settings: ApiSettings, now: datetime) -> None:
    outbox.prune(updates, now - timedelta(days=SENT_DAYS))


def _messages(updates: Updates, settings: ApiSettings, now: datetime) -> None:
    feedback.prune(updates, settings.feedback_days, now)


def _pictures(updates: Updates, _settings: ApiSettings, now: datetime) -> None:
    with updates.writing() as connection:
        picture.prune(connection, now)


JOBS: tuple[Job, ...] = (_subscriptions, _mails, _messages, _pictures, retention.prune)  # a new one is one more here


def do_jobs(updates: Updates, settings: ApiSettings, now: datetime, jobs: Sequence[Job] = JOBS) -> None:
    """Do each, where there is a database; what is wrong with one keeps no other back."""
    for job in jobs if updates.current() else ():
        try:
            job(updates, settings, now)
        except (YourAreaError, SQLAlchemyError) as error:
            logger.error("%s could not be done: %s", job.__name__, type(error).__name__, exc_info=error)
