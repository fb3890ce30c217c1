"""Whom to tell of a weakness of this site: `/.well-known/security.txt` (RFC 9116), from who the operator says to be."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from urllib.parse import quote

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse

from web.language import LANGUAGES
from web.settings import WebSettings

PATH = "/.well-known/security.txt"
HOLDS = timedelta(days=90)  # whoever reads it later looks again: the RFC wants less than a year
_KEPT = {"Cache-Control": "public, max-age=3600"}


def security_contact(settings: WebSettings, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> APIRouter:
    """The route; it is not there while the operator does not say how to be reached.

    Args:
        settings: of the site.
        now: the moment.
    """
    router = APIRouter(include_in_schema=False)

    @router.api_route(PATH, methods=["GET", "HEAD"])
    def security_txt() -> PlainTextResponse:
        contacts = list(_contacts(settings))
        if not contacts:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        expires = (now() + HOLDS).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        lines = [f"Contact: {one}" for one in contacts]
        lines.append(f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}")
        lines.append(f"Preferred-Languages: {', '.join(language.code for language in LANGUAGES)}")
        if settings.public_url:
            lines.append(f"Canonical: {settings.public_url.rstrip('/')}{PATH}")
        return PlainTextResponse("".join(f"{line}\n" for line in lines), headers=_KEPT)

    return router


def _contacts(settings: WebSettings) -> Iterator[str]:
    """How to reach the operator, as addresses that programs can follow: a postal one stands on a page."""
    if settings.operator_email:
        yield f"mailto:{quote(settings.operator_email, safe='@+')}"
    if settings.public_url and (settings.operator_email or settings.operator_address):
        yield f"{settings.public_url.rstrip('/')}/contact"
