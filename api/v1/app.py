"""`/v1`: our own API, an app of its own behind tiles and `/api` and before the pages."""

import difflib
import re
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import MutableHeaders, State
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.police.answer import LEVEL, WORTH_PACKING
from api.problems import answer_problems, problem_of
from api.v1 import document
from api.v1.answer import ENDING, HEAD
from api.v1.form import POSTED, as_query, with_posts
from api.v1.media import ENDINGS
from api.v1.publishing_document import SECURITY, BadItems, answer_faults
from api.v1.router import ROUTERS
from api.v1.writing import METHODS, WRITTEN, Refusals
from geo.errors import BadParameter

PREFIX = "/v1"
_METHODS = "GET, HEAD, OPTIONS"
_ENDED = re.compile(rf"(/v1/(?!neighbourhoods/|areas/|forces/|openapi\.json$).+)\.({'|'.join(sorted(ENDINGS))})")
_READ_BY_ALL = {  # what is here is public, and holds nothing of the reader; nobody writes from another site's page
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link",
}
_ANSWERED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # a postcode in an address goes to no other site
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Robots-Tag": "noindex",
    "Vary": "Accept, Accept-Encoding",
}
_PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": f"{_METHODS}, POST",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}


def v1_api(state: State) -> ASGIApp:
    """The ASGI app of everything below `/v1`.

    Args:
        state: of the app that it stands before; `live` and `settings` are read from it.
    """
    app = _Documented(
        title="Your Area",
        version=version("yourarea"),
        summary=document.SUMMARY,
        description=document.DESCRIPTION,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,  # its pages load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # spans would hold paths, and so postcodes
    )
    app.state = state
    answer_problems(app)
    app.add_exception_handler(RequestValidationError, _mistaken)
    app.add_exception_handler(BadItems, answer_faults)
    state.refusals = Refusals()
    for router in ROUTERS:
        app.include_router(router, responses=document.PROBLEMS)
    return V1Api(GZipMiddleware(app, WORTH_PACKING, LEVEL))


class _Documented(FastAPI):
    """FastAPI whose document knows what may be posted."""

    def openapi(self) -> dict[str, Any]:
        """The document, made once."""
        if self.openapi_schema is None:
            self.openapi_schema = with_posts(super().openapi())
            self.openapi_schema["components"]["securitySchemes"] = SECURITY
        return self.openapi_schema


class V1Api:
    """What all of `/v1` has before anything is looked up: methods, endings of addresses, headers.

    Args:
        app: answers `GET`, and what publishes.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        method = scope["method"]
        if method == "OPTIONS":
            await Response(status_code=HTTPStatus.NO_CONTENT, headers=_preflight(scope["path"]))(scope, receive, send)
            return
        writes = _writes(scope)

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_ANSWERED if writes else {**_ANSWERED, **_READ_BY_ALL})
            elif method == "HEAD":
                message = {**message, "body": b""}
            await send(message)

        try:
            if not writes:
                await _prepare(scope, receive)
            await self._app(scope, receive, dressed)
        except HTTPException as error:
            await problem_of(error).response(error.headers)(scope, receive, dressed)
        finally:
            scope["method"] = method  # as the access log is to have it


def _writes(scope: Scope) -> bool:
    """Whether a request asks to publish something, which its own route looks after."""
    return scope["method"] in METHODS and WRITTEN.fullmatch(scope["path"]) is not None


def _preflight(path: str) -> dict[str, str]:
    """What pages of other sites may send; of what is published, nothing but questions."""
    return {**_PREFLIGHT, "Access-Control-Allow-Methods": _METHODS} if WRITTEN.fullmatch(path) else _PREFLIGHT


async def _prepare(scope: Scope, receive: Receive) -> None:
    """Takes the ending off an address, and makes a GET of whatever only reads.

    Raises:
        HTTPException: 405, 413 or 415.
    """
    ended = _ENDED.fullmatch(scope["path"])
    if ended:
        scope["path"], scope[ENDING] = ended[1], ended[2]
    posted = scope["path"] in POSTED
    if scope["method"] == "POST" and posted:
        await as_query(scope, receive)
    elif scope["method"] not in ("GET", "HEAD"):
        allow = f"{_METHODS}, POST" if posted else _METHODS
        raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, "Everything here is only read.", {"Allow": allow})
    scope["method"], scope[HEAD] = "GET", scope["method"] == "HEAD"


async def _mistaken(request: Request, error: Exception) -> Response:
    """Says which parameter is wrong, never what it held; of one that is not known, which is nearest."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    unknown = next((str(one["loc"][-1]) for one in found if one["type"] == "extra_forbidden"), None)
    if unknown is not None:
        return problem_of(_unknown(unknown, _known(request))).response()
    told = {str(one["loc"][1]): one["msg"] for one in reversed(found) if one["type"] != "none_required"}
    return problem_of(BadParameter("; ".join(f"`{name}`: {said}." for name, said in told.items()))).response()


def _unknown(name: str, known: list[str]) -> BadParameter:
    near = difflib.get_close_matches(name, known, 1)
    meant = f" Did you mean {near[0]!r}?" if near else ""
    return BadParameter(f"There is no parameter {name[:40]!r} here.{meant} There are: {', '.join(known) or 'none'}.")


def _known(request: Request) -> list[str]:
    """The names of the query parameters that the route has: those of its model."""
    route: Any = request.scope["route"]
    models = [one.field_info.annotation for one in route.dependant.query_params]
    return [field.alias or name for model in models for name, field in model.model_fields.items()]
