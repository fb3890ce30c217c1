"""What readers say is wrong with a page: kept for the operator for a while, and for nobody else.

Nothing of who sent it is kept: no address, no browser, no name. `/api` and `/v1` know nothing of it.
"""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from api.publish.database import Updates
from api.publish.table import FEEDBACK
from geo.errors import DamagedFile

MOST_CHARACTERS = 1_200


class FeedbackKind(StrEnum):
    """What a message is about."""

    WRONG = "wrong"
    IDENTIFIES = "identifies"
    ACCESSIBILITY = "accessibility"
    WELSH = "welsh"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Message:
    """What a reader says, before it is kept.

    Attributes:
        kind: what it is about.
        about: the page, as `web.feedback_about` reduces it: never a postcode or a position. Empty where not known.
        text: the reader's own words.
        language: code of the language of the form.
        release_id: of the release that was live; `None` while there was none.
        month: the newest of that release, `2025-12`.
    """

    kind: FeedbackKind
    about: str
    text: str
    language: str
    release_id: str | None = None
    month: str | None = None


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """A message that waits for the operator."""

    id: int
    sent_at: datetime
    message: Message

    def json(self) -> dict[str, Any]:
        """The documented contract of `feedback --json` (docs/spec/updates.md)."""
        return {"id": self.id, "sent_at": self.sent_at.isoformat(timespec="seconds"), **asdict(self.message)}


def clean(text: str) -> str:
    r"""A reader's words without what cannot be seen, which could mislead in a terminal; lines stay lines.

    >>> clean("  One\r\ntwo\x1b[2J ")
    'One\ntwo[2J'
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").replace("\u00a0", " ")
    return "".join(one for one in lines if one == "\n" or one.isprintable()).strip()


def keep(updates: Updates, message: Message, *, per_hour: int, days: int, now: datetime) -> bool:
    """Keep a message, and let go of those that are too old.

    What identifies somebody is counted by itself, so that a flood of other messages does not keep it out. The database
    is never made or brought up to date for a stranger's message: `serve` does so when it starts.

    Args:
        updates: where.
        message: what, already cleaned.
        per_hour: how many of its sort are kept in an hour.
        days: how long messages are kept.
        now: the moment, with its zone.

    Returns:
        Whether it was kept: not where so many came within the last hour already.

    Raises:
        Busy: another writer held the database for too long.
        OutOfSpace: the disk is full.
        DamagedFile: it cannot be read, or not be written, or has no place for messages.
        StoreFormatTooNew: it was made by a later version of this software.
    """
    if not updates.current():
        raise DamagedFile(
            "The updates database has no place for messages: start `yourarea serve` anew, which makes it."
        )
    of_its_sort = _sort(identifying=message.kind is FeedbackKind.IDENTIFIES)
    with updates.writing() as connection:
        _prune(connection, days, now)
        if _count(connection, of_its_sort & (FEEDBACK.c.sent_at > now - timedelta(hours=1))) >= per_hour:
            return False
        connection.execute(insert(FEEDBACK).values(sent_at=now, **asdict(message)))
        return True


def waiting(updates: Updates) -> list[KeptMessage]:
    """Every message: what identifies somebody first, the newest first among each."""
    if not updates.current():
        return []
    first = (FEEDBACK.c.kind == FeedbackKind.IDENTIFIES).desc()
    with updates.reading() as connection:
        rows = connection.execute(select(FEEDBACK).order_by(first, FEEDBACK.c.sent_at.desc(), FEEDBACK.c.id.desc()))
        return [_kept(row._asdict()) for row in rows]


def count_waiting(updates: Updates) -> tuple[int, int]:
    """How many messages wait, and how many of them say that a page identifies somebody."""
    if not updates.current():
        return 0, 0
    with updates.reading() as connection:
        urgent = _count(connection, FEEDBACK.c.kind == FeedbackKind.IDENTIFIES)
        return connection.scalar(select(func.count()).select_from(FEEDBACK)) or 0, urgent


def full_hours(updates: Updates, per_hour: int, identifies_per_hour: int, now: datetime) -> tuple[str, ...]:
    """Of which sorts as many messages came within an hour of the last day as are kept, so that more may be missing.

    Told from the messages that are still held.

    Args:
        updates: where they are.
        per_hour: how many are kept in an hour; where it is 0, none is meant to be.
        identifies_per_hour: the same of those that say that a page identifies somebody.
        now: the moment, with its zone.

    Returns:
        Any of `identifies` and `other`.
    """
    if not updates.current():
        return ()
    with updates.reading() as connection:
        sorts = (("identifies", True, identifies_per_hour), ("other", False, per_hour))
        return tuple(name for name, sort, most in sorts if most and _hour_was_full(connection, sort, most, now))


def remove(updates: Updates, ids: list[int]) -> list[int]:
    """Let go of messages that were dealt with; the ids that there were none of are given back."""
    if not updates.current():
        return ids
    with updates.writing() as connection:
        found = set(connection.scalars(select(FEEDBACK.c.id).where(FEEDBACK.c.id.in_(ids))))
        connection.execute(delete(FEEDBACK).where(FEEDBACK.c.id.in_(found)))
    return [one for one in ids if one not in found]


def prune(updates: Updates, days: int, now: datetime) -> None:
    """Let go of messages that are older than so many days."""
    if updates.current():
        with updates.writing() as connection:
            _prune(connection, days, now)


def _prune(connection: Connection, days: int, now: datetime) -> None:
    connection.execute(delete(FEEDBACK).where(FEEDBACK.c.sent_at <= now - timedelta(days=days)))


def _count(connection: Connection, where: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).select_from(FEEDBACK).where(where)) or 0


def _hour_was_full(connection: Connection, identifying: bool, most: int, now: datetime) -> bool:
    looked_at = FEEDBACK.c.sent_at > now - timedelta(days=1, hours=1)
    asked = select(FEEDBACK.c.sent_at).where(_sort(identifying=identifying) & looked_at).order_by(FEEDBACK.c.sent_at)
    sent: list[datetime] = list(connection.scalars(asked))
    return any(
        last > now - timedelta(days=1) and last - first < timedelta(hours=1)
        for first, last in zip(sent, sent[most - 1 :], strict=False)
    )


def _sort(*, identifying: bool) -> ColumnElement[bool]:
    return (FEEDBACK.c.kind == FeedbackKind.IDENTIFIES) == identifying


def _kept(row: dict[str, Any]) -> KeptMessage:
    row["kind"] = FeedbackKind(row["kind"])
    sent_at: datetime = row.pop("sent_at")
    return KeptMessage(row.pop("id"), sent_at.astimezone(UTC), Message(**row))
