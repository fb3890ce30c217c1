"""An HTML answer: validated by what it was made from, compressed, and kept by caches for a minute."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

from isal import isal_zlib
from starlette.requests import Request
from starlette.responses import Response

from web.corner import corners_now

KEPT = "public, max-age=60"  # a page may lag a new release by a minute, as a mirror would
NOT_KEPT = "no-store"
_GZIP_WINDOW = 31  # zlib's number for a gzip envelope
_GZIP_LEVEL = 3  # a tenth of a millisecond more than 1 for 5 % less
_WORTH_COMPRESSING = 1_000  # bytes


def validator_of(*parts: str) -> str:
    """A weak ETag of everything that a page depends on."""
    digest = sha256("\0".join(parts).encode()).hexdigest()
    return f'W/"{digest[:24]}"'


def not_modified(request: Request, validator: str) -> bool:
    """Whether the reader holds this very page."""
    held = request.headers.get("if-none-match", "")
    return validator in (part.strip() for part in held.split(","))


@dataclass(frozen=True)
class Sheet:
    """A page that is validated: its headers are said once, for the page and for the word that it has not changed.

    Attributes:
        request: what it answers.
        validator: an ETag of all that it depends on but what forces have set of their pages.
        headers: its further headers.
        media_type: of it, where it is a picture.
    """

    request: Request
    validator: str
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "text/html"

    @cached_property
    def etag(self) -> str:
        """The ETag of the page."""
        digest = corners_now(self.request).digest
        return validator_of(self.validator, digest) if digest else self.validator

    @property
    def held(self) -> bool:
        """Whether the reader holds this very page."""
        return not_modified(self.request, self.etag)

    def unchanged(self) -> Response:
        """The word that the reader's copy still holds."""
        return page_answer(self.request, None, self.etag, headers=self.headers)

    def whole(self, html: str) -> Response:
        """The page."""
        return page_answer(self.request, html, self.etag, headers=self.headers, media_type=self.media_type)


def page_answer(
    request: Request,
    html: str | None,
    validator: str | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    media_type: str = "text/html",
) -> Response:
    """The answer that carries a page.

    Args:
        request: tells what the reader takes.
        html: the page; `None` says that the reader's copy still holds.
        validator: its ETag; a page without one is not kept by any cache.
        status: of a page that is there.
        headers: further headers.
        media_type: of the page, where it is a picture.
    """
    kept = {"Cache-Control": KEPT, "ETag": validator} if validator else {"Cache-Control": NOT_KEPT}
    all_headers = {**kept, "Vary": "Accept-Encoding", **(headers or {})}
    if html is None:
        return Response(status_code=304, headers=all_headers)
    body = html.encode()
    if len(body) >= _WORTH_COMPRESSING and "gzip" in request.headers.get("accept-encoding", ""):
        body = isal_zlib.compress(body, _GZIP_LEVEL, _GZIP_WINDOW)
        all_headers["Content-Encoding"] = "gzip"
    return Response(body, status, all_headers, media_type)
