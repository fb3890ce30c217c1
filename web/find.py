"""Finding a place: one box for a postcode or a name, and a position from the browser."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.queries.find import held_postcode, here, postcodes_ground
from geo.errors import BadLatLng, BadPostcode
from geo.force import ForceRegister
from geo.latlng import LatLng
from geo.postcode import Postcode, postcode_meant
from geo.store.gazetteer import Finding, NamedPlace, PlaceKind
from geo.store.release import Release
from web.address import neighbourhood_address, place_address
from web.answer import page_answer
from web.frame import frame
from web.header import LOCATING
from web.live_page import LivePages

PAGE_ROWS = 25
LONGEST = 100  # characters that are looked at
UNLISTED = {"X-Robots-Tag": "noindex, nofollow", **LOCATING}  # what was typed is nobody's business


@dataclass(frozen=True, slots=True)
class Result:
    """One line of a list.

    Attributes:
        place: what was found.
        where: what tells it from others of its name: neighbourhood, local authority, force.
        address: where it leads; `None` for what lies on nobody's ground.
    """

    place: NamedPlace
    where: str
    address: str | None


class FindPages(LivePages):
    """`/find`."""

    def router(self) -> APIRouter:
        """The route."""
        return self.routed({"/find": self.find})

    def find(self, request: Request, q: str = "", lat: str = "", lng: str = "", page: str = "1") -> Response:
        """What somebody typed, or where their browser says they are. Nothing of it is logged or kept."""
        release = self.current()
        if lat or lng:
            return self._here(request, release, lat, lng)
        typed = " ".join(q[:LONGEST].split())
        if not typed and "q" in request.query_params:
            fault = self.stage.language.words.gettext("Enter a postcode, street, town or neighbourhood")
            return self._page(request, release, {"fault": fault}, status=400)
        if not typed:
            return self._page(request, release)
        return self._typed(request, release, typed, page)

    def _typed(self, request: Request, release: Release, typed: str, page: str) -> Response:
        try:
            postcode = Postcode.parse(typed)
        except BadPostcode as error:
            return self._name(request, release, typed, page, self.stage.language.explain(error))
        if held_postcode(release, postcode) is not None:
            return self._to(f"/area/{postcode.slug}")
        sector = postcodes_ground(release, postcode.spaced[:-2])
        context = {"typed": typed, "unknown": postcode, "ground": sector}
        return self._page(request, release, context, status=404)

    def _name(self, request: Request, release: Release, typed: str, page: str, why: str) -> Response:
        """Not a whole postcode: perhaps the beginning of one, one with a slip, or a name."""
        meant = postcode_meant(typed)
        meant = meant if meant is not None and held_postcode(release, meant) is not None else None
        ground = postcodes_ground(release, typed)
        finding = release.gazetteer.find(typed) if release.gazetteer is not None else Finding(())
        results = [self._result(place, release.register) for place in finding.places]
        if len(results) == 1 and not (meant or ground or finding.misspelt) and results[0].address:
            return self._to(results[0].address)
        nothing = not (meant or ground or results)
        shown, paging = _page_of(results, page)
        context = {
            "typed": typed,
            "said": why if meant or ground or (nothing and any(letter.isdigit() for letter in typed)) else None,
            "meant": meant,
            "ground": ground,
            "finding": finding,
            "groups": [
                (name, list(those)) for name, those in groupby(shown, lambda one: (one.place.name, one.place.kind))
            ],
            "nothing": nothing,
            **paging,
        }
        return self._page(request, release, context, status=404 if nothing else 200)

    def _here(self, request: Request, release: Release, lat: str, lng: str) -> Response:
        try:
            found = here(release, LatLng(float(lat), float(lng)))
        except ValueError:  # BadLatLng is one
            raise BadLatLng("lat and lng must be two numbers of degrees, such as lat=52.635 and lng=-1.134.") from None
        if len(found.neighbourhoods) == 1:
            return self._to(neighbourhood_address(found.neighbourhoods[0][0].ref))
        return self._page(request, release, {"here": found}, status=200 if found.forces else 404)

    def _result(self, place: NamedPlace, register: ForceRegister) -> Result:
        gettext = self.stage.language.words.gettext
        force = gettext(register.force(place.force_id).name) if place.force_id and place.force_id in register else None
        told = {
            PlaceKind.FORCE: (),
            PlaceKind.NEIGHBOURHOOD: (place.district, force),
            PlaceKind.TOWN: (place.neighbourhood_name, force),
            PlaceKind.DISTRICT: (force,),
            PlaceKind.STREET: (place.neighbourhood_name, place.district, force),
        }[place.kind]
        where = ", ".join(dict.fromkeys(part for part in told if part))
        return Result(place, where, place_address(place))

    def _to(self, path: str) -> Response:
        """On to a page; the address that held what was typed is left behind."""
        return RedirectResponse(self.stage.language.prefix + path, 303, {"Cache-Control": "no-store", **UNLISTED})

    def _page(
        self, request: Request, release: Release, context: dict[str, Any] | None = None, status: int = 200
    ) -> Response:
        said = {**frame(release, self.stage.language), "kinds": PlaceKind, **(context or {})}
        html = self.stage.page(request, "find.html", said)
        return page_answer(request, html, status=status, headers=UNLISTED)


def _page_of(results: list[Result], page: str) -> tuple[list[Result], dict[str, int]]:
    """The rows of one page, and which page of how many; a page that is not there is the nearest that is."""
    pages = max(1, -(-len(results) // PAGE_ROWS))
    at = min(max(int(page), 1), pages) if page.isascii() and page.isdigit() and len(page) < 5 else 1
    return results[(at - 1) * PAGE_ROWS : at * PAGE_ROWS], {"at": at, "pages": pages, "n": len(results)}
