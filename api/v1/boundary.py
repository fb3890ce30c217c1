"""`/v1/boundaries` and `/v1/generations`: neighbourhoods and force areas as GeoJSON, today's and earlier ones."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi import Query as InQuery
from fastapi.responses import JSONResponse
from pydantic import Field

from api.v1.answer import Asked, json_body
from api.v1.document import Document, forms
from api.v1.geojson import Geometry, geometry_json
from api.v1.media import GEOJSON, JSON
from api.v1.parameter import Left, MonthText, NoQuery, Query
from api.v1.row import feature_collection
from geo.errors import BadParameter, UnknownGeneration, UnknownNeighbourhood
from geo.month import Month
from geo.store.boundary import Areas
from geo.store.layout import DataFolder
from geo.store.manifest import Generation
from geo.store.release import Release

router = APIRouter(tags=["boundaries"])

PATH = "/v1/boundaries"
_GENERATIONS_KEPT = 8  # opened ones that are not current
_CHUNK = 50


class GeoJson(JSONResponse):
    """What the document calls an answer in GeoJSON."""

    media_type = GEOJSON.type


class AreaProperties(Document):
    """What an area is."""

    kind: Literal["neighbourhood", "force"]
    force: str
    id: str
    name: str
    generation: MonthText | None = Field(description="First month of the boundaries; null for force areas.")


class AreaFeature(Document):
    """An area."""

    type: Literal["Feature"]
    properties: AreaProperties
    geometry: Geometry


class Boundaries(Document):
    """Areas, as a FeatureCollection."""

    type: Literal["FeatureCollection"]
    features: list[AreaFeature]


class GenerationDocument(Document):
    """One dated set of a force's neighbourhoods."""

    force: str
    generation: MonthText = Field(description="Its first month.")
    current: bool = Field(description="Whether counts and pages use it.")
    neighbourhoods: int
    boundaries: str = Field(description="Where they are.")


class Generations(Document):
    """All that are held."""

    release: str
    generations: list[GenerationDocument]


class BoundaryQuery(Query):
    """Which areas."""

    force: str | Left = Field(
        default=None, description="Id of a force: its neighbourhoods. Without it: the areas of all forces."
    )
    neighbourhood: str | Left = Field(default=None, description="Id of one neighbourhood of `force`.")
    generation: MonthText | Left = Field(
        default=None, description="First month of the set, as `/v1/generations` has it; by default today's."
    )


@router.get(
    PATH,
    summary="Neighbourhoods or force areas",
    response_class=GeoJson,
    response_model=Boundaries,
    responses=forms(GEOJSON),
)
def boundaries(request: Request, query: Annotated[BoundaryQuery, InQuery()]) -> Response:
    """Neighbourhoods of a force, or the areas of all forces; WGS 84, longitude first, as GeoJSON has it."""
    asked = Asked(request, GEOJSON)
    if query.force is None:
        if query.neighbourhood is not None or query.generation is not None:
            raise BadParameter("`neighbourhood` and `generation` belong to a force: name its `force` too.")
        areas = asked.release.force_areas
        return asked.respond(lambda: feature_collection(_features(areas, range(len(areas)), None)))
    generation = _generation(asked.release, query.force, query.generation)
    areas = _areas(asked.settings.folder, generation)
    chosen = [at for at, one in enumerate(areas.ids) if query.neighbourhood in (None, one)]
    if not chosen:
        raise UnknownNeighbourhood(f"{query.neighbourhood!r} is not a neighbourhood of that generation.")
    return asked.respond(lambda: feature_collection(_features(areas, chosen, generation.first_month)))


@router.get("/v1/generations", summary="Which boundaries are held", response_model=Generations, responses=forms(JSON))
def generations(request: Request, _query: Annotated[NoQuery, InQuery()]) -> Response:
    """Every dated set of every force's neighbourhoods, and which one counts and pages use."""
    asked = Asked(request, JSON)
    manifest = asked.release.manifest
    held = sorted(manifest.generations, key=lambda one: (one.force, one.first_month))
    listed = [_listed(one, current=one in manifest.current_generations) for one in held]
    return asked.respond(lambda: json_body({"release": asked.release.id, "generations": listed}))


def _listed(one: Generation, *, current: bool) -> dict[str, Any]:
    address = urlencode({"force": one.force, "generation": str(one.first_month)})
    return {
        "force": one.force,
        "generation": str(one.first_month),
        "current": current,
        "neighbourhoods": one.file.rows,
        "boundaries": f"{PATH}?{address}",
    }


def _generation(release: Release, force_id: str, first_month: str | None) -> Generation:
    """A force's generation of that first month, or its current one."""
    name = release.register.force(force_id).name
    if first_month is None:
        found = [one for one in release.manifest.current_generations if one.force == force_id]
    else:
        month = Month.parse(first_month)
        found = [one for one in release.manifest.generations if (one.force, one.first_month) == (force_id, month)]
    if not found:
        held = [str(one.first_month) for one in release.manifest.generations if one.force == force_id]
        raise UnknownGeneration(f"No such boundaries of {name} are held. Held are: {', '.join(held) or 'none'}.")
    return found[0]


def _areas(folder: DataFolder, generation: Generation) -> Areas:
    return _opened(folder.file(generation.file.path))


@lru_cache(maxsize=_GENERATIONS_KEPT)
def _opened(path: Path) -> Areas:
    """The areas of a file, which is named by its content and so never changes."""
    return Areas.open(path)


def _features(areas: Areas, chosen: range | list[int], generation: Month | None) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(chosen), _CHUNK):
        yield [_feature(areas, at, generation) for at in chosen[start : start + _CHUNK]]


def _feature(areas: Areas, at: int, generation: Month | None) -> dict[str, Any]:
    properties = {
        "kind": "neighbourhood" if generation else "force",
        "force": areas.force_ids[at],
        "id": areas.ids[at],
        "name": areas.names[at],
        "generation": str(generation) if generation else None,
    }
    return {"type": "Feature", "properties": properties, "geometry": geometry_json(areas.polygons[at])}
