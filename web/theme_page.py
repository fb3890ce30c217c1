"""Serving the style sheet and the logo of each theme, to be kept for good."""

from dataclasses import dataclass
from functools import cached_property

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from web.asset import FOR_GOOD
from web.corner import CornerWatch
from web.theme import ADDRESS, MEDIA_TYPES, Themes

# A drawing may hold scripts and links: opened by itself it runs none, and fetches nothing.
_OF_A_LOGO = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}


@dataclass(frozen=True)
class ThemeFiles:
    """`/theme/{name}`: a name is made of a force and the content.

    Attributes:
        themes: whose files they are.
    """

    themes: Themes

    def router(self) -> APIRouter:
        """The route."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route(ADDRESS + "{name}", self.file, methods=["GET", "HEAD"])
        return router

    def file(self, request: Request, name: str) -> Response:
        """A style sheet or a logo.

        Raises:
            HTTPException: 404, no theme has such a file now.
        """
        found = self._files.get(ADDRESS + name) or _set_by_force(request, ADDRESS + name)
        if found is None:
            raise HTTPException(404)
        content, media_type = found
        safe = _OF_A_LOGO if media_type in MEDIA_TYPES.values() else {}
        return Response(content, media_type=media_type, headers={"Cache-Control": FOR_GOOD, **safe})

    @cached_property
    def _files(self) -> dict[str, tuple[bytes, str]]:
        files: dict[str, tuple[bytes, str]] = {}
        for dress in self.themes.by_force.values():
            files[dress.style_address] = (dress.css.encode(), "text/css")
            if dress.logo_address is not None and dress.logo is not None:
                files[dress.logo_address] = (dress.logo, MEDIA_TYPES[dress.logo_address[-4:]])
        return files


def _set_by_force(request: Request, address: str) -> tuple[bytes, str] | None:
    """The style sheet of a theme that a force has set: its logo is the operator's."""
    watch: CornerWatch = request.app.state.corners
    css = watch.style(address)
    return None if css is None else (css.encode(), "text/css")
