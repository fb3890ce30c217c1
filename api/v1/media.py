"""Forms of an answer: by what the client accepts, or by the ending of the address."""

import re
from dataclasses import dataclass
from http import HTTPStatus

from starlette.exceptions import HTTPException


@dataclass(frozen=True, slots=True)
class Media:
    """One form of an answer.

    Attributes:
        ending: of addresses that ask for it: `/v1/crimes.csv`.
        type: as `Accept` and `Content-Type` name it.
        content_type: with its parameters, as it is sent.
    """

    ending: str
    type: str
    content_type: str


JSON = Media("json", "application/json", "application/json")
NDJSON = Media("ndjson", "application/x-ndjson", "application/x-ndjson")
CSV = Media("csv", "text/csv", "text/csv; charset=utf-8; header=present")
GEOJSON = Media("geojson", "application/geo+json", "application/geo+json")
HTML = Media("html", "text/html", "text/html; charset=utf-8")

ENDINGS = {media.ending for media in (JSON, NDJSON, CSV, GEOJSON)}
_QUALITY = re.compile(r"q=([01](?:\.\d{0,3})?)")


def media_asked(ending: str | None, accept: str, offered: tuple[Media, ...]) -> Media:
    """The form to answer in: that of the ending where there is one, else the best that the client accepts.

    Args:
        ending: of the address.
        accept: the header; empty where there is none.
        offered: in the order in which we would rather give them.

    Raises:
        HTTPException: 404 for an ending that is not offered, 406 where the client accepts none.

    >>> media_asked(None, "text/csv;q=0.5, application/*", (JSON, CSV)).ending
    'json'
    """
    if ending is not None:
        for media in offered:
            if media.ending == ending:
                return media
        had = ", ".join(f".{media.ending}" for media in offered)
        raise HTTPException(HTTPStatus.NOT_FOUND, f"This is not to be had as .{ending}; it is as {had}.")
    accepted = _ranges(accept)
    best = max(offered, key=lambda media: _quality(media, accepted))  # the first of several that are equally good
    if not _quality(best, accepted):
        had = ", ".join(media.type for media in offered)
        raise HTTPException(HTTPStatus.NOT_ACCEPTABLE, f"None of what is accepted is to be had here; what is: {had}.")
    return best


def _ranges(accept: str) -> dict[str, float]:
    """How good each media range is to the client; everything, where it says nothing."""
    found: dict[str, float] = {}
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if name:
            told = next((match for text in parameters if (match := _QUALITY.fullmatch(text))), None)
            found[name] = min(1.0, float(told[1])) if told else 1.0
    return found or {"*/*": 1.0}


def _quality(media: Media, accepted: dict[str, float]) -> float:
    """By the most particular range that names the form."""
    kind = media.type.partition("/")[0]
    names = (name for name in (media.type, f"{kind}/*", "*/*") if name in accepted)
    return next((accepted[name] for name in names), 0.0)
