"""How a question ends: answered for all to read, answered privately, handed over, or closed with a reason."""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, update

from api.publish.audit import note
from api.publish.item.put import new_id, put
from api.publish.item.record import MayNot
from api.publish.item.written import WrittenAnswer
from api.publish.policy import Actor, Deed, Where
from api.publish.question.inbox import question
from api.publish.question.letter import send_answer
from api.publish.question.record import (
    CloseReason,
    EndedMeanwhile,
    HandedTo,
    NoAddress,
    NoSuchQuestion,
    Notice,
    QuestionState,
)
from api.publish.revision import raise_revision
from api.publish.secret import Secrets
from api.publish.staff_table import ASKED, QUESTION


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent to whoever asked, and the keys to the address."""

    notice: Notice
    secrets: Secrets


_DEEDS = {QuestionState.HANDED_OVER: "hand-over", QuestionState.CLOSED: "close"}


def publish_answer(
    connection: Connection,
    actor: Actor,
    where: Where,
    number: int,
    seen: int,
    written: WrittenAnswer,
    now: datetime,
    letter: Letter | None = None,
) -> str:
    """Publish an answer beside the question in the team's words; the id of what is published.

    Args:
        connection: of a transaction.
        actor: who answers.
        where: the neighbourhood.
        number: of the question.
        seen: the version that the writer had before them.
        written: the question in other words, and the answer.
        now: the moment, with its zone.
        letter: is sent where whoever asked left an address.

    Raises:
        MayNot: the actor may not answer there, or not publish.
        NoSuchQuestion: there is none of that number, or no longer.
        EndedMeanwhile: somebody else dealt with it.
    """
    answer_id = new_id()
    _end(connection, actor, where, number, seen, QuestionState.ANSWERED, now, answer_id=answer_id)
    put(connection, actor, where, answer_id, written, seen=0)
    if letter is not None:
        send_answer(connection, letter.secrets, number, letter.notice, now)
    return answer_id


def answer_privately(
    connection: Connection, actor: Actor, where: Where, number: int, seen: int, letter: Letter, now: datetime
) -> None:
    """Answer whoever asked and nobody else; of the answer nothing is kept once it is sent.

    Raises:
        NoAddress: there is no address to send it to; then the question is as it was, once the transaction ends.
        MayNot, NoSuchQuestion, EndedMeanwhile: as `publish_answer` does.
    """
    _end(connection, actor, where, number, seen, QuestionState.ANSWERED_PRIVATELY, now)
    if not send_answer(connection, letter.secrets, number, letter.notice, now):
        raise NoAddress("No address was left to answer to.")


def hand_over(
    connection: Connection, actor: Actor, where: Where, number: int, seen: int, to: HandedTo, now: datetime
) -> None:
    """Say that a question was none: it went on as a report or a safeguarding matter. Nothing of it is published.

    This sends it nowhere: staff enter it in the force's own system first. The address is let go of at once, and nobody
    is written to: whoever reads the mail of somebody in danger would learn that they asked for help.

    Raises:
        MayNot, NoSuchQuestion, EndedMeanwhile: as `publish_answer` does.
    """
    told = {"handed_to": to}
    _end(connection, actor, where, number, seen, QuestionState.HANDED_OVER, now, told, handed_to=to, address=None)


def close(
    connection: Connection, actor: Actor, where: Where, number: int, seen: int, reason: CloseReason, now: datetime
) -> None:
    """End a question without an answer; the audit has the reason. The address is let go of at once.

    Raises:
        MayNot, NoSuchQuestion, EndedMeanwhile: as `publish_answer` does.
    """
    told = {"reason": reason}
    _end(connection, actor, where, number, seen, QuestionState.CLOSED, now, told, address=None)


def _end(
    connection: Connection,
    actor: Actor,
    where: Where,
    number: int,
    seen: int,
    state: QuestionState,
    now: datetime,
    told: dict[str, Any] | None = None,
    **columns: Any,
) -> None:
    """End a question that is open and as it was seen: only the first of two gets through."""
    if where.neighbourhood_id is None or not actor.may(Deed.ANSWER, where):
        raise MayNot("You may not answer questions there.")
    held = question(connection, where, number)
    if held is None:
        raise NoSuchQuestion("There is no question of that number.")
    as_seen = (QUESTION.c.id == number, QUESTION.c.state == QuestionState.OPEN, QUESTION.c.version == seen)
    stamp = {"state": state, "ended_at": now, "ended_by": actor.name, "version": seen + 1}
    changed = connection.execute(update(QUESTION).where(*as_seen).values(**stamp, **columns))
    if not changed.rowcount:
        raise EndedMeanwhile(question(connection, where, number) or held)
    hours = math.ceil((now - held.asked_at).total_seconds() / 3600)  # 72 hours and a minute are not within 72
    place = {"force_id": where.force_id, "neighbourhood_id": where.neighbourhood_id}
    connection.execute(insert(ASKED).values(**place, asked_on=held.asked_at.date(), hours=hours, how=state))
    deed = _DEEDS.get(state, "answer")
    note(connection, actor, deed, where, "question", str(number), after={"state": state, **(told or {})})
    raise_revision(connection, where)
