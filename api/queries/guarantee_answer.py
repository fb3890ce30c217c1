"""How fast the questions of residents are answered, over the last 90 days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from statistics import median

from sqlalchemy import Connection, select

from api.publish.question.record import ANSWER_WITHIN, IN_TIME_OR_NOT, UNANSWERED, QuestionState
from api.publish.question.taking import forces_that_take
from api.publish.staff_table import ASKED, QUESTION
from geo.neighbourhood import NeighbourhoodRef

WINDOW_DAYS = 90
FEWEST = 5  # of fewer a median says nothing, and one might be known
WITHIN_HOURS = int(ANSWER_WITHIN.total_seconds() // 3600)


class AnswerState(StrEnum):
    """Whether it can be said how fast questions are answered."""

    MEASURED = "measured"
    TOO_FEW = "too-few"
    NOT_HELD = "not-held"  # they are not asked here


@dataclass(frozen=True, slots=True)
class Answers:
    """Of the questions of the window that were answered or should have been.

    Attributes:
        state: whether there are figures.
        due: how many were answered, or have waited for more than 72 hours; no others.
        within: how many of them were answered within 72 hours.
        median_hours: of those that were answered; `None` where none was.
    """

    state: AnswerState
    due: int | None = None
    within: int | None = None
    median_hours: float | None = None


_NOT_HELD, _TOO_FEW = Answers(AnswerState.NOT_HELD), Answers(AnswerState.TOO_FEW)


@dataclass(frozen=True)
class Speed:
    """How fast questions are answered, of each neighbourhood and force.

    Attributes:
        taking: the forces that take questions here; of others nothing is told.
        hours: of each neighbourhood, how many hours each question took; `None` for one that nobody has answered.
    """

    taking: frozenset[str]
    hours: Mapping[NeighbourhoodRef, list[int | None]]

    def of(self, ref: NeighbourhoodRef) -> Answers:
        """How fast one neighbourhood answers."""
        return measured(self.hours.get(ref, [])) if ref.force_id in self.taking else _NOT_HELD

    def of_force(self, force_id: str) -> Answers:
        """How fast a force's neighbourhoods answer, all together."""
        if force_id not in self.taking:
            return _NOT_HELD
        return measured([one for ref, those in self.hours.items() if ref.force_id == force_id for one in those])


def speed(connection: Connection, day: date) -> Speed:
    """How fast questions of the 90 days before a day were answered.

    What was handed over or closed had no answer to wait for and is in no figure.

    Args:
        connection: to the updates database.
        day: the window ends as it begins, UTC.
    """
    since, until = day - timedelta(days=WINDOW_DAYS), datetime.combine(day, time.min, UTC)
    hours: dict[NeighbourhoodRef, list[int | None]] = {}
    how = ASKED.c.how.in_([*IN_TIME_OR_NOT, UNANSWERED])
    ended = select(ASKED.c.force_id, ASKED.c.neighbourhood_id, ASKED.c.hours).where(how, ASKED.c.asked_on >= since)
    for force_id, known, taken_h in connection.execute(ended):
        hours.setdefault(NeighbourhoodRef(force_id, known), []).append(taken_h)
    held = QUESTION.c
    late = select(held.force_id, held.neighbourhood_id).where(
        held.state == QuestionState.OPEN,
        held.due_at < until,
        held.asked_at >= datetime.combine(since, time.min, UTC),
    )
    for force_id, known in connection.execute(late):
        hours.setdefault(NeighbourhoodRef(force_id, known), []).append(None)
    return Speed(forces_that_take(connection), hours)


def measured(hours: list[int | None]) -> Answers:
    """Figures of some questions, by how many hours each took; `None` for one that nobody has answered.

    >>> measured([10, 20, 30, 80, None])
    Answers(state=<AnswerState.MEASURED: 'measured'>, due=5, within=3, median_hours=25.0)
    """
    if len(hours) < FEWEST:
        return _TOO_FEW
    answered = [one for one in hours if one is not None]
    within = sum(one <= WITHIN_HOURS for one in answered)
    return Answers(AnswerState.MEASURED, len(hours), within, float(median(answered)) if answered else None)
