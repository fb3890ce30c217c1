"""Tiles over HTTP: a bare ASGI callable, because routing and response objects cost more than the tile does."""

import mmap
import re
from collections.abc import Mapping
from functools import cached_property
from http import HTTPStatus

from isal import igzip
from pmtiles.tile import Compression
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from api.byte_range import NotSatisfiable, byte_range
from api.live import Live
from api.problems import problem_of
from geo.store.release import TileFile

PREFIX = "/tiles/"
CHUNK = 1 << 18  # bytes handed over at once: big enough to be cheap, small enough that other requests get their turn
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
_DIGITS = frozenset("0123456789")

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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or not (path := scope["path"]).startswith(PREFIX):
            return await self._otherwise(scope, receive, send)
        single = path.endswith(".mvt")
        if not single and not path.endswith(".pmtiles"):
            return await self._otherwise(scope, receive, send)
        if scope["method"] not in ("GET", "HEAD"):
            return await _other_method(scope, receive, send)
        stem, *place = path[len(PREFIX) : path.rindex(".")].split("/")
        shown = await self._find(stem)
        at = _place(place) if single else None
        if shown is None or (at is None if single else place):
            return await _refuse(_NOT_FOUND, scope, receive, send)
        if at is None:
            return await _send_file(shown, scope, send)
        if not shown.first_zoom <= at[0] <= shown.last_zoom:
            return await _refuse(_NOT_FOUND, scope, receive, send)
        return await _send_tile(shown, at, scope, send)

    async def _find(self, stem: str) -> "_Shown | None":
        if self._of is not self._live.tile_files:
            self._of, self._shown = self._live.tile_files, {}
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

    @staticmethod
    def _headers(etag: bytes) -> Headers:
        return [(b"cache-control", FOR_EVER), (b"etag", etag), (b"vary", b"accept-encoding"), ANY_ORIGIN]

    @cached_property
    def content(self) -> memoryview:
        """The whole file, mapped when it is first asked for."""
        with self.file.path.open("rb") as file:
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _place(parts: list[str]) -> tuple[int, int, int] | None:
    """(z, x, y) of three numbers that name a tile."""
    if len(parts) != 3 or not all(part and len(part) < 10 and _DIGITS.issuperset(part) for part in parts):
        return None
    z, x, y = map(int, parts)
    return (z, x, y) if z < 32 and x < 1 << z and y < 1 << z else None


async def _send_tile(shown: _Shown, at: tuple[int, int, int], scope: Scope, send: Send) -> None:
    gzip, unless = False, b""
    for name, value in scope["headers"]:
        if name == b"accept-encoding":
            gzip = shown.packed and _takes_gzip(value)
        elif name == b"if-none-match":
            unless = value
    tile = shown.tile_at(*at)
    if unless and _matches(unless, shown.etag if gzip or tile is None else shown.etag_plain):
        await _send(send, HTTPStatus.NOT_MODIFIED, shown.empty if gzip or tile is None else shown.plain[:4])
    elif tile is None:
        await _send(send, HTTPStatus.NO_CONTENT, shown.empty)
    elif gzip:
        await _send(send, HTTPStatus.OK, [*shown.gzipped, (b"content-length", b"%d" % len(tile))], tile)
    else:
        plain = igzip.decompress(tile) if shown.packed else tile  # type: ignore[no-untyped-call]
        await _send(send, HTTPStatus.OK, [*shown.plain, (b"content-length", b"%d" % len(plain))], plain)


async def _send_file(shown: _Shown, scope: Scope, send: Send) -> None:
    """The archive or one range of it, in chunks that are views of the mapped file."""
    whole = scope["method"] == "HEAD"  # a range is defined for GET alone
    status, headers, (start, stop) = _file_answer(shown, dict(scope["headers"]), whole)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    if scope["method"] == "GET":
        for at in range(start, stop, CHUNK):
            chunk = shown.content[at : min(at + CHUNK, stop)]
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body"})


def _file_answer(shown: _Shown, asked: Mapping[bytes, bytes], whole: bool) -> tuple[int, Headers, tuple[int, int]]:
    """Status, headers and bytes; see `byte_range` for what is ignored."""
    size = shown.file.size
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


async def _send(send: Send, status: int, headers: Headers, body: bytes | memoryview = b"") -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _other_method(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["method"] == "OPTIONS":
        await _send(send, HTTPStatus.OK, _PREFLIGHT)
    else:
        await _refuse(_NOT_ALLOWED, scope, receive, send)


async def _refuse(error: HTTPException, scope: Scope, receive: Receive, send: Send) -> None:
    response = problem_of(error).response()
    response.headers.update({"Access-Control-Allow-Origin": "*", **(error.headers or {})})
    await response(scope, receive, send)


def _takes_gzip(accepted: bytes) -> bool:
    return b"gzip" in accepted and (b"q=0" not in accepted or _REFUSES_GZIP.search(accepted) is None)


def _matches(if_none_match: bytes, etag: bytes) -> bool:
    return etag in if_none_match or if_none_match.strip() == b"*"
