"""Bytes to send: JSON, packed where the client takes it so, or a refusal."""

import re
from http import HTTPStatus

from isal import isal_zlib
from starlette.types import Scope, Send

from api.police.refusal import Refusal

WORTH_PACKING = 500  # bytes; below, one packet holds it either way
LEVEL = 1  # of isal: a third of the size of none, at a gigabyte a second
_GZIP_WINDOW = 31  # zlib's way of asking for a gzip header
_TAKES_GZIP = re.compile(
    rb"(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[0-9.]+\s*)?(?:,|$)", re.IGNORECASE
)
ANY_ORIGIN = (b"access-control-allow-origin", b"*")  # what is here is public, and holds nothing of the reader
_VARY = (b"vary", b"accept-encoding")
_JSON = (b"content-type", b"application/json")
_AS_TOLD = (b"x-content-type-options", b"nosniff")
_PACKED = (b"content-encoding", b"gzip")


def header(scope: Scope, name: bytes) -> bytes:
    """A header of a request; empty where there is none."""
    return next((value for key, value in scope["headers"] if key == name), b"")


def packed(body: bytes) -> bytes:
    """The same, gzipped, without a time in it: equal answers are equal bytes."""
    return bytes(isal_zlib.compress(body, LEVEL, _GZIP_WINDOW))


def takes_gzip(scope: Scope) -> bool:
    """Whether the client says that it takes gzip."""
    return _TAKES_GZIP.search(header(scope, b"accept-encoding")) is not None


async def send_json(scope: Scope, send: Send, body: bytes) -> None:
    """Answer with JSON."""
    headers = [_JSON, ANY_ORIGIN, _VARY, _AS_TOLD]
    if len(body) >= WORTH_PACKING and takes_gzip(scope):
        body = packed(body)
        headers.append(_PACKED)
    await _send(scope, send, HTTPStatus.OK, headers, body)


async def send_refusal(scope: Scope, send: Send, refusal: Refusal) -> None:
    """Answer with a refusal."""
    media_type = f"{refusal.media_type}; charset=utf-8".encode()
    headers = [(b"content-type", media_type), ANY_ORIGIN, (b"cache-control", b"no-store"), *refusal.headers]
    await _send(scope, send, refusal.status, headers, refusal.text.encode())


async def send_preflight(scope: Scope, send: Send, methods: bytes) -> None:
    """Answer a browser that asks whether a page from elsewhere may read."""
    headers = [
        ANY_ORIGIN,
        (b"access-control-allow-methods", methods),
        (b"access-control-allow-headers", b"*"),
        (b"access-control-max-age", b"86400"),
    ]
    await _send(scope, send, HTTPStatus.NO_CONTENT, headers, b"")


async def _send(scope: Scope, send: Send, status: HTTPStatus, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    length = [] if status is HTTPStatus.NO_CONTENT else [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": int(status), "headers": [*headers, *length]})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
