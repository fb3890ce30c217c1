"""`/v1/counts`: crimes by month and category, each month with what was supplied."""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi import Query as InQuery
from pydantic import Field

from api.queries.count import ForceMonth, MonthCount, counts_of
from api.v1.answer import Asked, Body, json_body
from api.v1.document import Document, forms
from api.v1.media import CSV, JSON, NDJSON, Media
from api.v1.parameter import MonthText, categories_asked, months_asked
from api.v1.place import PlaceQuery, ground_asked
from api.v1.row import csv_lines, ndjson
from geo.category import Category, categories_of
from geo.statistics.series import BREAKS
from geo.supply import SupplyState

router = APIRouter(tags=["counts"])


class ForceMonthDocument(Document):
    """What is held of one force for one month."""

    force: str = Field(description="Id of the force.")
    state: SupplyState
    counted: bool = Field(description="Whether its crimes are in the count.")
    note: str | None = Field(description="Why the state is what it is, where somebody said so.")


class CategoryCountDocument(Document):
    """Crimes of one category."""

    category: str = Field(description="Slug of the category.", examples=["burglary"])
    n: int | None = Field(description="Crimes; null where nothing is held or the month had no such category.")


class MonthCountDocument(Document):
    """Crimes of one month."""

    month: MonthText
    state: SupplyState = Field(description="Of all forces on whose ground it is, together.")
    total: int | None = Field(description="Crimes of all the categories asked for; null where nothing is held.")
    counts: list[CategoryCountDocument]
    force_months: list[ForceMonthDocument] = Field(description="What the state follows from.")
    railway: ForceMonthDocument | None = Field(
        description="British Transport Police, whose crimes lie anywhere; no part of the state."
    )


class BreakDocument(Document):
    """A month from which figures are made in another way."""

    month: MonthText = Field(description="The first of the new way.")
    what: str = Field(description="What is another: `categories`, `snap-points` or `lsoa`.")


class Counts(Document):
    """Counts of one piece of ground."""

    release: str
    generation: MonthText | None = Field(
        description="First month of the boundaries that a neighbourhood was drawn with, for all months alike."
    )
    unknown_ground: float = Field(
        description="Share of the place, 0 to 1, that lies in no force's area that is held: never called whole."
    )
    breaks: list[BreakDocument] = Field(description="Never compare a month from one on with a month before it.")
    months: list[MonthCountDocument]


class CountRow(Document):
    """One category of one month, as CSV and NDJSON have it."""

    month: MonthText
    category: str
    n: int | None
    state: SupplyState


class CountQuery(PlaceQuery):
    """Where, when and of which categories."""

    category: list[str] = Field(
        default_factory=list,
        description="Slugs of categories, repeated; by default every one.",
        examples=[["burglary"]],
    )


@router.get(
    "/v1/counts", summary="Crimes by month and category", response_model=Counts, responses=forms(JSON, CSV, NDJSON)
)
def counts(request: Request, query: Annotated[CountQuery, InQuery()]) -> Response:
    """Counts of a point and radius, polygon, neighbourhood, cell, LSOA or force.

    Of a force alone: all that it recorded, placed or not. Of any other ground: what has a position there, whoever
    recorded it. A month that is not held is listed, with null.
    """
    asked = Asked(request, JSON, CSV, NDJSON)
    release, folder = asked.release, asked.settings.folder
    months = months_asked(query, release)
    chosen = categories_asked(query.category)
    ground = ground_asked(query, release, asked.settings)

    def body() -> Body:
        found = counts_of(release, folder, ground, months)
        if asked.media is not JSON:
            return _rows(asked.media, found, chosen)
        return json_body(
            {
                "release": release.id,
                "generation": str(ground.generation) if ground.generation else None,
                "unknown_ground": round(ground.unknown, 4),
                "breaks": [
                    {"month": str(one.first), "what": one.what} for one in BREAKS if one.parts(months[0], months[-1])
                ],
                "months": [month_json(one, chosen) for one in found],
            }
        )

    return asked.respond(body)


def month_json(found: MonthCount, chosen: tuple[Category, ...] = ()) -> dict[str, Any]:
    """One month's counts, of the chosen categories or all."""
    counts = [(category, found.n(category)) for category in chosen or _listed(found)]
    known = [n for _, n in counts if n is not None]
    return {
        "month": str(found.month),
        "state": found.state.value,
        "total": sum(known) if known else None,
        "counts": [{"category": category.slug, "n": n} for category, n in counts],
        "force_months": [force_month_json(one) for one in found.force_months],
        "railway": force_month_json(found.railway) if found.railway else None,
    }


def force_month_json(found: ForceMonth) -> dict[str, Any]:
    """What is held of one force for one month."""
    return {"force": found.force.id, "state": found.state.value, "counted": found.counted, "note": found.note}


def _listed(found: MonthCount) -> tuple[Category, ...]:
    return categories_of(found.month) if found.by_category is None else tuple(found.by_category)


def _rows(media: Media, found: tuple[MonthCount, ...], chosen: tuple[Category, ...]) -> Iterator[bytes]:
    chunks = (
        [
            {"month": str(one.month), "category": category.slug, "n": one.n(category), "state": one.state.value}
            for category in chosen or _listed(one)
        ]
        for one in found
    )
    return csv_lines(list(CountRow.model_fields), chunks) if media is CSV else ndjson(chunks)
