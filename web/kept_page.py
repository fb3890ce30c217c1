"""Finished pages of places, kept in memory before FastAPI: most readers ask for what was just made for another.

What is kept is dropped as soon as the release, what teams publish, or the day is another. A page knows its language by
its address. Postcodes stand in the keys, in memory alone: nothing of them is written anywhere.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.live import Live
from api.log import log_answer, route_of
from api.publish.database import Updates
from api.publish.version import UpdatesVersion
from geo.store.release import Release
from web.answer import KEPT
from web.settings import WebSettings

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0  # at what teams publish
MOST_OF_ALL = 8  # no page may take more than this part of what may be kept
_PLACES = (
    "/area/",
    "/neighbourhood/",
    "/cy/area/",
    "/cy/neighbourhood/",
)  # what help is read, for one, is not kept
_OF_A_BODY = (b"content-type", b"content-length", b"content-encoding")
_OVERHEAD = 1_000  # bytes allowed for the objects round a page

Key = tuple[bytes, bytes, bool]  # path, query, whether gzipped
State = tuple[Release, tuple[int, ...], date]


@dataclass(frozen=True, slots=True)
class KeptPage:
    """An answer ready to be sent."""

    route: str
    etag: bytes
    start: Message
    unchanged: Message
    body: bytes
    size: int


class KeptPages:
    """Answers for pages of places that it keeps, and passes on everything else.

    Args:
        app: what makes the pages.
        live: which release they must be of.
        updates: what teams publish.
        settings: how much is kept, and whether answers are logged.
        today: the day it is.
    """

    def __init__(
        self, app: ASGIApp, live: Live, updates: Updates, settings: WebSettings, today: Callable[[], date] = date.today
    ) -> None:
        self._app = app
        self._live = live
        self._version = UpdatesVersion(updates)
        self._most = int(settings.pages_kept_mb * 1_000_000)
        self._logged = settings.access_log
        self._today = today
        self._kept: OrderedDict[Key, KeptPage] = OrderedDict()  # least recently used first
        self._state: State | None = None
        self._published: tuple[int, ...] | None = None  # `None` while nobody knows
        self._look_at = 0.0
        self.size = 0  # bytes kept

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if not self._most or scope["type"] != "http" or not scope["path"].startswith(_PLACES):
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        gzip, held = _asked(scope)
        state = await self._now()
        key = scope.get("raw_path") or scope["path"].encode(), scope["query_string"], gzip
        page = self._kept.get(key) if state else None
        if page is None or scope["method"] not in ("GET", "HEAD"):
            await self._make(key, state, scope, receive, send)
            return
        self._kept.move_to_end(key)
        start = page.unchanged if page.etag in held else page.start
        whole = start is page.start and scope["method"] == "GET"
        await send(start)
        await send({"type": "http.response.body", "body": page.body if whole else b""})
        if self._logged:
            log_answer(page.route, scope["method"], start["status"], time.perf_counter() - began)

    async def _now(self) -> State | None:
        """What kept pages must be made from; what was kept of another state is gone. `None`: nothing may be kept."""
        if time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + LOOK_EVERY_S
            self._published = await asyncio.to_thread(self._look)
        if self._published is None or not self._live.ready:
            state = None
        else:
            state = (self._live.current(), self._published, self._today())
        if state != self._state:
            self._state, self.size = state, 0
            self._kept.clear()
        return state

    def _look(self) -> tuple[int, ...] | None:
        try:
            return self._version.now()
        except Exception:  # whoever makes pages meets the same trouble, and says so
            logger.exception("What is published could not be looked at, so no page is kept.")
            return None

    async def _make(self, key: Key, state: State | None, scope: Scope, receive: Receive, send: Send) -> None:
        """Have the page made, and keep it if it may be."""
        if state is None or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        parts: list[bytes] = []
        size = 0

        async def copy(message: Message) -> None:
            nonlocal start, size
            if message["type"] == "http.response.start":
                start = message if _may_be_kept(message) else None
            elif start is not None:
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if not message.get("more_body", False):
                    self._keep(key, state, _page(route_of(scope), start, b"".join(parts)))
            await send(message)

        await self._app(scope, receive, copy)

    def _keep(self, key: Key, state: State, page: KeptPage) -> None:
        if state != self._state or page.size * MOST_OF_ALL > self._most:
            return
        before = self._kept.pop(key, None)
        self.size += page.size - (before.size if before else 0)
        self._kept[key] = page
        while self.size > self._most:
            self.size -= self._kept.popitem(last=False)[1].size


def _asked(scope: Scope) -> tuple[bool, list[bytes]]:
    """Whether gzip is taken, by the rule of `page_answer`, and the validators of what the reader holds."""
    gzip, held = False, b""
    for name, value in scope["headers"]:
        if name == b"accept-encoding":
            gzip = gzip or b"gzip" in value
        elif name == b"if-none-match":
            held = value
    return gzip, [part.strip() for part in held.split(b",")] if held else []


def _may_be_kept(start: Message) -> bool:
    headers = dict(start["headers"])
    return (
        start["status"] == HTTPStatus.OK
        and headers.get(b"cache-control") == KEPT.encode()
        and headers.get(b"etag", b"").startswith(b'W/"')
        and headers.get(b"content-type", b"").startswith(b"text/html")
        and b"set-cookie" not in headers
    )


def _page(route: str, start: Message, body: bytes) -> KeptPage:
    headers = list(start["headers"])
    unchanged = [(name, value) for name, value in headers if name not in _OF_A_BODY]
    size = len(body) + 2 * sum(len(name) + len(value) for name, value in headers) + _OVERHEAD
    return KeptPage(
        route=route,
        etag=dict(headers)[b"etag"],
        start={"type": "http.response.start", "status": HTTPStatus.OK.value, "headers": headers},
        unchanged={"type": "http.response.start", "status": HTTPStatus.NOT_MODIFIED.value, "headers": unchanged},
        body=body,
        size=size,
    )
