"""The access log: which route, never which path, because paths hold postcodes."""

import json
import logging
import time
import traceback
from typing import Any

from starlette.routing import Mount
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
            log_answer(route_of(scope), scope["method"], status, time.perf_counter() - began)


def log_answer(route: str, method: str, status: int, took_s: float) -> None:
    """Log one answer.

    Args:
        route: the template, never the path.
        method: of the request.
        status: of the answer.
        took_s: seconds from the request to the answer's end.
    """
    line = {"route": route, "method": method, "status": status, "ms": round(took_s * 1000, 1)}
    logger.info("%s", json.dumps(line))


def route_of(scope: Scope) -> str:
    """The template of the route that answered, such as `/area/{postcode}`; `(none)` where none matched."""
    route: Any = scope.get("route")
    if route is None and "endpoint" in scope:  # a mount leaves only the app that it passed the request to
        mounts = (one for one in scope["router"].routes if isinstance(one, Mount))
        route = next((mount for mount in mounts if mount.app is scope["endpoint"]), None)
    return str(getattr(route, "path", NO_ROUTE))


class DiscreetFormatter(logging.Formatter):
    """Formats errors as where they arose and of what kind, without their text: a text may quote what a reader typed."""

    def formatException(self, ei: Any) -> str:  # noqa: N802  # the standard library's name for it
        """The frames and the kind of an error and of what caused it."""
        told = []
        error: BaseException | None = ei[1]
        while error is not None:
            told.append("".join(traceback.format_tb(error.__traceback__)) + type(error).__qualname__)
            error = error.__cause__ or error.__context__
        return "\nfrom\n".join(told)
