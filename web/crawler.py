"""What search engines and others that walk sites are asked to leave alone."""

from fastapi import APIRouter
from starlette.responses import PlainTextResponse

from web.answer import KEPT
from web.language import LANGUAGES

router = APIRouter()

# Nothing here is secret. What can be chosen makes more addresses than anybody can walk, and postcodes are nobody's to
# list; the plain page of each neighbourhood is what is to be found.
_LEFT_ALONE = ("/*?", *(f"{language.prefix}{path}" for language in LANGUAGES for path in ("/area/", "/feedback")))
ROBOTS = "".join(f"{line}\n" for line in ("User-agent: *", *(f"Disallow: {path}" for path in _LEFT_ALONE)))


@router.api_route("/robots.txt", methods=["GET", "HEAD"], include_in_schema=False)
def robots() -> PlainTextResponse:
    """The rules of RFC 9309."""
    return PlainTextResponse(ROBOTS, headers={"Cache-Control": KEPT})
