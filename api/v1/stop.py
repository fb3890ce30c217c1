"""`/v1/stops`: stops and searches by month, rounded, small counts suppressed: one row is nearly always one person."""

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi import Query as InQuery
from pydantic import Field

from api.queries.ground import Ground, force_ground, neighbourhood_ground
from api.queries.stop import NOT_RECORDED, By, stops_shown
from api.v1.answer import Asked, Body, json_body
from api.v1.document import Document, forms
from api.v1.media import CSV, JSON, NDJSON
from api.v1.parameter import Left, MonthsQuery, MonthText, months_asked
from api.v1.row import csv_lines, ndjson
from geo.month import Month
from geo.neighbourhood import NeighbourhoodRef
from geo.statistics.suppression import ROUNDED_TO, Shown, Suppressed
from geo.supply import Kind, SupplyState

router = APIRouter(tags=["stops"])


class ShownDocument(Document):
    """A count, or why it is not shown."""

    n: int | None = Field(description="To the nearest 5; null where it is suppressed, or where nothing is held.")
    suppressed: Suppressed | None


class StopCount(ShownDocument):
    """Stops of one kind."""

    value: str | None = Field(description="As published; null where it was not recorded.")


class StopMonth(Document):
    """Stops of one month."""

    month: MonthText
    state: SupplyState
    total: ShownDocument
    counts: list[StopCount] | None = Field(
        description="The kinds of 5 stops or more; another was recorded fewer than 5 times, or never. Null where "
        "nothing is held, and where the total is below 5."
    )


class Stops(Document):
    """Stops by month."""

    release: str
    by: By
    rounded_to: int = Field(description="Every number is rounded to the nearest of this; they need not add up.")
    months: list[StopMonth]


class StopRow(Document):
    """One kind of one month, or its total, as CSV and NDJSON have it."""

    month: MonthText
    value: str | None
    total: bool = Field(description="Whether it is the month's total.")
    n: int | None
    suppressed: Suppressed | None
    state: SupplyState


class StopQuery(MonthsQuery):
    """Of whom, when, and by what."""

    force: str = Field(description="Id of the force.", examples=["leicestershire"])
    neighbourhood: str | Left = Field(default=None, description="Id of a neighbourhood of `force`; else all of it.")
    by: By = Field(
        default=By.OBJECT, description="What they are counted by: object of search, outcome, reason (the law), type."
    )


@router.get(
    "/v1/stops", summary="Stops and searches by month", response_model=Stops, responses=forms(JSON, CSV, NDJSON)
)
def stops(request: Request, query: Annotated[StopQuery, InQuery()]) -> Response:
    """Stops of a force or neighbourhood by month and one thing that was recorded of them.

    Every number is rounded to the nearest 5 by itself, and one of 0 to 4 is "fewer than 5": so no small count can be
    worked out from the others. Only the force's own stops are counted; those that other forces or British Transport
    Police made on its ground are not. Places of one's own drawing are not counted: two that overlap would tell a single
    stop. Nothing is told of who was stopped.
    """
    asked = Asked(request, JSON, CSV, NDJSON)
    release = asked.release
    months = months_asked(query, release)
    ref = NeighbourhoodRef(query.force, query.neighbourhood) if query.neighbourhood is not None else None
    ground = neighbourhood_ground(release, ref) if ref else force_ground(release.register.force(query.force))

    def body() -> Body:
        found = (_month(asked, ground, month, query.by) for month in months)
        if asked.media is JSON:
            return json_body({"release": release.id, "by": query.by, "rounded_to": ROUNDED_TO, "months": list(found)})
        chunks = (_rows(one) for one in found)
        return csv_lines(list(StopRow.model_fields), chunks) if asked.media is CSV else ndjson(chunks)

    return asked.respond(body)


def _month(asked: Asked, ground: Ground, month: Month, by: By) -> dict[str, Any]:
    table = stops_shown(asked.release, asked.settings.folder, ground, month, by)
    listed = sorted(table.counts.items()) if table and table.counts is not None else None
    return {
        "month": str(month),
        "state": asked.release.manifest.state(ground.forces[0].id, month, Kind.STOPS).value,
        "total": _shown(table.total if table else Shown(None)),
        "counts": None if listed is None else [{"value": _value(name), **_shown(shown)} for name, shown in listed],
    }


def _shown(shown: Shown) -> dict[str, Any]:
    return {"n": shown.n, "suppressed": shown.suppressed}


def _value(name: str) -> str | None:
    return None if name == NOT_RECORDED else name


def _rows(month: dict[str, Any]) -> list[dict[str, Any]]:
    same = {"month": month["month"], "state": month["state"]}
    total = {"value": None, "total": True, **month["total"], **same}
    return [total, *({"total": False, **one, **same} for one in month["counts"] or ())]
