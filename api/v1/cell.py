"""`/v1/cells/{h3}` and `/v1/snap-points/{id}`: the two units that maps draw."""

from typing import Annotated, Any

import h3.api.numpy_int as h3
import numpy as np
from fastapi import APIRouter, Path, Request, Response
from fastapi import Query as InQuery
from pydantic import Field

from api.queries.count import counts_of
from api.queries.estimated_area import CAP_M, estimated_area
from api.queries.ground import Ground, cell_ground, cell_polygon
from api.v1.answer import Asked, json_body
from api.v1.count import MonthCountDocument, month_json
from api.v1.crime import NeighbourhoodName
from api.v1.document import Document, forms
from api.v1.geojson import Geometry, geometry_json
from api.v1.media import JSON
from api.v1.parameter import MonthsQuery, months_asked
from api.v1.place import cell_of
from geo.cell import DRAWN_RESOLUTIONS, parents
from geo.errors import UnknownSnapPoint
from geo.store.layout import DataFolder
from geo.store.release import Release

router = APIRouter(tags=["places"])


class CellDocument(Document):
    """An H3 cell and what was recorded at its snap points."""

    release: str
    cell: str
    resolution: int
    boundary: Geometry
    snap_points: int = Field(description="How many known snap points it has; a few lie just outside its edge.")
    months: list[MonthCountDocument]
    parent: str | None = Field(description="The cell around it at the next coarser drawn resolution.")
    links: dict[str, str]


class EstimatedAreaDocument(Document):
    """The ground whose crimes a snap point probably carries: an estimate, never an exact boundary."""

    text: str = Field(description="What it was estimated from, in words to be shown with it.")
    points: int = Field(description="Positions of the same snap list that are known.")
    months: int = Field(description="Months of that list that are held.")
    area_km2: float
    capped: bool = Field(description=f"Whether it was cut off at {CAP_M:.0f} metres from the point.")
    geometry: Geometry


class SnapPointDocument(Document):
    """A snap point: what crimes are moved to before they are published."""

    release: str
    id: int
    name: str = Field(description="As published; empty where only unnamed rows know it.")
    lat: float = Field(description="Latitude in degrees, WGS 84.")
    lng: float = Field(description="Longitude in degrees, WGS 84.")
    vintage: int = Field(description="Year of its snap list: 2011, or 2022 from July 2022 on.")
    force: str | None = Field(description="The force on whose ground it lies.")
    neighbourhood: NeighbourhoodName | None
    cell: str = Field(description="H3 cell at resolution 9.")
    estimated_area: EstimatedAreaDocument
    months: list[MonthCountDocument]
    links: dict[str, str]


@router.get("/v1/cells/{h3}", summary="An H3 cell", response_model=CellDocument, responses=forms(JSON))
def cell(
    request: Request,
    cell: Annotated[
        str, Path(alias="h3", description="H3 cell of a drawn resolution, 15 hex digits.", examples=["88195cb665fffff"])
    ],
    query: Annotated[MonthsQuery, InQuery()],
) -> Response:
    """A cell of a drawn resolution, what was recorded in it, and the cells around and within it."""
    asked, number = Asked(request, JSON), cell_of(cell)
    months, ground = months_asked(query, asked.release), cell_ground(asked.release, number)
    resolution = int(h3.get_resolution(number))
    coarser = f"{h3.cell_to_parent(number, resolution - 1):x}" if resolution > DRAWN_RESOLUTIONS[0] else None
    return asked.respond(
        lambda: json_body(
            {
                "release": asked.release.id,
                "cell": cell,
                "resolution": resolution,
                "boundary": geometry_json(cell_polygon(number)),
                "snap_points": 0 if ground.snap_ids is None else len(ground.snap_ids),
                "months": [month_json(one) for one in counts_of(*_of(asked), ground, months)],
                "parent": coarser,
                "links": {"crimes": f"/v1/crimes?cell={cell}", "counts": f"/v1/counts?cell={cell}"},
            }
        )
    )


@router.get("/v1/snap-points/{id}", summary="A snap point", response_model=SnapPointDocument, responses=forms(JSON))
def snap_point(
    request: Request,
    snap_id: Annotated[int, Path(alias="id", ge=0, le=2**31 - 1, description="Id, as `street.id` in `/api`.")],
    query: Annotated[MonthsQuery, InQuery()],
) -> Response:
    """A snap point, the ground whose crimes it probably carries, and what was recorded at it."""
    asked = Asked(request, JSON)
    release = asked.release
    if snap_id >= len(release.snap_register):
        raise UnknownSnapPoint(f"There is no snap point {snap_id}; ids run from 0 to {len(release.snap_register) - 1}.")
    months = months_asked(query, release)

    def body() -> bytes:
        slot, register = int(release.placement.force[snap_id]), release.snap_register
        force = release.register.by_slot().get(slot)
        ground = Ground(np.array([snap_id], np.int64), (force,) if force else ())
        fine = parents(register.cell[[snap_id]], DRAWN_RESOLUTIONS[-1])[0]
        lat, lng = float(register.lat[snap_id]), float(register.lng[snap_id])
        return json_body(
            {
                "release": release.id,
                "id": snap_id,
                "name": register.name(snap_id),
                "lat": lat,
                "lng": lng,
                "vintage": int(register.table["vintage"][snap_id].as_py()),
                "force": force.id if force else None,
                "neighbourhood": _neighbourhood(release, snap_id),
                "cell": f"{fine:x}",
                "estimated_area": _estimate(release, snap_id),
                "months": [month_json(one) for one in counts_of(*_of(asked), ground, months)],
                "links": {"crimes": f"/v1/crimes?lat={lat}&lng={lng}&radius=1", "cell": f"/v1/cells/{fine:x}"},
            }
        )

    return asked.respond(body)


def _of(asked: Asked) -> tuple[Release, DataFolder]:
    return asked.release, asked.settings.folder


def _neighbourhood(release: Release, snap_id: int) -> dict[str, str] | None:
    at, areas = int(release.placement.neighbourhood[snap_id]), release.neighbourhoods
    return None if at < 0 else {"force": areas.force_ids[at], "id": areas.ids[at]}


def _estimate(release: Release, snap_id: int) -> dict[str, Any]:
    found = estimated_area(release, snap_id)
    return {
        "text": f"An estimate from {found.points:,} points seen in {found.months} months: the ground nearer to this "
        f"point than to any other that is known, up to {CAP_M:,.0f} metres away.",
        "points": found.points,
        "months": found.months,
        "area_km2": round(found.area_km2, 4),
        "capped": found.capped,
        "geometry": geometry_json(found.polygon),
    }
