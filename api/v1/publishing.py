"""`PUT /v1/neighbourhoods/{force}/{id}/{kind}/{external_id}`: a force's own system publishes; nobody types twice."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from api.publish import content
from api.publish.item.fault import Fault, faults_of
from api.publish.item.kind import Kind
from api.publish.item.put import IMPORTED, item, put, remove
from api.publish.item.record import ChangedMeanwhile, Item, MayNot, NoSuchItem, Put
from api.publish.item.written import WRITTEN, Written
from api.publish.markup import clean_characters
from api.publish.picture import MOST_BYTES, BadPicture, held, keep, picture_of
from api.publish.policy import Where
from api.queries.neighbourhood import index_of
from api.v1.answer import live_of
from api.v1.publishing_document import (
    DELETED,
    PICTURES,
    PUT_ANSWERS,
    TOKEN,
    WRITTEN_ANSWERS,
    BadItems,
    body_schema,
)
from api.v1.writing import Sent, allowed, body_of, version_seen
from geo.errors import UnknownForce, UnknownNeighbourhood
from geo.neighbourhood import NeighbourhoodRef

router = APIRouter(tags=["publishing"])

MOST_IN_ID = 200  # characters
_PICTURED = (Kind.NEWS, Kind.MEMBER)
_IMAGES = ("image/jpeg", "image/png", "image/webp")
_NO_STORE = {"Cache-Control": "no-store"}


async def _put(request: Request, where: Where, kind: Kind, external_id: str, part_of: str | None = None) -> Response:
    sent = await allowed(request, where, (kind,), external_id, part_of)
    seen = version_seen(request)
    body = await body_of(request, ("application/json",))
    done = await asyncio.to_thread(_publish, request, sent, seen, body)
    headers = {**_NO_STORE, "ETag": f'"{done.item.version}"'}
    if done.created:
        headers["Location"] = quote(request.url.path)
    return JSONResponse(_told(done), 201 if done.created else 200, headers)


def _publish(request: Request, sent: Sent, seen: int | None, body: bytes) -> Put:
    _require_place(request, sent)
    _require_id(sent.external_id)
    written = _written(sent.kind, body)
    with _answered(), sent.updates.writing() as connection:
        picture_id = getattr(written, "picture_id", None)
        if picture_id is not None and not held(connection, picture_id):
            raise BadItems([Fault("picture_id", "There is no such picture: send it first", {})])
        return put(connection, sent.actor, sent.where, sent.external_id, written, seen=seen, part_of=sent.part_of)


async def _get(request: Request, where: Where, kind: Kind, external_id: str, part_of: str | None = None) -> Response:
    sent = await allowed(request, where, (kind,), external_id, part_of)
    there = await asyncio.to_thread(_held, sent)
    if there is None or there.written is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, "There is nothing of that id.")
    told = {**_whose(there), "written": there.written}
    return JSONResponse(told, headers={**_NO_STORE, "ETag": f'"{there.version}"'})


def _held(sent: Sent) -> Item | None:
    with sent.updates.reading() as connection:
        return item(connection, sent.where, sent.kind, sent.external_id, sent.part_of)


async def _delete(request: Request, where: Where, kind: Kind, external_id: str, part_of: str | None = None) -> Response:
    sent = await allowed(request, where, (kind,), external_id, part_of)
    await asyncio.to_thread(_take_out, sent, version_seen(request))
    return Response(status_code=HTTPStatus.NO_CONTENT, headers=_NO_STORE)


def _take_out(sent: Sent, seen: int | None) -> None:
    with _answered(), sent.updates.writing() as connection:
        there = item(connection, sent.where, sent.kind, sent.external_id, sent.part_of)
        if there is not None and seen not in (None, there.version):
            raise ChangedMeanwhile(there)
        remove(connection, sent.actor, sent.where, sent.kind, sent.external_id, sent.part_of)


async def _picture(request: Request, where: Where) -> Response:
    sent = await allowed(request, where, _PICTURED, "picture", None)
    body = await body_of(request, _IMAGES, MOST_BYTES)
    told = await asyncio.to_thread(_keep_picture, request, sent, body)
    return JSONResponse(told, HTTPStatus.CREATED, _NO_STORE)


def _keep_picture(request: Request, sent: Sent, body: bytes) -> dict[str, Any]:
    _require_place(request, sent)
    try:
        made = picture_of(body)
    except BadPicture as error:
        raise BadItems([Fault("picture", str(error), {})]) from error
    with sent.updates.writing() as connection:
        keep(connection, made)
    return {"picture_id": made.id, "width": made.width, "height": made.height}


class _answered:  # noqa: N801  reads as what it does where it stands
    """Says in HTTP what publishing refused."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, MayNot):
            raise HTTPException(HTTPStatus.FORBIDDEN, str(error)) from error
        if isinstance(error, ChangedMeanwhile):
            tag = {"ETag": f'"{error.held.version}"'}
            raise HTTPException(
                HTTPStatus.PRECONDITION_FAILED, f"It has version {error.held.version} now.", tag
            ) from error
        if isinstance(error, NoSuchItem):
            raise HTTPException(HTTPStatus.NOT_FOUND, str(error)) from error


def _written(kind: Kind, body: bytes) -> Written:
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "What was sent is not JSON.") from error
    if not isinstance(said, dict):
        raise BadItems([Fault("", "Send one JSON object", {})])
    try:
        return WRITTEN[kind].model_validate(said)
    except ValidationError as error:
        raise BadItems(faults_of(error)) from error


def _require_id(external_id: str) -> None:
    fine = external_id == " ".join(clean_characters(external_id).split()) and len(external_id) <= MOST_IN_ID
    if not fine or external_id.startswith(IMPORTED):
        said = f"Use at most {MOST_IN_ID} characters, none of them unseen; ids that begin with {IMPORTED} are taken"
        raise BadItems([Fault("external_id", said, {})])


def _require_place(request: Request, sent: Sent) -> None:
    """There is such a force, and such a neighbourhood.

    Raises:
        UnknownForce, UnknownNeighbourhood: there is none.
    """
    release, where = live_of(request).current(), sent.where
    force_id, neighbourhood_id = where.force_id or "", where.neighbourhood_id
    if not any(one.id == force_id and one.territorial for one in release.register):
        raise UnknownForce("No police force of that name is known here.")
    if neighbourhood_id is None:
        return
    if force_id in release.neighbourhoods.force_ids:
        index_of(release, NeighbourhoodRef(force_id, neighbourhood_id))
        return
    with sent.updates.reading() as connection:
        if neighbourhood_id not in content.neighbourhood_names(connection, force_id):
            raise UnknownNeighbourhood("No neighbourhood of that id is held of that force.")


def _told(done: Put) -> dict[str, Any]:
    return {**_whose(done.item), "changed": done.changed}


def _whose(held: Item) -> dict[str, Any]:
    there = {"force": held.where.force_id, "neighbourhood": held.where.neighbourhood_id, "kind": held.kind.value}
    return {**there, "external_id": held.external_id, "part_of": held.part_of, "version": held.version}


Endpoint = Callable[..., Any]


def _of_neighbourhood(does: Endpoint, kind: Kind) -> Endpoint:
    async def of_neighbourhood(request: Request, force: str, neighbourhood: str, external_id: str) -> Response:
        found: Response = await does(request, Where(force, neighbourhood), kind, external_id)
        return found

    return of_neighbourhood


def _of_priority(does: Endpoint, kind: Kind) -> Endpoint:
    async def of_priority(
        request: Request, force: str, neighbourhood: str, priority: str, external_id: str
    ) -> Response:
        found: Response = await does(request, Where(force, neighbourhood), kind, external_id, priority)
        return found

    return of_priority


def _of_force(does: Endpoint, kind: Kind) -> Endpoint:
    async def of_force(request: Request, force: str, external_id: str) -> Response:
        found: Response = await does(request, Where(force), kind, external_id)
        return found

    return of_force


async def post_picture(request: Request, force: str, neighbourhood: str) -> Response:
    """Send a picture, to be named by `picture_id`: it is public once something shows it."""
    return await _picture(request, Where(force, neighbourhood))


async def post_force_picture(request: Request, force: str) -> Response:
    """Send a picture of a senior officer."""
    return await _picture(request, Where(force))


def _add(path: str, kind: Kind, of: Callable[[Endpoint, Kind], Endpoint], what: str) -> None:
    """Add what can be done to one thing of a kind; a neighbourhood itself cannot be taken out."""
    sent = {"requestBody": body_schema(kind), **TOKEN}
    router.add_api_route(
        path, of(_put, kind), methods=["PUT"], summary=f"Publish: {what}", status_code=201, responses=PUT_ANSWERS,
        openapi_extra=sent, name=f"put_{what}",
    )  # fmt: skip
    router.add_api_route(
        path, of(_get, kind), methods=["GET"], summary=f"As it was written: {what}", responses=WRITTEN_ANSWERS,
        openapi_extra=TOKEN, name=f"get_{what}",
    )  # fmt: skip
    if kind is not Kind.NEIGHBOURHOOD:
        router.add_api_route(
            path, of(_delete, kind), methods=["DELETE"], summary=f"Take out: {what}", status_code=204,
            responses=DELETED, openapi_extra=TOKEN, name=f"delete_{what}",
        )  # fmt: skip


_PLACE = "/v1/neighbourhoods/{force}/{neighbourhood}"
for _kind in Kind:
    if _kind is not Kind.ACTION:
        _add(f"{_PLACE}/{_kind}/{{external_id}}", _kind, _of_neighbourhood, _kind.value)
_add(f"{_PLACE}/priority/{{priority}}/action/{{external_id}}", Kind.ACTION, _of_priority, "action")
_add("/v1/forces/{force}/member/{external_id}", Kind.MEMBER, _of_force, "senior officer")
for _path, _send in ((f"{_PLACE}/pictures", post_picture), ("/v1/forces/{force}/pictures", post_force_picture)):
    router.add_api_route(
        _path, _send, methods=["POST"], summary="Send a picture", status_code=201, responses=PICTURES[0],
        openapi_extra={"requestBody": PICTURES[1], **TOKEN},
    )  # fmt: skip
