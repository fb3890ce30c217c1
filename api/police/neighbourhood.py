"""Methods 12 to 18 of data.police.uk: neighbourhoods, their boundaries, teams, events and priorities."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any

import numpy as np
import shapely
from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from api.police.force import READ, json_answer, not_found, person_json, release_of, territorial_force, updates_of
from api.publish import content
from api.publish.clock import wall
from api.publish.record import ContactPoint, Event, NeighbourhoodDetail, Priority
from geo.errors import BadLatLng
from geo.latlng import LatLng
from geo.neighbourhood import NeighbourhoodRef
from geo.store.release import Release

router = APIRouter(include_in_schema=False)

DECIMALS = 10  # of a boundary's degrees, as data.police.uk writes them; more would be the arithmetic of a repair


@router.api_route("/locate-neighbourhood", methods=READ)
def locate(request: Request, q: str = "") -> Response:
    """Method 18: the force and neighbourhood at `q=lat,lng`."""
    areas = release_of(request).neighbourhoods
    try:
        lat, lng = map(float, q.replace("_", "x").split(","))  # Python would read 1_0 as 10
        holding = areas.holding(LatLng(lat, lng))
    except (ValueError, BadLatLng):
        return not_found()
    if not holding:
        return not_found()
    return json_answer({"force": areas.force_ids[holding[0]], "neighbourhood": areas.ids[holding[0]]})


@router.api_route("/{force_id}/neighbourhoods", methods=READ)
def neighbourhoods(request: Request, force_id: str) -> Response:
    """Method 12: a force's neighbourhoods; of a force without boundaries here, those that it published of."""
    release = release_of(request)
    if territorial_force(release, force_id) is None:
        return not_found()
    with updates_of(request).reading() as connection:
        published = content.neighbourhood_names(connection, force_id)
    drawn = names_drawn(release, force_id)
    names = {known: published.get(known, name) for known, name in drawn.items()} if drawn else published
    return json_answer([{"id": known, "name": name} for known, name in names.items()])


@router.api_route("/{force_id}/{neighbourhood_id}", methods=READ)
def neighbourhood(request: Request, force_id: str, neighbourhood_id: str) -> Response:
    """Method 13: what is said of a neighbourhood; where nothing is, its name and where it lies."""
    ref, release = NeighbourhoodRef(force_id, neighbourhood_id), release_of(request)

    def answer(connection: Connection) -> Any:
        detail = content.neighbourhood_detail(connection, ref) or NeighbourhoodDetail()
        return neighbourhood_json(ref, detail, release)

    return _answer(request, ref, answer)


@router.api_route("/{force_id}/{neighbourhood_id}/boundary", methods=READ)
def boundary(request: Request, force_id: str, neighbourhood_id: str) -> Response:
    """Method 14: one ring, the first vertex repeated last; of several parts, that of the largest."""
    release = release_of(request)
    at = index_of(release, NeighbourhoodRef(force_id, neighbourhood_id))
    if at is None or territorial_force(release, force_id) is None:
        return not_found()
    parts = shapely.get_parts(release.neighbourhoods.polygons[at])
    ring = max(parts, key=lambda part: float(part.area)).exterior
    lng_lat = shapely.get_coordinates(ring).round(DECIMALS).tolist()
    return json_answer([{"latitude": degrees(lat), "longitude": degrees(lng)} for lng, lat in lng_lat])


@router.api_route("/{force_id}/{neighbourhood_id}/people", methods=READ)
def people(request: Request, force_id: str, neighbourhood_id: str) -> Response:
    """Method 15: the neighbourhood's team."""
    ref = NeighbourhoodRef(force_id, neighbourhood_id)
    return _answer(request, ref, lambda connection: [person_json(one) for one in content.team(connection, ref)])


@router.api_route("/{force_id}/{neighbourhood_id}/events", methods=READ)
def events(request: Request, force_id: str, neighbourhood_id: str) -> Response:
    """Method 16: events of today and later, each time of one that repeats; none that is called off."""
    ref = NeighbourhoodRef(force_id, neighbourhood_id)
    today = datetime.combine(wall(datetime.now(UTC)).date(), time.min)
    return _answer(
        request, ref, lambda connection: [event_json(one) for one in content.upcoming(connection, ref, today)]
    )


@router.api_route("/{force_id}/{neighbourhood_id}/priorities", methods=READ)
def priorities(request: Request, force_id: str, neighbourhood_id: str) -> Response:
    """Method 17: open priorities, each with the newest of what was done; none that is closed."""
    ref = NeighbourhoodRef(force_id, neighbourhood_id)
    return _answer(request, ref, lambda connection: [priority_json(one) for one in content.priorities(connection, ref)])


def _answer(request: Request, ref: NeighbourhoodRef, answer: Callable[[Connection], Any]) -> Response:
    """What is published of a neighbourhood, where there is such a neighbourhood."""
    release = release_of(request)
    if territorial_force(release, ref.force_id) is None:
        return not_found()
    drawn = ref.force_id in release.neighbourhoods.force_ids
    if drawn and index_of(release, ref) is None:
        return not_found()
    with updates_of(request).reading() as connection:
        if not drawn and ref.id not in content.neighbourhood_names(connection, ref.force_id):
            return not_found()
        return json_answer(answer(connection))


def index_of(release: Release, ref: NeighbourhoodRef) -> int | None:
    """A neighbourhood's index in the current generations; `None` where it is not there. Areas lie in order of force."""
    areas = release.neighbourhoods
    try:
        at = areas.ids.index(ref.id, areas.force_ids.index(ref.force_id))
    except ValueError:
        return None
    return at if areas.force_ids[at] == ref.force_id else None


def names_drawn(release: Release, force_id: str) -> dict[str, str]:
    """The names of a force's neighbourhoods by id, in order of id, as its current generation has them."""
    areas = release.neighbourhoods
    everywhere = zip(areas.force_ids, areas.ids, areas.names, strict=True)
    return dict(sorted((known, name) for force, known, name in everywhere if force == force_id))


def neighbourhood_json(ref: NeighbourhoodRef, detail: NeighbourhoodDetail, release: Release) -> dict[str, Any]:
    """A neighbourhood as method 13 writes one."""
    at = index_of(release, ref)
    name = detail.name or (ref.id if at is None else release.neighbourhoods.names[at])
    return {
        "id": ref.id,
        "name": name,
        "url_force": detail.url_force,
        "centre": _centre(detail, None if at is None else release.neighbourhoods.polygons[at]),
        "population": str(detail.population or 0),
        "contact_details": detail.contact or {},
        "links": [{"title": one.title, "description": one.description, "url": one.url} for one in detail.links],
        "locations": [location_json(one) for one in detail.contact_points],
        "description": detail.description,
    }


def _centre(detail: NeighbourhoodDetail, polygon: shapely.Geometry | None) -> dict[str, str | None]:
    """Where the force puts the centre, or else a point that is surely inside."""
    lat, lng = detail.centre_lat, detail.centre_lng
    if (lat is None or lng is None) and polygon is not None:
        inside = shapely.point_on_surface(polygon)
        lat, lng = round(inside.y, 6), round(inside.x, 6)
    return {"latitude": degrees(lat), "longitude": degrees(lng)}


def location_json(point: ContactPoint) -> dict[str, Any]:
    """A contact point as method 13 writes one."""
    return {
        "name": point.name,
        "longitude": degrees(point.lng),
        "postcode": point.postcode,
        "address": point.address,
        "latitude": degrees(point.lat),
        "type": point.type,
        "description": point.description,
    }


def event_json(event: Event) -> dict[str, Any]:
    """An event as method 16 writes one."""
    return {
        "title": event.title,
        "description": event.description,
        "address": event.address,
        "type": event.type,
        "start_date": event.starts_at.isoformat(),
        "end_date": moment(event.ends_at),
        "contact_details": event.contact,
    }


def priority_json(priority: Priority) -> dict[str, Any]:
    """A priority as method 17 writes one: with one action, so the newest."""
    newest = priority.actions[0] if priority.actions else None
    return {
        "issue": priority.issue,
        "issue-date": moment(priority.issued_at),
        "action": newest.action if newest else None,
        "action-date": moment(newest.acted_at) if newest else None,
    }


def moment(at: datetime | None) -> str | None:
    """A date and time by the clock on the wall: `2018-09-20T00:00:00`."""
    return None if at is None else at.isoformat()


def degrees(value: float | None) -> str | None:
    """Degrees as text, never with an exponent.

    >>> degrees(52.6389), degrees(0.00005), degrees(None)
    ('52.6389', '0.00005', None)
    """
    text = None if value is None else repr(value)
    return text if text is None or "e" not in text else np.format_float_positional(float(text))
