"""What happens to questions by itself: they are escalated, and what they hold of people is deleted in time."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, insert, select, update

from api.publish.audit import note
from api.publish.database import Updates
from api.publish.policy import Actor, Where
from api.publish.question.record import ADDRESS_KEPT, ESCALATE_AFTER, UNANSWERED, QuestionState
from api.publish.staff_table import ASKED, OUTBOX, QUESTION
from api.settings import ApiSettings

JOB = Actor("job", None, "questions")


def prune(updates: Updates, settings: ApiSettings, now: datetime) -> None:
    """Escalate what has waited for 48 hours, and delete what was kept long enough; for whatever runs again and again.

    Args:
        updates: the database; one that is not there, or of an earlier schema, is left alone.
        settings: say how long questions are kept.
        now: the moment, with its zone.
    """
    if not updates.current():
        return
    with updates.reading() as connection:
        if not _something_to_do(connection, settings.question_days, now):
            return  # so that looking often costs no writer its turn
    with updates.writing() as connection:
        tend(connection, settings.question_days, now)


def tend(connection: Connection, days: int, now: datetime) -> None:
    """The same within a transaction.

    Args:
        connection: of a transaction.
        days: how long a question is kept after it was asked, answered or not.
        now: the moment, with its zone.
    """
    for number, force_id, neighbourhood_id in connection.execute(_numbered(*_late(now))).all():
        connection.execute(update(QUESTION).where(QUESTION.c.id == number).values(escalated_at=now))
        note(connection, JOB, "escalate", Where(force_id, neighbourhood_id), "question", str(number))
    for number, _, _ in connection.execute(_numbered(*_addressed_too_long(now))).all():
        connection.execute(update(QUESTION).where(QUESTION.c.id == number).values(address=None))
        _forget_letter(connection, number)
    _delete(connection, days, now)


def letter_of(number: int) -> str:
    """The reference under which the answer to a question waits to be sent."""
    return f"answer/{number}"


def _delete(connection: Connection, days: int, now: datetime) -> None:
    """Delete old questions; what is counted of those that nobody answered is written down first."""
    for number, force_id, neighbourhood_id in connection.execute(_numbered(*_old(days, now))).all():
        held = connection.execute(select(QUESTION.c.state, QUESTION.c.asked_at).where(QUESTION.c.id == number)).one()
        place = {"force_id": force_id, "neighbourhood_id": neighbourhood_id}
        if held.state == QuestionState.OPEN:
            connection.execute(insert(ASKED).values(**place, asked_on=held.asked_at.date(), how=UNANSWERED))
        connection.execute(delete(QUESTION).where(QUESTION.c.id == number))
        _forget_letter(connection, number)
        note(connection, JOB, "delete", Where(force_id, neighbourhood_id), "question", str(number))


def _forget_letter(connection: Connection, number: int) -> None:
    connection.execute(delete(OUTBOX).where(OUTBOX.c.reference == letter_of(number)))


def _something_to_do(connection: Connection, days: int, now: datetime) -> bool:
    conditions = (_late(now), _addressed_too_long(now), _old(days, now))
    return any(connection.execute(_numbered(*one).limit(1)).first() is not None for one in conditions)


def _numbered(*conditions: ColumnElement[bool]) -> Select[Any]:
    return select(QUESTION.c.id, QUESTION.c.force_id, QUESTION.c.neighbourhood_id).where(*conditions)


def _late(now: datetime) -> tuple[ColumnElement[bool], ...]:
    held = QUESTION.c
    return held.state == QuestionState.OPEN, held.escalated_at.is_(None), held.asked_at <= now - ESCALATE_AFTER


def _addressed_too_long(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return QUESTION.c.address.is_not(None), QUESTION.c.ended_at <= now - ADDRESS_KEPT


def _old(days: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (QUESTION.c.asked_at <= now - timedelta(days=days),)
