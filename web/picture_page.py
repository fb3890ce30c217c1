"""The picture of a page's map: an image of its own, which a browser without WebGL or JavaScript shows instead."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.queries.estimated_area import estimated_area
from api.queries.map_point import map_ground
from api.queries.neighbourhood import crime_in, index_of
from api.queries.street import Railway
from geo.category import category_of
from geo.month import Month
from geo.neighbourhood import NeighbourhoodRef
from geo.postcode import Postcode
from geo.store.release import Release
from web import cartography
from web.answer import Sheet, validator_of
from web.area_map import Answer
from web.attribution import attribution
from web.crime_view import chosen_in, snap_id_of
from web.own_layer import ESTIMATED_COLOUR
from web.page import POSTCODE_PAGE, Pages, one_address
from web.picture import Shown, picture_of, view_of
from web.picture_view import SIZE
from web.place import territorial
from web.radius import radius_of

SVG = "image/svg+xml"
PICTURE = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"
}  # nothing in it is a script or style


@dataclass(frozen=True)
class PicturePages:
    """`/area/{postcode}/map.svg` and `/neighbourhood/{force}/{neighbourhood}/map.svg`.

    Attributes:
        pages: whose release, answers and stage are used.
    """

    pages: Pages

    def router(self) -> APIRouter:
        """The routes; they go before a neighbourhood's own page, whose id may hold anything."""
        router = APIRouter(prefix=self.pages.stage.language.prefix, include_in_schema=False)
        router.add_api_route("/area/{postcode}/map.svg", self.area, methods=["GET", "HEAD"])
        path = "/neighbourhood/{force_id}/{neighbourhood_id:path}/map.svg"
        router.add_api_route(path, self.neighbourhood, methods=["GET", "HEAD"])
        return router

    def area(
        self, request: Request, postcode: str, month: str = "", category: str = "", radius: str = "",
        railway: str = "", street: str = "",
    ) -> Response:  # fmt: skip
        """The map round a postcode, under the one address that it has."""
        parsed = Postcode.parse(postcode)
        if postcode != parsed.slug:
            return one_address(request, self.pages.stage, f"/area/{parsed.slug}/map.svg")
        release = self.pages.current()
        chosen = category_of(category) if category else None
        asked, radius_m = Month.parse(month) if month else None, radius_of(radius)
        shown = Shown(chosen, Railway(chosen_in(Railway, railway)), snap_id_of(street))

        def answer() -> Answer:
            return self.pages.near(release, parsed, asked, chosen, radius_m)

        held = (parsed.slug, month, category, radius, railway, street)
        return self._drawn(request, release, held, answer, shown, {**PICTURE, **POSTCODE_PAGE})

    def neighbourhood(
        self, request: Request, force_id: str, neighbourhood_id: str, month: str = "", category: str = "",
        railway: str = "", street: str = "",
    ) -> Response:  # fmt: skip
        """The map of a neighbourhood."""
        release, ref = self.pages.current(), NeighbourhoodRef(force_id, neighbourhood_id)
        territorial(release, force_id)
        index_of(release, ref)
        chosen = category_of(category) if category else None
        asked = Month.parse(month) if month else None
        shown = Shown(chosen, Railway(chosen_in(Railway, railway)), snap_id_of(street))

        def answer() -> Answer:
            return crime_in(release, ref, asked, chosen)

        held = (force_id, ref.id, month, category, railway, street)
        return self._drawn(request, release, held, answer, shown, PICTURE)

    def _drawn(
        self,
        request: Request,
        release: Release,
        held: tuple[str, ...],
        answer: Callable[[], Answer],
        shown: Shown,
        headers: Mapping[str, str],
    ) -> Response:
        stage = self.pages.stage
        validator = validator_of(release.id, stage.edition, *held, "picture")
        sheet = Sheet(request, validator, headers, SVG)
        if sheet.held:
            return sheet.unchanged()
        found, gettext = answer(), stage.language.words.gettext
        ground = map_ground(release, view_of(found).bounds, found.month, shown.category, shown.railway)
        known = shown.snap_id is not None and shown.snap_id < len(release.snap_register)
        area = estimated_area(release, shown.snap_id).polygon if known and shown.snap_id is not None else None
        sources = attribution(release, gettext) or (gettext("An invented place"),)
        picture = picture_of(found, ground, stage.language, shown, sources, area)
        context = {"size": SIZE, "cartography": cartography, "estimated_colour": ESTIMATED_COLOUR}
        svg = stage.render("picture.svg", {"picture": picture, **context})
        return sheet.whole(svg)
