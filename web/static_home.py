"""The first page of the static edition: a force's own, which asks for a postcode and sends it nowhere."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.queries.find import neighbourhoods_of
from api.queries.neighbourhood import crime_in
from geo.errors import UnknownNeighbourhood
from geo.month import Month
from geo.store.release import Release
from web.answer import page_answer
from web.frame import frame
from web.place import territorial
from web.stage import Stage


@dataclass(frozen=True)
class StaticHome:
    """`/`, of one force.

    Attributes:
        current: the live release.
        stage: renders templates.
        force_id: whose pages they are.
    """

    current: Callable[[], Release]
    stage: Stage
    force_id: str

    def router(self) -> APIRouter:
        """The route; it goes before the home page of the site that is served."""
        router = APIRouter(prefix=self.stage.language.prefix, include_in_schema=False)
        router.add_api_route("/", self.home, methods=["GET"])
        return router

    def home(self, request: Request) -> Response:
        """Ask for a postcode, and offer the list."""
        release = self.current()
        force = territorial(release, self.force_id)
        context = {
            **frame(release, self.stage.language),
            "force": force,
            "police": (force.name, force.url),
            "newest": shown_month(release, force.id),
        }
        return page_answer(request, self.stage.page(request, "fixed/home.html", context))


def shown_month(release: Release, force_id: str) -> Month:
    """The month that a force's pages show when nobody asks for another.

    Raises:
        UnknownNeighbourhood: no neighbourhoods of it are held, so that it has no such pages.
    """
    refs = [one.ref for one in neighbourhoods_of(release, force_id)]
    if not refs:
        raise UnknownNeighbourhood("No neighbourhoods of that force are held here, so there is no page to write.")
    return crime_in(release, refs[0], None, None).month
