"""The access log: which route, never which path, because paths hold postcodes."""

import json
import logging
import time
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger("yourarea.access")

NO_ROUTE = "(none)"


class AccessLog:
    """Logs one line of JSON for each request: route template, method, status and milliseconds.

    Neither path nor query, address, agent or referrer: a postcode, a position or a reader cannot be told from it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and note how it went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500  # what a server answers for an app that raises before it answers

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        began = time.perf_counter()
        try:
            await self._app(scope, receive, note)
        finally:
            _log(scope, status, time.perf_counter() - began)


def _log(scope: Scope, status: int, took_s: float) -> None:
    route: Any = scope.get("route")
    line = {
        "route": getattr(route, "path", NO_ROUTE) or "/",
        "method": scope["method"],
        "status": status,
        "ms": round(took_s * 1000, 1),
    }
    logger.info("%s", json.dumps(line))
