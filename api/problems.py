"""Errors as answers: one table from an error's type to a status, and the problem document of RFC 9457."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from geo import errors
from geo.errors import YourAreaError
from geo.words import Words

logger = logging.getLogger(__name__)

PREFIX = "/problems/"
MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 30

STATUSES: dict[type[YourAreaError], tuple[HTTPStatus, str]] = {
    errors.BadMonth: (HTTPStatus.BAD_REQUEST, Words("That is not a month that can be shown")),
    errors.BadLatLng: (HTTPStatus.BAD_REQUEST, Words("That is not a position")),
    errors.BadPostcode: (HTTPStatus.BAD_REQUEST, Words("That is not a postcode")),
    errors.UnknownPostcode: (HTTPStatus.NOT_FOUND, Words("That postcode is not known")),
    errors.UnknownForce: (HTTPStatus.NOT_FOUND, Words("That force is not known")),
    errors.UnknownNeighbourhood: (HTTPStatus.NOT_FOUND, Words("That neighbourhood is not known")),
    errors.UnknownCategory: (HTTPStatus.NOT_FOUND, Words("That crime category is not known")),
    errors.UnknownSnapPoint: (HTTPStatus.NOT_FOUND, Words("That place is not known")),
    errors.UnknownRelease: (HTTPStatus.SERVICE_UNAVAILABLE, Words("No data are live yet")),
    errors.UnreadableSource: (HTTPStatus.INTERNAL_SERVER_ERROR, Words("The data cannot be read")),
    errors.DamagedFile: (HTTPStatus.INTERNAL_SERVER_ERROR, Words("The data cannot be read")),
    errors.StoreFormatTooNew: (HTTPStatus.INTERNAL_SERVER_ERROR, Words("The data cannot be read")),
    errors.Busy: (HTTPStatus.SERVICE_UNAVAILABLE, Words("The data are being worked on")),
    errors.CheckFailed: (HTTPStatus.INTERNAL_SERVER_ERROR, Words("The data did not pass their check")),
    errors.OutOfSpace: (HTTPStatus.INSUFFICIENT_STORAGE, Words("There is no room left")),
    # told to programs only, in English
    errors.UnknownGeneration: (HTTPStatus.NOT_FOUND, "Those boundaries are not held"),
    errors.UnknownLsoa: (HTTPStatus.NOT_FOUND, "That LSOA is not known"),
    errors.ReleaseGone: (HTTPStatus.GONE, "That release is no longer open"),
    errors.BadPolygon: (HTTPStatus.BAD_REQUEST, "That is not a polygon"),
    errors.BadCell: (HTTPStatus.BAD_REQUEST, "That is not a cell that is drawn"),
    errors.BadCursor: (HTTPStatus.BAD_REQUEST, "That cursor does not belong here"),
    errors.BadItem: (HTTPStatus.UNPROCESSABLE_ENTITY, "What was sent cannot be published as it is"),
    errors.BadParameter: (HTTPStatus.UNPROCESSABLE_ENTITY, Words("A parameter is not what it should be")),
}
_OURS = Words("Something went wrong here. It has been noted; please try again later.")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is told of an error; pages show the same title and detail.

    Attributes:
        status: of HTTP.
        title: the kind of problem, the same each time.
        detail: what was wrong this time and what to do; of faults of ours, no more than that it is one.
        slug: names the kind: `bad-postcode`, `not-found`.
    """

    status: int
    title: str
    detail: str
    slug: str

    @property
    def type(self) -> str:
        """`/problems/bad-postcode`, where the kind is explained; `about:blank` where the title says it all."""
        return f"{PREFIX}{self.slug}" if any(_slug(kind) == self.slug for kind in STATUSES) else "about:blank"

    def response(self, more: Mapping[str, str] | None = None) -> Response:
        """The problem document, which nobody may keep; with more headers."""
        document = {"type": self.type, "title": self.title, "status": self.status, "detail": self.detail}
        headers = {"Cache-Control": "no-store", **(more or {})}
        if self.status == HTTPStatus.SERVICE_UNAVAILABLE:
            headers["Retry-After"] = str(RETRY_AFTER_S)
        return JSONResponse(document, self.status, headers, media_type=MEDIA_TYPE)


def problem_of(error: Exception) -> Problem:
    """What to tell the public of an error: its own words where it is theirs to mend, none of them where it is ours."""
    if isinstance(error, HTTPException):
        return _of_http(error)
    if isinstance(error, RequestValidationError):
        return problem_of(errors.BadParameter(_wrong(error)))
    for kind in type(error).__mro__:
        if kind in STATUSES:
            status, title = STATUSES[kind]
            return Problem(status, title, str(error) if told(kind) else _OURS, _slug(kind))
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, Words("Something went wrong"), _OURS, "fault")


def told(kind: type[YourAreaError]) -> bool:
    """Whether the public is told an error's own words."""
    return STATUSES[kind][0] < HTTPStatus.INTERNAL_SERVER_ERROR or kind is errors.UnknownRelease


def answer_problems(app: FastAPI) -> None:
    """Let an app answer every error with its problem document."""

    async def answer(_request: Request, error: Exception) -> Response:
        problem = problem_of(error)
        if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR and not isinstance(error, errors.UnknownRelease):
            logger.error("%s: %s", type(error).__name__, problem.title, exc_info=error)
        return problem.response(getattr(error, "headers", None))

    kinds: tuple[Any, ...] = (YourAreaError, HTTPException, RequestValidationError, Exception)
    for kind in kinds:
        app.add_exception_handler(kind, answer)


def meaning_of(slug: str) -> str:
    """What a kind of problem means.

    Raises:
        HTTPException: 404, no such kind.
    """
    for kind in STATUSES:
        if _slug(kind) == slug:
            return f"{STATUSES[kind][1]}. {kind.__doc__}"
    raise HTTPException(HTTPStatus.NOT_FOUND, "There is no such kind of problem.")


def _of_http(error: HTTPException) -> Problem:
    phrase = HTTPStatus(error.status_code).phrase
    return Problem(error.status_code, phrase, str(error.detail), phrase.lower().replace(" ", "-"))


def _wrong(error: RequestValidationError) -> str:
    """Which parameters, and why; never what was given, which may be where somebody lives."""
    return "; ".join(f"{'.'.join(str(part) for part in found['loc'][1:])}: {found['msg']}" for found in error.errors())


def _slug(kind: type) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in kind.__name__).lstrip("-")
