"""The inbox of a team: what residents asked, kept until it is answered and for a while longer."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select

from api.publish.database import Updates
from api.publish.policy import Where
from api.publish.question.record import (
    ANSWER_WITHIN,
    HandedTo,
    NotTaken,
    Question,
    QuestionState,
)
from api.publish.question.retention import tend
from api.publish.question.taking import takes_questions
from api.publish.staff_table import QUESTION
from geo.errors import DamagedFile

ENDED_SHOWN = 50


def ask(
    updates: Updates,
    where: Where,
    text: str,
    language: str,
    hidden_address: str | None,
    *,
    per_hour: int,
    days: int,
    now: datetime,
) -> datetime:
    """Keep a question, and let go of what is too old; the moment by which it is to be answered.

    The database is never made or brought up to date for a stranger's question: `serve` does so when it starts.

    Args:
        updates: where.
        where: the neighbourhood whose team is asked.
        text: the resident's words, already cleaned.
        language: code of the language of the form.
        hidden_address: the e-mail address, encrypted; `None` where none was given.
        per_hour: how many of one neighbourhood are kept in an hour.
        days: how long questions are kept.
        now: the moment, with its zone.

    Raises:
        NotTaken: the force takes no questions here, or as many came within the last hour as are kept.
        Busy: another writer held the database for too long.
        OutOfSpace: the disk is full.
        DamagedFile: it cannot be read, or not be written, or has no place for questions.
        StoreFormatTooNew: it was made by a later version of this software.
    """
    if not updates.current():
        raise DamagedFile("The updates database has no place for questions: start `yourarea serve` anew.")
    with updates.writing() as connection:
        if not takes_questions(connection, where.force_id or ""):
            raise NotTaken("Questions are not taken here.")
        tend(connection, days, now)
        lately = (*_of(where), QUESTION.c.asked_at > now - timedelta(hours=1))
        if (connection.scalar(select(func.count()).select_from(QUESTION).where(*lately)) or 0) >= per_hour:
            raise NotTaken("So many questions came in this hour that no more are kept.")
        due_at = now + ANSWER_WITHIN
        row = {"text": text, "language": language, "address": hidden_address, "state": QuestionState.OPEN}
        place = {"force_id": where.force_id, "neighbourhood_id": where.neighbourhood_id}
        connection.execute(insert(QUESTION).values(**place, **row, asked_at=now, due_at=due_at))
    return due_at


def waiting(connection: Connection, where: Where) -> list[Question]:
    """The open questions of a neighbourhood or a whole force: those that were escalated first, then the soonest due."""
    escalated_first = QUESTION.c.escalated_at.is_(None)
    asked = _QUESTIONS.where(*_of(where), QUESTION.c.state == QuestionState.OPEN)
    return _all(connection, asked.order_by(escalated_first, QUESTION.c.due_at, QUESTION.c.id))


def ended(connection: Connection, where: Where, most: int = ENDED_SHOWN) -> list[Question]:
    """Those that are answered or ended otherwise and not deleted yet, the latest first."""
    asked = _QUESTIONS.where(*_of(where), QUESTION.c.state != QuestionState.OPEN)
    return _all(connection, asked.order_by(QUESTION.c.ended_at.desc(), QUESTION.c.id.desc()).limit(most))


def question(connection: Connection, where: Where, number: int) -> Question | None:
    """One question of a neighbourhood; `None` where there is none of that number, or no longer."""
    row = connection.execute(_QUESTIONS.where(*_of(where), QUESTION.c.id == number)).one_or_none()
    return None if row is None else _question(row)


_HELD = QUESTION.c
_QUESTIONS = select(
    _HELD.id, _HELD.force_id, _HELD.neighbourhood_id, _HELD.text, _HELD.language,
    _HELD.address.is_not(None).label("addressed"),
    _HELD.asked_at, _HELD.due_at, _HELD.state, _HELD.escalated_at, _HELD.ended_at, _HELD.ended_by, _HELD.handed_to,
    _HELD.answer_id, _HELD.version,
)  # fmt: skip


def _of(where: Where) -> list[ColumnElement[bool]]:
    own = [QUESTION.c.force_id == where.force_id]
    return own if where.neighbourhood_id is None else [*own, QUESTION.c.neighbourhood_id == where.neighbourhood_id]


def _all(connection: Connection, asked: Any) -> list[Question]:
    return [_question(row) for row in connection.execute(asked)]


def _question(row: Row[Any]) -> Question:
    told = row._asdict()
    where = Where(told.pop("force_id"), told.pop("neighbourhood_id"))
    handed_to = told.pop("handed_to")
    told |= {"addressed": bool(told["addressed"]), "state": QuestionState(told["state"])}
    return Question(where=where, handed_to=handed_to and HandedTo(handed_to), **told)
