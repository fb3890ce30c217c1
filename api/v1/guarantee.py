"""`/v1/guarantee`: what the Neighbourhood Policing Guarantee promises each neighbourhood, as far as is known here."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi import Query as InQuery
from pydantic import Field

from api.police.force import updates_of
from api.queries.guarantee import Board, Kept, MeetingState, Officer, Reviewed, guarantee
from api.queries.guarantee_answer import FEWEST, WINDOW_DAYS, WITHIN_HOURS, AnswerState
from api.v1.answer import Asked, Body, json_body
from api.v1.document import Document, forms
from api.v1.media import CSV, JSON, NDJSON, Media
from api.v1.parameter import Left, Query
from api.v1.published import today
from api.v1.row import csv_lines, ndjson

router = APIRouter(tags=["places"])

_NULL_QUESTIONS = "null unless `questions` is `measured`."


class GuaranteeRow(Document):
    """What can be told of one neighbourhood. What is not held here is no failing."""

    force: str = Field(description="Id of the force.")
    neighbourhood: str = Field(description="Id of the neighbourhood, unique within its force.")
    name: str
    officer: Officer = Field(
        description="`named`: an officer by name, and a way to reach them or their team; `unreachable`: by name, and "
        "no way is published here; `not-held`: nobody by name is published here."
    )
    priorities: Reviewed = Field(
        description="`current`: set, looked at again or closed within three months; `stale`; `undated`; `not-held`."
    )
    priorities_reviewed_on: date | None = Field(description="When they last were.")
    meeting: MeetingState = Field(description="`ahead`, `none-ahead` (there were some) or `not-held`.")
    next_meeting: str | None = Field(description="When it begins, by the clock on the wall.")
    last_meeting: str | None = Field(description="When the last one began, likewise.")
    questions: AnswerState = Field(
        description=f"`measured`; `too-few`: fewer than {FEWEST}; `not-held`: they are not asked here."
    )
    questions_due: int | None = Field(
        description=f"Questions asked in the {WINDOW_DAYS} days before, and answered or due since; {_NULL_QUESTIONS}"
    )
    questions_within: int | None = Field(
        description=f"Those of them answered within {WITHIN_HOURS} hours; {_NULL_QUESTIONS}"
    )
    questions_median_hours: float | None = Field(
        description="Median of the hours until they were answered, of those that were."
    )


class Guarantee(Document):
    """The board of a force or of all."""

    release: str = Field(description="Id of the release that says which neighbourhoods there are.")
    computed_on: date = Field(description="The day of these figures.")
    neighbourhoods: list[GuaranteeRow] = Field(description="By force and name: no order of merit.")


class GuaranteeQuery(Query):
    """Of which force; by default of all."""

    force: str | Left = Field(default=None, description="Id of a force.", examples=["leicestershire"])


@router.get(
    "/v1/guarantee",
    summary="What is promised to each neighbourhood",
    response_model=Guarantee,
    responses=forms(JSON, CSV, NDJSON),
)
def promised(request: Request, query: Annotated[GuaranteeQuery, InQuery()]) -> Response:
    """Of each neighbourhood: a named officer, priorities looked at again, the next meeting, answers within 72 hours.

    As published here, by the teams themselves or taken over from elsewhere. What is not held may well be there.
    """
    asked = Asked(request, JSON, CSV, NDJSON)
    force_id = query.force if query.force is None else asked.release.register.force(query.force).id
    board = guarantee(updates_of(request), asked.release, today())
    return asked.respond(lambda: _body(asked, board, force_id), board.version, board.day)


def _body(asked: Asked, board: Board, force_id: str | None) -> Body:
    chunks = _by_force(board, force_id)
    media: Media = asked.media
    if media is CSV:
        return csv_lines(list(GuaranteeRow.model_fields), chunks)
    if media is NDJSON:
        return ndjson(chunks)
    rows = [row for each in chunks for row in each]
    return json_body({"release": asked.release.id, "computed_on": board.day.isoformat(), "neighbourhoods": rows})


def _by_force(board: Board, force_id: str | None) -> Iterator[list[dict[str, Any]]]:
    for known, those in sorted(board.forces.items()):
        if force_id in (None, known):
            yield [_row(one) for one in those]


def _row(one: Kept) -> dict[str, Any]:
    ref, meetings = one.neighbourhood.ref, one.meetings
    return {
        "force": ref.force_id,
        "neighbourhood": ref.id,
        "name": one.neighbourhood.name,
        "officer": one.officer.value,
        "priorities": one.reviewed.value,
        "priorities_reviewed_on": one.reviewed_on and one.reviewed_on.isoformat(),
        "meeting": one.meeting.value,
        "next_meeting": meetings.next_at and meetings.next_at.isoformat(),
        "last_meeting": meetings.last_at and meetings.last_at.isoformat(),
        "questions": one.answers.state.value,
        "questions_due": one.answers.due,
        "questions_within": one.answers.within,
        "questions_median_hours": one.answers.median_hours,
    }
