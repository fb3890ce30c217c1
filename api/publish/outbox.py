"""The queue of e-mails: put there with what they tell of, in one transaction, and sent at least once.

A row is leased before it is sent and closed as soon as the mail server has taken the mail. Whoever is killed between
the two leaves a lease that runs out: the mail goes again, under the same Message-ID, and none is lost. Addresses and
texts are encrypted, and gone when the row is closed.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from api.publish.database import Updates
from api.publish.mail_address import one_line
from api.publish.secret import Secrets
from api.publish.staff_table import OUTBOX

MOST_TRIES = 16  # with the waits between them two days
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
LATE, LATELY = timedelta(hours=1), timedelta(days=1)
LEASE = timedelta(minutes=3)  # longer than sending one mail may take
_EMPTIED: dict[str, Any] = {"address": "", "body": "", "headers": {}, "taken_until": None, "taken_by": None}


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail that is somebody's to send until the lease ends.

    Attributes:
        id: of its row.
        reference: of what it tells.
        message_id: what stands before the @ of its Message-ID, at every try the same.
        subscription_id: for which it is; `None` where it is for none.
        address: to whom, encrypted.
        subject: empty, as `body` is, where it is composed when it is sent.
        body: plain text, encrypted.
        headers: besides those that every mail has.
        tries: which this is, from 1.
    """

    id: int
    reference: str
    message_id: str
    subscription_id: int | None
    address: str
    subject: str
    body: str
    headers: Mapping[str, str]
    tries: int


class Standing(NamedTuple):
    """How a queue stands: how many wait, how many of them for longer than an hour, and how many were given up today."""

    waiting: int
    late: int
    given_up: int


def enqueue(
    connection: Connection,
    secrets: Secrets,
    reference: str,
    to: str,
    subject: str,
    body: str,
    headers: Mapping[str, str],
    due_at: datetime,
    subscription_id: int | None = None,
) -> bool:
    """Put a mail into the queue, if nothing with its reference was put there before.

    Args:
        connection: of the transaction that does what the mail tells of.
        secrets: to encrypt with.
        reference: of what is told to whom, such as `answer/31`; it never holds an address.
        to: one address.
        subject: in one line.
        body: plain text; its paragraphs, lists and links become HTML beside it.
        headers: such as `Content-Language`, each in one line.
        due_at: not before then.
        subscription_id: for which it is; it goes when that goes.

    Returns:
        Whether it is new.

    Raises:
        UnreadableSource: a line break or another control character where one would make a header of its own.
    """
    for line in (to, subject, *headers, *headers.values()):
        one_line(line)
    told = {"subject": subject, "body": secrets.hide(body), "headers": dict(headers)}
    return _enter(connection, reference, secrets.hide(to), told, due_at, subscription_id)


def enqueue_told(
    connection: Connection, reference: str, hidden_address: str, due_at: datetime, subscription_id: int
) -> bool:
    """The same of a mail of a subscription, which is composed from its reference when it is sent."""
    told = {"subject": "", "body": "", "headers": {}}
    return _enter(connection, reference, hidden_address, told, due_at, subscription_id)


def take(updates: Updates, worker: str, now: datetime, n: int = 1, lease: timedelta = LEASE) -> list[Taken]:
    """Lease mails that are due, those first that have waited longest.

    Args:
        updates: where they are.
        worker: who takes them.
        now: the moment, with its zone.
        n: how many at most. Who takes several must send them all before the lease ends.
        lease: how long nobody else takes them.
    """
    held = OUTBOX.c
    free = or_(held.taken_until.is_(None), held.taken_until <= now)
    waiting = (held.sent_at.is_(None), held.given_up_at.is_(None), held.due_at <= now, free)
    asked = select(OUTBOX).where(*waiting).order_by(held.due_at, held.id).limit(n)
    with updates.reading() as connection:  # most often there is none, and then nobody has to wait for a writer
        if connection.execute(asked).first() is None:
            return []
    with updates.writing() as connection:
        rows = connection.execute(asked.with_for_update(skip_locked=True)).all()
        mine = {"taken_until": now + lease, "taken_by": worker, "tries": held.tries + 1}
        connection.execute(update(OUTBOX).where(held.id.in_([row.id for row in rows])).values(**mine))
    return [
        Taken(
            row.id, row.reference, row.message_id, row.subscription_id, row.address, row.subject, row.body,
            row.headers, row.tries + 1,
        )
        for row in rows
    ]  # fmt: skip


def done(updates: Updates, taken: Taken, now: datetime) -> None:
    """The mail server has it: the row stays for a while so that nothing is told twice, without address and text."""
    _close(updates, taken, {**_EMPTIED, "sent_at": now, "trouble": None})


def failed(updates: Updates, taken: Taken, now: datetime, trouble: str, *, for_good: bool = False) -> bool:
    """It could not be delivered: try again later, each time after twice the wait, or give up.

    Args:
        updates: where it is.
        taken: the mail.
        now: the moment.
        trouble: in a word or a code; never an address, so never the words of a mail server.
        for_good: whether trying again is of no use.

    Returns:
        Whether it was given up.
    """
    over = for_good or taken.tries >= MOST_TRIES
    wait = min(FIRST_WAIT * 2 ** (taken.tries - 1), LONGEST_WAIT)
    later = {"due_at": now + wait, "taken_until": None, "taken_by": None}
    _close(updates, taken, {"trouble": trouble, **({**_EMPTIED, "given_up_at": now} if over else later)})
    return over


def give_back(updates: Updates, taken: Taken, trouble: str) -> None:
    """The mail server could not be reached, which says nothing of this mail: it is due as before, and no try counts."""
    row = {"taken_until": None, "taken_by": None, "tries": taken.tries - 1, "trouble": trouble}
    _close(updates, taken, row)


def standing(updates: Updates, now: datetime) -> Standing:
    """How the queue stands."""
    held = OUTBOX.c
    waiting = (held.sent_at.is_(None), held.given_up_at.is_(None))
    count = select(func.count()).select_from(OUTBOX)
    with updates.reading() as connection:
        found = (
            connection.scalar(count.where(*conditions))
            for conditions in (waiting, (*waiting, held.created_at < now - LATE), (held.given_up_at > now - LATELY,))
        )
        return Standing(*(number or 0 for number in found))


def prune(updates: Updates, before: datetime) -> int:
    """Let go of rows that were closed before a moment; how many."""
    held = OUTBOX.c
    with updates.writing() as connection:
        return connection.execute(delete(OUTBOX).where(or_(held.sent_at < before, held.given_up_at < before))).rowcount


def _enter(
    connection: Connection,
    reference: str,
    hidden_address: str,
    told: Mapping[str, Any],
    due_at: datetime,
    subscription_id: int | None,
) -> bool:
    if connection.scalar(select(OUTBOX.c.id).where(OUTBOX.c.reference == reference)) is not None:
        return False
    row = {
        "reference": reference, "message_id": uuid.uuid4().hex, "address": hidden_address,
        "subscription_id": subscription_id, "created_at": datetime.now(UTC), "due_at": due_at, **told,
    }  # fmt: skip
    try:
        with connection.begin_nested():
            connection.execute(insert(OUTBOX).values(**row))
    except IntegrityError:  # another process put it there meanwhile, or whom it is for has ended
        return False
    return True


def _close(updates: Updates, taken: Taken, values: Mapping[str, Any]) -> None:
    with updates.writing() as connection:
        connection.execute(update(OUTBOX).where(OUTBOX.c.id == taken.id).values(**values))
