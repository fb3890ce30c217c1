"""`/api`: the methods of data.police.uk, as existing clients call them.

Methods 1 to 8 and 19 to 22 answer bytes that lie ready, so they are found by name and sent without FastAPI between;
methods 9 to 18 are plain FastAPI routers behind them.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus

from starlette.datastructures import State
from starlette.types import Receive, Scope, Send

from api.live import Live
from api.police import crime, stop
from api.police.answer import send_json, send_preflight, send_refusal
from api.police.form import read_form
from api.police.parameters import read_parameters
from api.police.published import published_methods
from api.police.rate import LeakyBuckets, shared_path, whole_seconds
from api.police.refusal import Refusal, bad_request, no_such_method, nothing_live
from api.police.request import Asked
from api.settings import ApiSettings
from geo.errors import UnknownRelease

logger = logging.getLogger(__name__)

PREFIX = "/api/"
LONGEST_LINE = 4_094  # characters of a request line, as data.police.uk takes them
_AROUND = len("GET  HTTP/1.1")
_SLASHES = re.compile("/{2,}")


@dataclass(frozen=True, slots=True)
class Method:
    """One method.

    Attributes:
        path: template, as the access log names it.
        answer: gives the JSON.
        post: whether a form may be posted to it.
        slow: whether it may keep other requests waiting, so that it runs beside the event loop.
    """

    path: str
    answer: Callable[[Asked], bytes]
    post: bool = False
    slow: bool = False


METHODS = (
    Method("/api/crimes-street-dates", crime.street_dates),
    Method("/api/crime-last-updated", crime.last_updated),
    Method("/api/crime-categories", crime.crime_categories),
    Method("/api/crimes-street/{category}", crime.crimes_street, post=True),
    Method("/api/crimes-at-location", crime.crimes_at_location),
    Method("/api/crimes-no-location", crime.crimes_no_location),
    Method("/api/outcomes-at-location", crime.outcomes_at_location, post=True),
    Method("/api/outcomes-for-crime/{persistent_id}", crime.outcomes_for_crime, slow=True),
    Method("/api/stops-street", stop.stops_street, post=True),
    Method("/api/stops-at-location", stop.stops_at_location),
    Method("/api/stops-no-location", stop.stops_no_location),
    Method("/api/stops-force", stop.stops_force),
)
_BY_NAME = {method.path.split("/")[2]: method for method in METHODS}


class PoliceApi:
    """The ASGI app of everything below `/api/`. It stands before FastAPI, whose layers cost as much as an answer.

    Args:
        state: of the app that it stands before; `live` and `settings` are read from it.
    """

    def __init__(self, state: State) -> None:
        self._live: Live = state.live
        self._settings: ApiSettings = state.settings
        self._otherwise = published_methods(state)
        rate = self._settings.rate_per_s
        self._buckets = LeakyBuckets(rate, self._settings.rate_burst, shared_path()) if rate else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; whatever it is, never with another status than the contract has."""
        try:
            self._let_in(scope)
            await self._answer(scope, receive, send)
        except Refusal as refusal:
            await send_refusal(scope, send, refusal)
        except UnknownRelease:
            await send_refusal(scope, send, nothing_live())

    def _let_in(self, scope: Scope) -> None:
        """Sees to the client's rate and the length of what it wrote."""
        client = scope.get("client")
        wait_s = self._buckets.pour(client[0]) if self._buckets is not None and client else 0.0
        if wait_s:
            retry = ((b"retry-after", str(whole_seconds(wait_s)).encode()),)
            raise Refusal(HTTPStatus.TOO_MANY_REQUESTS, headers=retry)
        asked = (scope.get("raw_path") or scope["path"].encode()).partition(b"?")[0]  # some servers leave the query in
        query = scope["query_string"]
        if len(asked) + len(query) + bool(query) + _AROUND > LONGEST_LINE and scope["method"] in ("GET", "HEAD"):
            raise bad_request()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = _SLASHES.sub("/", scope["path"])
        name, *rest = path.strip("/").split("/")[1:4] or [""]
        method = _BY_NAME.get(name)
        if scope["method"] == "OPTIONS":
            await send_preflight(scope, send, b"GET, HEAD, POST" if method is None or method.post else b"GET, HEAD")
        elif method is None:
            inner = {**scope, "path": path.rstrip("/"), "root_path": scope.get("root_path", "") + PREFIX.rstrip("/")}
            await self._otherwise(inner, receive, send)
            scope["route"] = inner.get("route")
        else:
            scope["route"] = method
            await send_json(scope, send, await self._sound(self._found(method, rest, scope, receive)))

    @staticmethod
    async def _sound(answer: Awaitable[bytes]) -> bytes:
        """The answer, or a refusal that tells nothing of a fault of ours."""
        try:
            return await answer
        except (Refusal, UnknownRelease):
            raise
        except Exception as error:
            logger.exception("A method of /api failed.")
            raise Refusal(HTTPStatus.INTERNAL_SERVER_ERROR) from error

    async def _found(self, method: Method, rest: list[str], scope: Scope, receive: Receive) -> bytes:
        if len(rest) != method.path.count("{"):
            raise no_such_method()
        parameters = read_parameters(scope["query_string"])
        if scope["method"] == "POST" and method.post:
            parameters |= await read_form(scope, receive)
        elif scope["method"] not in ("GET", "HEAD"):
            allow = b"GET, HEAD, POST" if method.post else b"GET, HEAD"
            raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED, headers=((b"allow", allow),))
        asked = Asked(self._live.current(), self._settings, parameters, rest[0] if rest else "")
        if method.slow or asked.slow:
            return await asyncio.to_thread(method.answer, asked)
        return method.answer(asked)
