"""Tiles over HTTP: a bare ASGI callable, because routing and response objects cost more than the tile does."""

import re
from collections.abc import Mapping
from http import HTTPStatus

from isal import igzip
from pmtiles.tile import Compression
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.byte_range import NotSatisfiable, byte_range
from api.live import Live
from api.problems import problem_of
from geo.store.release import TileFile

PREFIX = "/tiles/"
CHUNK = 1 << 18  # bytes handed over at once: big enough to be cheap, small enough that other requests get their turn
HOT = 8_192  # answers kept ready in each worker, about a kilobyte each; the tiles themselves stay in the mapped file
SHARED = 4  # headers that a 304 repeats come first: etag, cache-control, vary, origin
FOR_EVER = b"public, max-age=31536000, immutable"  # addresses carry the content's digest
ANY_ORIGIN = (b"access-control-allow-origin", b"*")  # tiles are public, and hold nothing of the reader
_EXPOSED = (b"access-control-expose-headers", b"accept-ranges, content-length, content-range, etag")
_NO_TRANSFORM = (b"cache-control", FOR_EVER + b", no-transform")  # a range of re-compressed bytes would be nonsense
_PREFLIGHT = [
    ANY_ORIGIN,
    (b"access-control-allow-methods", b"GET, HEAD"),
    (b"access-control-allow-headers", b"range, if-range, if-none-match"),
    (b"access-control-max-age", b"86400"),
    (b"content-length", b"0"),
]
_REFUSES_GZIP = re.compile(rb"gzip\s*;\s*q=0(?:\.0*)?\s*(?:,|$)")
_TILE = re.compile(r"/tiles/([^/]+)/([0-9]{1,2})/([0-9]{1,9})/([0-9]{1,9})\.mvt")
_ARCHIVE = re.compile(r"/tiles/([^/]+)\.pmtiles")

_NOT_FOUND = HTTPException(HTTPStatus.NOT_FOUND, "There is no such tile archive or tile here.")
_NOT_ALLOWED = HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "GET, HEAD"})

Headers = list[tuple[bytes, bytes]]


class TileServer:
    """Answers `/tiles/{stem}/{z}/{x}/{y}.mvt` and `/tiles/{stem}.pmtiles`, and passes on everything else.

    Args:
        live: whose tile archives are served, those of releases live lately too.
        otherwise: the app behind.
    """

    def __init__(self, live: Live, otherwise: ASGIApp) -> None:
        self._live = live
        self._otherwise = otherwise
        self._of: Mapping[str, TileFile] = {}
        self._shown: dict[str, _Shown] = {}
        self._hot: dict[str, tuple[Message, Message]] = {}  # by path: a gzipped tile's answer, ready to send

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; most are for a tile that was asked for before, and take the first few lines."""
        hot = self._hot.get(scope.get("path", ""))
        if hot is None or scope["method"] != "GET" or not _plainly_gzip(scope) or self._of is not self._live.tile_files:
            await self._answer(scope, receive, send)
        else:
            await send(hot[0])
            await send(hot[1])

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http" or not path.startswith(PREFIX) or not path.endswith((".mvt", ".pmtiles")):
            await self._otherwise(scope, receive, send)
        elif scope["method"] not in ("GET", "HEAD"):
            await _other_method(scope, receive, send)
        elif named := _ARCHIVE.fullmatch(path):
            shown = await self._find(named[1])
            await (_send_file(shown, scope, send) if shown else _refuse(_NOT_FOUND, scope, receive, send))
        else:
            await self._tile(path, scope, receive, send)

    async def _tile(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        named = _TILE.fullmatch(path)
        shown = await self._find(named[1]) if named else None
        at = (int(named[2]), int(named[3]), int(named[4])) if named else (0, 0, 0)
        if shown is None or not shown.has_place(*at):
            await _refuse(_NOT_FOUND, scope, receive, send)
            return
        hot = await _send_tile(shown, at, scope, send)
        if hot is not None:
            if len(self._hot) >= HOT:
                self._hot.clear()
            self._hot[path] = hot

    async def _find(self, stem: str) -> "_Shown | None":
        if self._of is not self._live.tile_files:
            self._of, self._shown, self._hot = self._live.tile_files, {}, {}
        shown = self._shown.get(stem)
        if shown is None:
            file = self._live.tile_file(stem) or await self._live.tile_file_soon(stem)
            if file is None:
                return None
            shown = self._shown[stem] = _Shown(file)
        return shown


class _Shown:
    """A tile archive with all that its answers have in common."""

    def __init__(self, file: TileFile) -> None:
        self.file = file
        self.tile_at = file.archive.get
        self.first_zoom, self.last_zoom = file.archive.header["min_zoom"], file.archive.header["max_zoom"]
        self.packed = file.archive.header["tile_compression"] is Compression.GZIP
        self.etag = f'"{file.sha256[:32]}"'.encode()
        self.etag_plain = f'"{file.sha256[:32]}-plain"'.encode()
        self.empty = self._headers(self.etag)
        self.plain = [*self._headers(self.etag_plain), (b"content-type", b"application/vnd.mapbox-vector-tile")]
        self.gzipped = [
            *self._headers(self.etag),
            (b"content-type", b"application/vnd.mapbox-vector-tile"),
            (b"content-encoding", b"gzip"),
        ]

    def has_place(self, z: int, x: int, y: int) -> bool:
        """Whether such a tile could be in the archive: within its zooms, and on the map."""
        return self.first_zoom <= z <= self.last_zoom and not x >> z and not y >> z

    @staticmethod
    def _headers(etag: bytes) -> Headers:
        return [(b"etag", etag), (b"cache-control", FOR_EVER), (b"vary", b"accept-encoding"), ANY_ORIGIN]


async def _send_tile(
    shown: _Shown, at: tuple[int, int, int], scope: Scope, send: Send
) -> tuple[Message, Message] | None:
    """Answer with a tile; gives the messages of a gzipped one, which are those of every such answer."""
    asked = dict(scope["headers"])
    gzip = shown.packed and _takes_gzip(asked.get(b"accept-encoding", b""))
    tile = shown.tile_at(*at)
    headers = shown.empty if tile is None else shown.gzipped if gzip else shown.plain
    if _matches(asked.get(b"if-none-match", b""), headers[0][1]):
        await _send(send, _start(HTTPStatus.NOT_MODIFIED, headers[:SHARED]))
    elif tile is None:
        await _send(send, _start(HTTPStatus.NO_CONTENT, headers))
    else:
        body = igzip.decompress(tile) if shown.packed and not gzip else tile  # type: ignore[no-untyped-call]
        start = _start(HTTPStatus.OK, [*headers, (b"content-length", b"%d" % len(body))])
        await _send(send, start, body)
        return (start, {"type": "http.response.body", "body": body}) if gzip else None
    return None


async def _send_file(shown: _Shown, scope: Scope, send: Send) -> None:
    """The archive or one range of it, in chunks that are views of the mapped file."""
    whole = scope["method"] == "HEAD"  # a range is defined for GET alone
    status, headers, (start, stop) = _file_answer(shown, dict(scope["headers"]), whole)
    await send(_start(status, headers))
    if scope["method"] == "GET":
        for at in range(start, stop, CHUNK):
            chunk = shown.file.archive.content[at : min(at + CHUNK, stop)]
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body"})


def _file_answer(shown: _Shown, asked: Mapping[bytes, bytes], whole: bool) -> tuple[int, Headers, tuple[int, int]]:
    """Status, headers and bytes; see `byte_range` for what is ignored."""
    size = len(shown.file.archive.content)
    headers: Headers = [_NO_TRANSFORM, (b"etag", shown.etag), (b"accept-ranges", b"bytes"), ANY_ORIGIN, _EXPOSED]
    if _matches(asked.get(b"if-none-match", b""), shown.etag):
        return HTTPStatus.NOT_MODIFIED, headers, (0, 0)
    headers.append((b"content-type", b"application/vnd.pmtiles"))
    same = asked.get(b"if-range", shown.etag) == shown.etag
    try:
        part = byte_range(asked.get(b"range", b""), size) if same and not whole else None
    except NotSatisfiable:
        headers += [(b"content-range", b"bytes */%d" % size), (b"content-length", b"0")]
        return HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers, (0, 0)
    if part is None:
        return HTTPStatus.OK, [*headers, (b"content-length", b"%d" % size)], (0, size)
    start, stop = part
    headers.append((b"content-range", b"bytes %d-%d/%d" % (start, stop - 1, size)))
    return HTTPStatus.PARTIAL_CONTENT, [*headers, (b"content-length", b"%d" % (stop - start))], part


def _start(status: int, headers: Headers) -> Message:
    return {"type": "http.response.start", "status": status, "headers": headers}


async def _send(send: Send, start: Message, body: bytes | memoryview = b"") -> None:
    await send(start)
    await send({"type": "http.response.body", "body": body})


async def _other_method(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["method"] == "OPTIONS":
        await _send(send, _start(HTTPStatus.OK, _PREFLIGHT))
    else:
        await _refuse(_NOT_ALLOWED, scope, receive, send)


async def _refuse(error: HTTPException, scope: Scope, receive: Receive, send: Send) -> None:
    response = problem_of(error).response()
    response.headers.update({"Access-Control-Allow-Origin": "*", **(error.headers or {})})
    await response(scope, receive, send)


def _plainly_gzip(scope: Scope) -> bool:
    """Whether gzip is taken without reserve and nothing is held already; what is less plain is looked at in full."""
    gzip = False
    for name, value in scope["headers"]:
        if name == b"accept-encoding":
            gzip = b"gzip" in value and b"q=0" not in value
        elif name == b"if-none-match":
            return False
    return gzip


def _takes_gzip(accepted: bytes) -> bool:
    return b"gzip" in accepted and (b"q=0" not in accepted or _REFUSES_GZIP.search(accepted) is None)


def _matches(if_none_match: bytes, etag: bytes) -> bool:
    return etag in if_none_match or if_none_match.strip() == b"*"
