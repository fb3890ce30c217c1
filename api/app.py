"""The app that answers for data; `web` puts pages on it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.datastructures import State
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from api.live import Live
from api.log import AccessLog
from api.police.router import PREFIX as POLICE
from api.police.router import PoliceApi
from api.problems import PREFIX, answer_problems, meaning_of
from api.publish.database import open_updates
from api.publish.withheld import WithheldWatch
from api.settings import ApiSettings
from api.tilejson import router as tilejson
from api.tiles import TileServer
from api.v1.app import PREFIX as V1
from api.v1.app import v1_api

logger = logging.getLogger(__name__)

NO_STORE = {"Cache-Control": "no-store"}

router = APIRouter()


def create_api(settings: ApiSettings, before: Callable[[ASGIApp, State], ASGIApp] | None = None) -> FastAPI:
    """An app that follows the live release of a data folder.

    Nothing is read before it starts. `app.state.live` is the `Live` that handlers ask for the release, once a request;
    `app.state.settings` are the settings, `app.state.updates` the database of what forces and teams publish, open until
    it ends. Foreign origins may read tiles, `/api` and `/v1`, and nothing else.

    Args:
        settings: of the app.
        before: makes what stands behind the tiles and before all else, from what it passes requests on to and
            `app.state`.
    """
    app = _Api(
        title="Your Area",
        lifespan=_lifespan,
        openapi_url=None,  # its pages load scripts from elsewhere
        telemetry={"tracing": False, "metrics": False, "logs": False},  # spans would hold paths, and so postcodes
    )
    app.state.settings = settings
    app.state.live = Live(settings.folder, settings.keep_old_s, WithheldWatch(open_updates(settings)).now)
    app.state.updates = open_updates(settings)
    answer: Any = app.answer  # uvicorn types the messages more narrowly than Starlette
    behind: Any = ProxyHeadersMiddleware(answer, settings.trusted_proxies)
    app.tiles = TileServer(app.state.live, before(behind, app.state) if before else behind)
    app.police = PoliceApi(app.state)
    app.v1 = v1_api(app.state)
    if settings.access_log:
        app.add_middleware(AccessLog)
        app.police, app.v1 = AccessLog(app.police), AccessLog(app.v1)
    answer_problems(app)
    app.include_router(router)
    app.include_router(tilejson)
    return app


class _Api(FastAPI):
    """FastAPI with tiles, `/api` and `/v1` before it: nine requests of ten are theirs, and need nothing of the rest."""

    tiles: TileServer
    police: ASGIApp
    v1: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.tiles(scope, receive, send)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As FastAPI answers, but for `/api` and `/v1`."""
        if scope["type"] == "http" and scope["path"].startswith(POLICE):
            await self.police(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith(f"{V1}/"):
            await self.v1(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """The live release is open before the first request, and followed until the last."""
    live: Live = app.state.live
    await live.look()
    if not live.ready:
        logger.warning("No release is live yet: /readyz answers 503 until one is activated.")
    watching = asyncio.create_task(live.watch(app.state.settings.look_every_s))
    try:
        yield
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        app.state.updates.close()


@router.api_route("/healthz", methods=["GET", "HEAD"], include_in_schema=False)
async def healthz() -> PlainTextResponse:
    """The process is up; whether it has anything to say is `/readyz`."""
    return PlainTextResponse("up\n", headers=NO_STORE)


@router.api_route("/readyz", methods=["GET", "HEAD"], include_in_schema=False)
async def readyz(request: Request) -> JSONResponse:
    """Which release serves; 503 when none does. `trouble`: that the one activated last does not; the log says why."""
    live: Live = request.app.state.live
    release = live.current()
    document: dict[str, Any] = {"release": release.id, "month": str(release.month_newest) if release.months else None}
    return JSONResponse({**document, "trouble": live.trouble}, headers=NO_STORE)


@router.api_route(f"{PREFIX}{{slug}}", methods=["GET", "HEAD"], include_in_schema=False)
async def problem(slug: str) -> PlainTextResponse:
    """What a kind of problem means."""
    return PlainTextResponse(f"{meaning_of(slug)}\n", headers={"Cache-Control": "public, max-age=86400"})
