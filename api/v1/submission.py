"""`PUT /v1/submissions/{force}/{month}`: a force's system sends in a month of crime files, and asks how far it is."""

import asyncio
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.publish.parcel import MOST_BYTES, BadParcel, files_of
from api.publish.policy import Actor, Where
from api.publish.submission import Submission, pack, submissions, submit
from api.publish.token import SUBMITS
from api.v1.answer import live_of
from api.v1.publishing_document import TOKEN, BadItems
from api.v1.submission_document import GET_ANSWERS, PUT_ANSWERS, ZIP
from api.v1.writing import bearer_of, body_of
from geo.month import Month

router = APIRouter(tags=["publishing"])

MOST_LISTED = 20  # of a month, the newest first
_NO_STORE = {"Cache-Control": "no-store"}
_PATH = "/v1/submissions/{force}/{month}"


@router.put(
    _PATH, summary="Send in a month of crime files", status_code=201, responses=PUT_ANSWERS,
    openapi_extra={"requestBody": ZIP, **TOKEN},
)  # fmt: skip
async def put_submission(request: Request, force: str, month: str) -> Response:
    """Keep a zip of the month's CSV files until the operator looks at it; the same files again are the same."""
    actor = await _system(request, force, month)
    body = await body_of(request, ("application/zip",), MOST_BYTES)
    found, new = await asyncio.to_thread(_keep, request, actor, force, month, body)
    return JSONResponse(_told(found), HTTPStatus.CREATED if new else HTTPStatus.OK, _NO_STORE)


@router.get(_PATH, summary="How far a month of crime files is", responses=GET_ANSWERS, openapi_extra=TOKEN)
async def get_submission(request: Request, force: str, month: str) -> Response:
    """What was sent in of the month, the newest first, with what was found row by row."""
    await _system(request, force, month)
    found = await asyncio.to_thread(_sent, request, force, month)
    if not found:
        raise HTTPException(HTTPStatus.NOT_FOUND, "Nothing of that month was sent in.")
    told = {"force": force, "month": month, "submissions": [_told(one) for one in found]}
    return JSONResponse(told, headers=_NO_STORE)


async def _system(request: Request, force: str, month: str) -> Actor:
    """Whose token it is: of a force that there is, for a month that there can be."""
    actor, _ = await bearer_of(request, Where(force), (SUBMITS,), month)
    Month.parse(month)
    live_of(request).current().register.force(force)
    return actor


def _keep(request: Request, actor: Actor, force: str, month: str, body: bytes) -> tuple[Submission, bool]:
    try:
        packed = pack(force, files_of(body, force, Month.parse(month)))
    except BadParcel as error:
        raise BadItems(error.faults) from error
    state = request.app.state
    with state.updates.writing() as connection:
        return submit(connection, state.settings.data_dir, actor, packed)


def _sent(request: Request, force: str, month: str) -> list[Submission]:
    with request.app.state.updates.reading() as connection:
        return submissions(connection, force, month)[:MOST_LISTED]


def _told(one: Submission) -> dict[str, Any]:
    about = {"id": one.id, "force": one.force_id, "month": one.month, "sha256": one.sha256, "state": one.state}
    sent = {"sent_at": one.sent_at.isoformat(), "sent_by": one.sent_by}
    return about | sent | {"files": one.report.get("files", [])}
