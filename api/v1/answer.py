"""One request to `/v1`, and its answer: validated, kept by caches, in the form that was asked for."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from importlib.metadata import version

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.live import Live
from api.police.answer import takes_gzip
from api.settings import ApiSettings
from api.v1.media import Media, media_asked
from geo.store.release import Release

KEPT = "public, max-age=60"  # an address lags a new release by a minute at most
ENDING = "yourarea.ending"  # where `V1Api` notes the ending that it took off an address
HEAD = "yourarea.head"  # and that only the head was asked for
_SOFTWARE = version("yourarea")  # another one may write another answer

Body = bytes | Iterator[bytes]


class Asked:
    """What a resource answers from: the release, taken once, and what the client will take.

    Attributes:
        release: all figures come from it.
        settings: of the server.
        media: the form of the answer.
    """

    def __init__(self, request: Request, *offered: Media, release: Release | None = None) -> None:
        """Takes the request.

        Args:
            request: to be answered.
            offered: the forms of this resource, the preferred one first.
            release: which; by default the live one.

        Raises:
            UnknownRelease: there is none yet.
            HTTPException: the client wants a form that is not offered.
        """
        self._request = request
        self.settings: ApiSettings = request.app.state.settings
        self.media = media_asked(request.scope.get(ENDING), request.headers.get("accept", ""), offered)
        self.release = release or live_of(request).current()

    def respond(self, make: Callable[[], Body], *revisions: object, described_by: str | None = None) -> Response:
        """The answer: what `make` makes, or that the client has it already.

        Args:
            make: called only where the client needs the body; whatever it may find wrong has been looked for before.
            revisions: what the answer depends on beside release, address and form.
            described_by: the address that tells what was supplied, for forms that cannot say it themselves.
        """
        validator = self._validator(*revisions)
        headers = {"ETag": validator, "Cache-Control": KEPT}
        if described_by is not None:
            headers["Link"] = f'<{described_by}>; rel="describedby"'
        if _holds(self._request.headers.get("if-none-match", ""), validator):
            return Response(status_code=304, headers=headers)
        if self._request.scope.get(HEAD):
            return Response(headers=headers, media_type=self.media.content_type)
        body = make()
        if isinstance(body, bytes):
            return Response(body, headers=headers, media_type=self.media.content_type)
        return StreamingResponse(body, headers=headers, media_type=self.media.content_type)

    def _validator(self, *revisions: object) -> str:
        """A strong ETag: the same bytes follow from the same release, address, form and revisions."""
        url = self._request.url
        parts = (_SOFTWARE, self.release.id, url.path, url.query, self.media.type, takes_gzip(self._request.scope))
        return f'"{sha256(repr((*parts, *revisions)).encode()).hexdigest()[:32]}"'


def _holds(if_none_match: str, validator: str) -> bool:
    """Whether the client holds that answer, by the weak comparison that RFC 9110 prescribes for the header."""
    held = [part.strip().removeprefix("W/") for part in if_none_match.split(",")]
    return validator in held or held == ["*"]


def live_of(request: Request) -> Live:
    """What follows the live release."""
    live: Live = request.app.state.live
    return live


def json_body(value: object) -> bytes:
    """A value as JSON."""
    return orjson.dumps(value)
