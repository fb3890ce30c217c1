"""`/v1/neighbourhoods/{force}/{id}` and `/v1/areas/{postcode}`: all that is known of one place, and where to go on."""

from datetime import date, datetime
from typing import Annotated, Any
from urllib.parse import quote, urlencode

import h3.api.numpy_int as h3
from fastapi import APIRouter, Path, Request, Response
from fastapi import Query as InQuery
from pydantic import Field

from api.police.force import updates_of
from api.queries.area import AreaAnswer, area_near, newest_counting
from api.queries.count import counts_of
from api.queries.due import due_about
from api.queries.ground import Ground, circle_ground, neighbourhood_ground, neighbourhood_index
from api.v1.answer import Asked, json_body
from api.v1.count import MonthCountDocument, month_json
from api.v1.document import Document, forms
from api.v1.media import JSON
from api.v1.parameter import Left, MonthText, Query, held_months
from api.v1.published import PublishedDocument, published_json, revision_of
from geo.cell import DRAWN_RESOLUTIONS
from geo.latlng import MILE_M, LatLng
from geo.month import Month, months_between
from geo.neighbourhood import NeighbourhoodRef
from geo.postcode import Postcode
from geo.store.release import Release
from geo.supply import SupplyState

router = APIRouter(tags=["places"])

TREND_MONTHS = 24  # twelve, and the twelve before them


class Named(Document):
    """A force."""

    id: str
    name: str


class NeighbourhoodHeading(Document):
    """A neighbourhood."""

    force: str
    id: str
    name: str
    generation: MonthText = Field(description="First month of the boundaries that it is drawn with.")


class MonthShown(Document):
    """Which month is shown, and when there will be another."""

    month: MonthText
    next: MonthText
    next_due: date = Field(description="About when: nobody promises a day.")


class TrendMonth(Document):
    """Crimes of one month, all categories."""

    month: MonthText
    state: SupplyState
    total: int | None = Field(description="Null where nothing is held.")


class PlaceCounts(Document):
    """What was recorded: by category in the month shown, and in all for up to 24 months before it."""

    shown: MonthCountDocument
    trend: list[TrendMonth] = Field(description="Oldest first.")


class NeighbourhoodDocument(Document):
    """A neighbourhood."""

    release: str
    force: Named
    neighbourhood: NeighbourhoodHeading
    month: MonthShown
    counts: PlaceCounts
    published: PublishedDocument
    links: dict[str, str]


class Position(Document):
    """Where a postcode is."""

    lat: float = Field(description="Latitude in degrees, WGS 84.")
    lng: float = Field(description="Longitude in degrees, WGS 84.")


class AreaDocument(Document):
    """A postcode, the mile around it, and the neighbourhood that it lies in."""

    release: str
    postcode: str
    position: Position
    imprecise: bool = Field(description="Whether the position was inferred, and is not that of its own addresses.")
    terminated: date | None = Field(description="First day of the month in which the postcode went out of use.")
    cell: str = Field(description="H3 cell at resolution 9.")
    force: Named | None
    neighbourhood: NeighbourhoodHeading | None
    month: MonthShown
    radius_m: float
    circle: PlaceCounts
    in_neighbourhood: PlaceCounts | None
    force_total: int | None = Field(description="All that the force recorded in the month, placed or not.")
    unplaced: int | None = Field(description="What it recorded without a position: no circle can count it.")
    loaded_at: datetime | None = Field(description="When the force's file was loaded here, UTC.")
    published: PublishedDocument | None
    links: dict[str, str]


class MonthQuery(Query):
    """Which month."""

    month: MonthText | Left = Field(
        default=None, description="Month, `YYYY-MM`; by default the newest of the place's own force."
    )


@router.get(
    "/v1/neighbourhoods/{force}/{neighbourhood}",
    summary="A neighbourhood",
    response_model=NeighbourhoodDocument,
    responses=forms(JSON),
)
def neighbourhood(
    request: Request,
    force: Annotated[str, Path(description="Id of the force.", examples=["leicestershire"])],
    neighbourhood: Annotated[str, Path(description="Id of the neighbourhood, percent-encoded.", examples=["NC04"])],
    query: Annotated[MonthQuery, InQuery()],
) -> Response:
    """What was recorded there, by category and month; its team, priorities and events; links to more."""
    asked, ref = Asked(request, JSON), NeighbourhoodRef(force, neighbourhood)
    release = asked.release
    ground = neighbourhood_ground(release, ref)
    newest = newest_counting(release, ground.forces[0])
    month = _month(query, newest, release)
    updates = updates_of(request)
    revision = revision_of(updates, ref)
    with updates.reading() as connection:
        return asked.respond(
            lambda: json_body(
                {
                    "release": release.id,
                    "force": {"id": force, "name": ground.forces[0].name},
                    "neighbourhood": _heading(release, ref, ground),
                    "month": _shown(month, newest),
                    "counts": _counts(asked, ground, month),
                    "published": published_json(connection, ref),
                    "links": _links(ref),
                }
            ),
            revision,
        )


@router.get("/v1/areas/{postcode}", summary="A postcode's place", response_model=AreaDocument, responses=forms(JSON))
def area(
    request: Request,
    postcode: Annotated[str, Path(description="In any writing: `LE1 5YA`, `le15ya`.", examples=["LE1-5YA"])],
    query: Annotated[MonthQuery, InQuery()],
) -> Response:
    """The mile around a postcode and its neighbourhood: counts, trend, team, priorities, events; links to more."""
    asked = Asked(request, JSON)
    month = Month.parse(query.month) if query.month is not None else None
    found = area_near(asked.release, Postcode.parse(postcode), month)
    ref = found.neighbourhood.ref if found.neighbourhood else None
    updates = updates_of(request)
    revision = revision_of(updates, ref) if ref else None
    with updates.reading() as connection:
        return asked.respond(
            lambda: json_body(
                {
                    **_area(asked, found),
                    "published": published_json(connection, ref) if ref else None,
                    "links": {**_circle_links(found.position), **(_links(ref) if ref else {})},
                }
            ),
            revision,
        )


def _area(asked: Asked, found: AreaAnswer) -> dict[str, Any]:
    position, release, ref = found.position, asked.release, found.neighbourhood.ref if found.neighbourhood else None
    inside = neighbourhood_ground(release, ref) if ref else None
    return {
        "release": found.release_id,
        "postcode": found.postcode.spaced,
        "position": {"lat": position.lat, "lng": position.lng},
        "imprecise": found.imprecise,
        "terminated": found.terminated.isoformat() if found.terminated else None,
        "cell": f"{h3.latlng_to_cell(position.lat, position.lng, DRAWN_RESOLUTIONS[-1]):x}",
        "force": {"id": found.force.id, "name": found.force.name} if found.force else None,
        "neighbourhood": _heading(release, ref, inside) if ref and inside else None,
        "month": _shown(found.month, found.next_month.back(1)),
        "radius_m": MILE_M,
        "circle": _counts(asked, circle_ground(release, position, MILE_M), found.month),
        "in_neighbourhood": _counts(asked, inside, found.month) if inside else None,
        "force_total": found.force_total,
        "unplaced": found.unplaced,
        "loaded_at": found.loaded_at.isoformat() if found.loaded_at else None,
    }


def _month(query: MonthQuery, newest: Month, release: Release) -> Month:
    return held_months((Month.parse(query.month),), release)[0] if query.month is not None else newest


def _shown(month: Month, newest: Month) -> dict[str, str]:
    following = newest + 1
    return {"month": str(month), "next": str(following), "next_due": due_about(following).isoformat()}


def _heading(release: Release, ref: NeighbourhoodRef, ground: Ground) -> dict[str, str]:
    name = release.neighbourhoods.names[neighbourhood_index(release, ref)]
    return {"force": ref.force_id, "id": ref.id, "name": name, "generation": str(ground.generation)}


def _counts(asked: Asked, ground: Ground, month: Month) -> dict[str, Any]:
    first = max(month.back(min(TREND_MONTHS - 1, month.slot)), asked.release.months[0])
    months = tuple(months_between(min(first, month), month))
    found = counts_of(asked.release, asked.settings.folder, ground, months)
    trend = [{"month": str(one.month), "state": one.state.value, "total": one.total} for one in found]
    return {"shown": month_json(found[-1]), "trend": trend}


def _links(ref: NeighbourhoodRef) -> dict[str, str]:
    """Where more of a neighbourhood is."""
    asked = urlencode({"force": ref.force_id, "neighbourhood": ref.id})
    return {
        "neighbourhood": f"/v1/neighbourhoods/{quote(ref.force_id, safe='')}/{quote(ref.id, safe='')}",
        "crimes": f"/v1/crimes?{asked}",
        "counts": f"/v1/counts?{asked}",
        "stops": f"/v1/stops?{asked}",
        "boundary": f"/v1/boundaries?{asked}",
    }


def _circle_links(position: LatLng) -> dict[str, str]:
    asked = urlencode({"lat": position.lat, "lng": position.lng})
    return {"circle_crimes": f"/v1/crimes?{asked}", "circle_counts": f"/v1/counts?{asked}"}
