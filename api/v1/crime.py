"""`/v1/crimes`: crimes one by one, in pages or streamed whole."""

from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi import Query as InQuery
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from api.queries.count import force_months, state_of
from api.queries.crime import Crime, CrimeReader
from api.v1.answer import Asked, Body, json_body, live_of
from api.v1.count import CountQuery
from api.v1.cursor import Cursor, question_of
from api.v1.document import Document, forms
from api.v1.media import CSV, GEOJSON, JSON, NDJSON
from api.v1.parameter import Left, MonthText, Number, categories_asked, held_months, months_asked
from api.v1.place import ground_asked
from api.v1.row import csv_lines, feature_collection, ndjson
from geo.errors import BadParameter
from geo.month import Month
from geo.supply import Kind, SupplyState

router = APIRouter(tags=["crimes"])

PAGE = 500
LARGEST_PAGE = 5_000
PATH = "/v1/crimes"


class Location(Document):
    """A snap point: crimes are moved to it before they are published, so it is on or near, and never a house."""

    lat: float = Field(description="Latitude in degrees, WGS 84.")
    lng: float = Field(description="Longitude in degrees, WGS 84.")
    snap_point: int = Field(description="Id of the snap point; `/v1/snap-points/{id}`.")
    name: str = Field(description='As published: "On or near …".')


class NeighbourhoodName(Document):
    """A neighbourhood; its id is unique only within its force."""

    force: str
    id: str


class LastOutcome(Document):
    """What became of a crime, as far as is published."""

    code: str = Field(examples=["under-investigation"])
    name: str
    month: MonthText | None = Field(description="When it was recorded, where an outcomes file tells.")


class CrimeDocument(Document):
    """One crime."""

    id: int = Field(description="As in `/api`: stable while the same publication rules.")
    persistent_id: str | None = Field(description="64 hex digits; null where the force gave none. It may be reused.")
    category: str = Field(examples=["burglary"])
    month: MonthText
    location: Location | None = Field(description="Null where it was published without a position.")
    reported_by: str = Field(description="The force that recorded it.")
    lies_in: str | None = Field(description="The force on whose ground the snap point lies.")
    neighbourhood: NeighbourhoodName | None = Field(description="The one in which the snap point lies today.")
    lsoa11: str | None = Field(description="LSOA code of 2011, in months before June 2023.")
    lsoa21: str | None = Field(description="LSOA code of 2021, in months from June 2023 on.")
    cell: str | None = Field(description="H3 cell of the snap point, resolution 9.")
    outcome: LastOutcome | None


class MonthState(Document):
    """Whether a month's figures are whole."""

    month: MonthText
    state: SupplyState


class CrimePage(Document):
    """A page of crimes."""

    release: str
    months: list[MonthState] = Field(description="Every month asked for: an empty list is nothing only where supplied.")
    crimes: list[CrimeDocument]
    next: str | None = Field(description="Address of the next page; null on the last. Posted forms are posted again.")


class CrimeQuery(CountQuery):
    """Where, when, which, and how many at a time."""

    limit: Number | Left = Field(
        default=None, ge=1, le=LARGEST_PAGE, description=f"Crimes in a page; {PAGE} by default."
    )
    cursor: str | Left = Field(default=None, description="Where the page before ended; comes with `next`.")


COLUMNS = (
    "id", "persistent_id", "category", "month", "lat", "lng", "snap_point", "name", "reported_by", "lies_in",
    "neighbourhood_force", "neighbourhood", "lsoa11", "lsoa21", "cell", "outcome", "outcome_month",
)  # fmt: skip


@router.get(PATH, summary="Crimes one by one", response_model=CrimePage, responses=forms(JSON, NDJSON, CSV, GEOJSON))
async def crimes(request: Request, query: Annotated[CrimeQuery, InQuery()]) -> Response:
    """Crimes of a point and radius, polygon, neighbourhood, cell, LSOA or force; as many as there are.

    JSON comes in pages, of one release from first to last. NDJSON, CSV and GeoJSON are streamed whole; the `Link` of
    relation `describedby` leads to what was supplied of those months.
    """
    left = query.model_dump(by_alias=True, exclude_none=True, exclude={"limit", "cursor"})
    cursor = Cursor.parse(query.cursor, question_of(left)) if query.cursor is not None else None
    release = await live_of(request).kept(cursor.release) if cursor else None
    asked = Asked(request, JSON, NDJSON, CSV, GEOJSON, release=release)
    return await run_in_threadpool(_answer, request, asked, query, cursor, left)


def _answer(
    request: Request, asked: Asked, query: CrimeQuery, cursor: Cursor | None, left: dict[str, object]
) -> Response:
    if asked.media is not JSON and (query.cursor is not None or query.limit is not None):
        raise BadParameter(f"`limit` and `cursor` are for pages of JSON; .{asked.media.ending} is streamed whole.")
    release = asked.release
    months = months_asked(query, release)
    held = held_months(months, release)
    ground = ground_asked(query, release, asked.settings)
    reader = CrimeReader(release, asked.settings.folder, ground, categories_asked(query.category))

    def body() -> Body:
        if asked.media is not JSON:
            return _stream(asked, reader, held)
        limit = query.limit or PAGE
        page = list(islice(_from(reader, held, cursor), limit + 1))
        more = page[limit - 1] if len(page) > limit else None
        end = Cursor(release.id, question_of(left), Month.parse(more.month), more.number) if more else None
        manifest = release.manifest
        states = (
            (month, state_of(ground, force_months(manifest, ground.forces, month, Kind.STREET))) for month in months
        )
        return json_body(
            {
                "release": release.id,
                "months": [{"month": str(month), "state": state.value} for month, state in states],
                "crimes": [crime_json(crime) for crime in page[:limit]],
                "next": _next(request, end) if end else None,
            }
        )

    described = None if asked.media is JSON else f"/v1/counts?{urlencode(request.query_params.multi_items())}"
    return asked.respond(body, described_by=described)


def _from(reader: CrimeReader, months: tuple[Month, ...], cursor: Cursor | None) -> Iterator[Crime]:
    """The crimes behind a cursor, or all."""
    for month in months:
        if cursor is None or month >= cursor.month:
            after = cursor.number if cursor and month == cursor.month else -1
            for found in reader.crimes(month, after):
                yield from found


def _stream(asked: Asked, reader: CrimeReader, months: tuple[Month, ...]) -> Iterator[bytes]:
    chunks = (chunk for month in months for chunk in reader.crimes(month))
    if asked.media is CSV:
        return csv_lines(COLUMNS, ([_flat(crime) for crime in chunk] for chunk in chunks))
    if asked.media is NDJSON:
        return ndjson([crime_json(crime) for crime in chunk] for chunk in chunks)
    return feature_collection([_feature(crime) for crime in chunk] for chunk in chunks)


def _next(request: Request, end: Cursor) -> str:
    """The address of the next page; of a posted form what is in the address, because the form is posted again."""
    kept = [] if request.headers.get("content-type") else request.query_params.multi_items()
    return f"{PATH}?{urlencode([*((name, value) for name, value in kept if name != 'cursor'), ('cursor', str(end))])}"


def crime_json(crime: Crime) -> dict[str, Any]:
    """A crime as `CrimeDocument`."""
    place, at, outcome = crime.place, crime.neighbourhood, crime.outcome
    return {
        "id": crime.id,
        "persistent_id": crime.persistent_id or None,
        "category": crime.category,
        "month": crime.month,
        "location": {"lat": place[1], "lng": place[2], "snap_point": place[0], "name": place[3]} if place else None,
        "reported_by": crime.reported_by,
        "lies_in": crime.lies_in,
        "neighbourhood": {"force": at.force_id, "id": at.id} if at else None,
        "lsoa11": crime.lsoa11,
        "lsoa21": crime.lsoa21,
        "cell": f"{crime.cell:x}" if crime.cell else None,
        "outcome": {"code": outcome.slug, "name": outcome.name, "month": crime.outcome_month} if outcome else None,
    }


def _flat(crime: Crime) -> dict[str, Any]:
    """A crime as a row of `COLUMNS`."""
    found = crime_json(crime)
    snap_point, lat, lng, name = crime.place or (None, None, None, None)
    at, outcome = crime.neighbourhood, crime.outcome
    return {
        **found,
        "lat": lat,
        "lng": lng,
        "snap_point": snap_point,
        "name": name,
        "neighbourhood_force": at.force_id if at else None,
        "neighbourhood": at.id if at else None,
        "outcome": outcome.slug if outcome else None,
        "outcome_month": crime.outcome_month,
    }


def _feature(crime: Crime) -> dict[str, Any]:
    """A crime as a GeoJSON feature, longitude first."""
    found = crime_json(crime)
    location = found.pop("location")
    geometry = {"type": "Point", "coordinates": [location["lng"], location["lat"]]} if location else None
    place = {name: location[name] if location else None for name in ("snap_point", "name")}
    return {"type": "Feature", "id": crime.id, "geometry": geometry, "properties": {**found, **place}}
