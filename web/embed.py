"""What councils and others put on their own pages: a neighbourhood's figures and map in a frame."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.queries.neighbourhood import NeighbourhoodCount, crime_in, index_of
from geo.errors import UnknownForce, UnknownNeighbourhood
from geo.neighbourhood import NeighbourhoodRef
from geo.store.release import Release
from web.address import neighbourhood_address
from web.answer import Sheet, page_answer, validator_of
from web.frame import frame
from web.header import framed_by
from web.place import figures_context, territorial
from web.stage import Stage

CATEGORIES_SHOWN = 3


@dataclass(frozen=True)
class EmbedPages:
    """`/embed/{force}/{neighbourhood}`, always of the newest month: a frame is put up once and then forgotten.

    Attributes:
        current: the live release.
        stage: renders templates.
        ancestors: which sites may frame it, as CSP's `frame-ancestors` has it.
        today: the day it is.
    """

    current: Callable[[], Release]
    stage: Stage
    ancestors: str
    today: Callable[[], date] = date.today

    def router(self) -> APIRouter:
        """The route."""
        router = APIRouter(prefix=self.stage.language.prefix, include_in_schema=False)
        path = "/embed/{force_id}/{neighbourhood_id:path}"
        router.add_api_route(path, self.embed, methods=["GET", "HEAD"])
        return router

    def embed(self, request: Request, force_id: str, neighbourhood_id: str) -> Response:
        """A neighbourhood's figures and map, or a word on where to look instead where it is not known any more."""
        release, ref = self.current(), NeighbourhoodRef(force_id, neighbourhood_id)
        headers = {**framed_by(self.ancestors), "X-Robots-Tag": "noindex"}  # its own page is for search engines
        context = {**frame(release, self.stage.language), "view": None}
        try:
            force = territorial(release, force_id)
            index_of(release, ref)
        except (UnknownForce, UnknownNeighbourhood):
            html = self.stage.page(request, "embed.html", context)
            return page_answer(request, html, status=404, headers=headers)
        validator = validator_of(release.id, self.stage.edition, ref.force_id, ref.id, str(self.today()), "embed")
        sheet = Sheet(request, validator, headers)
        if sheet.held:
            return sheet.unchanged()
        answer = crime_in(release, ref, None, None)
        figures = figures_context(self.stage, self.today(), release, answer, None, embedded=True)
        most = most_of(figures["view"].rows)
        context |= {**figures, "force": force, "canonical": neighbourhood_address(ref), "most": most}
        return sheet.whole(self.stage.page(request, "embed.html", context))


def most_of(rows: Sequence[NeighbourhoodCount]) -> tuple[NeighbourhoodCount, ...]:
    """The few categories with most, none of which has as many as one that is left out.

    Args:
        rows: most first; a category that is not known comes last.
    """
    left_out = [row.n or 0 for row in rows[CATEGORIES_SHOWN:]]
    return tuple(row for row in rows[:CATEGORIES_SHOWN] if (row.n or 0) > max(left_out, default=0))
