"""Sending what waits in the outbox, one mail after another: at least once, and at most twice where one is killed."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from api.publish import outbox, subscription
from api.publish.database import Updates
from api.publish.letter import Letter, message_of
from api.publish.outbox import LEASE, Taken
from api.publish.post import Fate, Line, Post
from api.publish.secret import Secrets
from geo.errors import Busy, DamagedFile

logger = logging.getLogger(__name__)

Compose = Callable[
    [Connection, Taken], Letter | None
]  # what a mail says now; `None`: there is nothing to tell any more
_GONE = "nothing to tell"
_UNREADABLE = "unreadable"
_PATIENCE = 2  # further tries to note that a mail was delivered, each of half a minute


class Sender:
    """Sends mails. Several may work on one database: a lease keeps each from what another has in hand.

    Args:
        updates: where the outbox is.
        secrets: to read addresses with.
        post: where mails are handed over.
        compose: words those that are composed when they are sent.
        worker: names this sender among others.
        lease: how long a mail is in its hands at most.
    """

    def __init__(
        self,
        updates: Updates,
        secrets: Secrets,
        post: Post,
        compose: Compose,
        worker: str,
        lease: timedelta = LEASE,
    ) -> None:
        self._updates, self._secrets, self._post, self._compose = updates, secrets, post, compose
        self._worker, self._lease = worker, lease
        self._line = Line(post)

    async def send_next(self, now: datetime) -> Fate | None:
        """Send the mail that has waited longest; `None` where none is due."""
        found = outbox.take(self._updates, self._worker, now, lease=self._lease)
        if not found:
            return None
        [taken] = found
        written = self._written(taken, now)
        if isinstance(written, str):
            outbox.failed(self._updates, taken, now, written, for_good=True)
            return Fate.REFUSED
        delivery = await self._line.send(*written)
        match delivery.fate:
            case Fate.DELIVERED:
                self._note_delivered(taken, now)
            case Fate.AWAY:
                outbox.give_back(self._updates, taken, delivery.trouble)
                logger.warning("The mail server cannot be used: %s.", delivery.trouble)
            case _:
                for_good = delivery.fate is not Fate.LATER
                over = outbox.failed(self._updates, taken, now, delivery.trouble, for_good=for_good)
                logger.info("A mail was refused: %s%s.", delivery.trouble, ", for good" if over else "")
        if delivery.fate is Fate.NO_SUCH_ADDRESS and taken.subscription_id is not None:
            subscription.end(self._updates, taken.subscription_id)
        return delivery.fate

    def _note_delivered(self, taken: Taken, now: datetime) -> None:
        """Close the row, while the lease lasts and however busy the database is: what is not noted is sent again."""
        for _ in range(_PATIENCE):
            try:
                return outbox.done(self._updates, taken, now)
            except Busy:
                logger.warning("A mail was delivered, and the database is too busy to be told so.")
        return outbox.done(self._updates, taken, now)

    async def hang_up(self) -> None:
        """Nothing is sent for a while."""
        await self._line.hang_up()

    def _written(self, taken: Taken, now: datetime) -> tuple[str, bytes] | str:
        """To whom and what, or why it cannot be sent."""
        try:
            to, letter = self._secrets.show(taken.address), self._letter(taken)
        except DamagedFile:
            logger.exception("A mail cannot be read with the keys that are held.")
            return _UNREADABLE
        if letter is None:
            return _GONE
        message_id = f"{taken.message_id}@{self._post.domain}"
        return to, message_of(letter, self._post.sender, to, message_id, now)

    def _letter(self, taken: Taken) -> Letter | None:
        if taken.subject:
            return Letter(taken.subject, self._secrets.show(taken.body), taken.headers)
        with self._updates.reading() as connection:
            return self._compose(connection, taken)
