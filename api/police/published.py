"""Methods 9 to 18, which answer what forces and teams published, as an app of their own behind the others."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import State
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.police.answer import ANY_ORIGIN, LEVEL, WORTH_PACKING
from api.police.force import router as forces
from api.police.neighbourhood import router as neighbourhoods
from api.police.refusal import Refusal, bad_request, no_such_method, nothing_live
from geo.errors import UnknownRelease


def published_methods(state: State) -> ASGIApp:
    """The app of those methods, whose refusals are data.police.uk's and never FastAPI's.

    Literal paths come before those that begin with a force: `/forces/{id}` before `/{force}/{neighbourhood}`.

    Args:
        state: of the app that it stands before, and from now on its own.
    """
    app = FastAPI(
        openapi_url=None, redirect_slashes=False, telemetry={"tracing": False, "metrics": False, "logs": False}
    )
    app.state = state
    app.include_router(forces)
    app.include_router(neighbourhoods)
    kinds: tuple[Any, ...] = (HTTPException, RequestValidationError, UnknownRelease)
    for kind in kinds:
        app.add_exception_handler(kind, _refuse)
    return _AnyOrigin(GZipMiddleware(app, WORTH_PACKING, LEVEL))


async def _refuse(_request: Request, error: Exception) -> Response:
    if isinstance(error, RequestValidationError):
        refusal = bad_request()
    elif isinstance(error, UnknownRelease):
        refusal = nothing_live()
    elif isinstance(error, HTTPException) and error.status_code != HTTPStatus.NOT_FOUND:
        refusal = Refusal(HTTPStatus(error.status_code), headers=_headers(error))
    else:
        refusal = no_such_method()
    headers = {name.decode(): value.decode() for name, value in refusal.headers}
    return Response(refusal.text, refusal.status, headers, media_type=refusal.media_type)


def _headers(error: HTTPException) -> tuple[tuple[bytes, bytes], ...]:
    return tuple((name.lower().encode(), value.encode()) for name, value in (error.headers or {}).items())


class _AnyOrigin:
    """Lets pages from anywhere read the answers of an app."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def allow(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], ANY_ORIGIN]
            await send(message)

        await self._app(scope, receive, allow)
