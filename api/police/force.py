"""Methods 9 to 11 of data.police.uk: forces, what a force says of itself, and its senior officers."""

from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from api.publish import content
from api.publish.database import Updates
from api.publish.record import ForceDetail, Person
from geo.force import Force
from geo.store.release import Release

router = APIRouter(include_in_schema=False)

READ = ["GET", "HEAD"]


@router.api_route("/forces", methods=READ)
def forces(request: Request) -> Response:
    """Method 9: the forces that have an area of their own, in the register's order."""
    with updates_of(request).reading() as connection:
        named = content.force_names(connection)
    listed = [force for force in release_of(request).register if force.territorial]
    return json_answer([{"id": force.id, "name": named.get(force.id, force.name)} for force in listed])


@router.api_route("/forces/{force_id}", methods=READ)
def force(request: Request, force_id: str) -> Response:
    """Method 10: what a force says of itself; where it said nothing, what the register knows."""
    found = territorial_force(release_of(request), force_id)
    if found is None:
        return not_found()
    with updates_of(request).reading() as connection:
        detail = content.force_detail(connection, force_id) or ForceDetail()
    return json_answer(
        {
            "description": detail.description,
            "url": found.url if detail.url is None else detail.url,
            "engagement_methods": [
                {"url": one.url, "type": one.type, "description": one.description, "title": one.title}
                for one in detail.engagement_methods
            ],
            "telephone": detail.telephone,
            "id": found.id,
            "name": detail.name or found.name,
        }
    )


@router.api_route("/forces/{force_id}/people", methods=READ)
def people(request: Request, force_id: str) -> Response:
    """Method 11: a force's senior officers."""
    if territorial_force(release_of(request), force_id) is None:
        return not_found()
    with updates_of(request).reading() as connection:
        return json_answer([person_json(officer) for officer in content.officers(connection, force_id)])


def person_json(person: Person) -> dict[str, Any]:
    """A senior officer or team member as methods 11 and 15 write one."""
    return {"name": person.name, "rank": person.rank, "bio": person.bio, "contact_details": person.contact}


def territorial_force(release: Release, force_id: str) -> Force | None:
    """The force of that id, where these methods know it: British Transport Police has no area, so they do not."""
    return next((one for one in release.register if one.id == force_id and one.territorial), None)


def release_of(request: Request) -> Release:
    """The live release.

    Raises:
        UnknownRelease: there is none yet.
    """
    found: Release = request.app.state.live.current()
    return found


def updates_of(request: Request) -> Updates:
    """What forces and teams publish; one database for an app."""
    updates: Updates = request.app.state.updates
    return updates


def json_answer(value: Any) -> Response:
    """JSON as data.police.uk sends it."""
    return Response(orjson.dumps(value), media_type="application/json")


def not_found() -> Response:
    """What these methods answer of what they do not know."""
    return PlainTextResponse("Not Found", 404)
