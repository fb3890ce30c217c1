"""Pages of the live release."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter
from starlette.responses import Response

from geo.store.release import Release
from web.stage import Stage


@dataclass(frozen=True)
class LivePages:
    """Pages of the live release, in one language.

    Attributes:
        current: the live release; raises `UnknownRelease` while there is none.
        stage: renders templates.
        today: the day it is.
    """

    current: Callable[[], Release]
    stage: Stage
    today: Callable[[], date] = date.today

    def routed(self, pages: Mapping[str, Callable[..., Response]]) -> APIRouter:
        """Routes to pages by their paths, under the language's prefix."""
        router = APIRouter(prefix=self.stage.language.prefix, include_in_schema=False)
        for path, page in pages.items():
            router.add_api_route(path, page, methods=["GET", "HEAD"])
        return router
