"""Crime here: the map, the streets and the crimes of one of them, round a postcode and in a neighbourhood."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import urlencode

import numpy as np
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.queries.area import NOTHING_COUNTED, AreaAnswer, area_near
from api.queries.neighbourhood import NeighbourhoodAnswer, crime_in, index_of
from api.queries.street import Railway, Rows, railway_counts, railway_force, street_at, streets_on
from geo.category import category_of
from geo.errors import BadParameter, UnknownSnapPoint
from geo.latlng import LatLng
from geo.month import Month
from geo.neighbourhood import NeighbourhoodRef
from geo.postcode import Postcode
from geo.store.layout import DataFolder
from geo.store.release import Release
from web import cartography
from web.address import neighbourhood_address
from web.answer import Sheet, validator_of
from web.area_map import area_map, supply_words
from web.area_view import AreaView
from web.attribution import attribution
from web.behind import BEHIND
from web.crime_view import ALL_STREETS, STREETS_A_PAGE, Asked, CrimeView, Order, chosen_in, page_number, snap_id_of
from web.data_folder import folder_of
from web.frame import frame
from web.live_page import LivePages
from web.map import MapLibreMap
from web.neighbourhood_map import neighbourhood_map
from web.neighbourhood_view import NeighbourhoodView
from web.own_layer import ESTIMATED_COLOUR, bounds_round, estimated_parts
from web.page import POSTCODE_PAGE, category_items, one_address
from web.place import territorial
from web.radius import MILES, USUAL, radius_of, radius_words
from web.state_word import month_items

CHOSEN_PAGE = {"X-Robots-Tag": "noindex"}  # of the many that can be chosen, the plain address is for search engines
RAILWAY_TOLD = 2  # the first format of tiles that tells it (docs/spec/tiles.md)


class Query(NamedTuple):
    """What an address chooses, as it is written."""

    month: str = ""
    category: str = ""
    radius: str = ""
    railway: str = ""
    order: str = ""
    page: str = ""
    street: str = ""

    def asked(self) -> Asked:
        """What that means.

        Raises:
            YourAreaError: something that cannot be chosen.
        """
        return Asked(
            category=category_of(self.category) if self.category else None,
            radius=self.radius or USUAL,
            railway=Railway(chosen_in(Railway, self.railway)),
            order=Order(chosen_in(Order, self.order)),
            at=page_number(self.page),
            snap_id=snap_id_of(self.street),
        )


class CrimePages(LivePages):
    """`/area/{postcode}/crime` and `/neighbourhood/{force}/{neighbourhood}/crime`."""

    def router(self) -> APIRouter:
        """The routes."""
        return self.routed({"/area/{postcode}/crime": self.near, BEHIND + "crime": self.inside})

    def near(
        self, request: Request, postcode: str, month: str = "", category: str = "", radius: str = "",
        railway: str = "", order: str = "", page: str = "", street: str = "",
    ) -> Response:  # fmt: skip
        """What was recorded round a postcode, as far as the reader likes."""
        parsed = Postcode.parse(postcode)
        address = f"/area/{parsed.slug}/crime"
        if postcode != parsed.slug:
            return one_address(request, self.stage, address)
        release, query = self.current(), Query(month, category, radius, railway, order, page, street)
        asked, radius_m = _possible(query.asked(), release), radius_of(radius)
        validator = validator_of(release.id, self.stage.edition, address, *query, str(self.today()))
        sheet = Sheet(request, validator, POSTCODE_PAGE)
        if sheet.held:
            return sheet.unchanged()
        answer = area_near(release, parsed, Month.parse(month) if month else None, asked.category, radius_m)
        shape = {"lat": f"{answer.position.lat:.6f}", "lng": f"{answer.position.lng:.6f}", "radius": f"{radius_m:.3f}"}
        snap_ids = release.snap_register.within(answer.position, radius_m)
        if (elsewhere := self._elsewhere(release, asked, answer.month, snap_ids)) is not None:
            return elsewhere
        view, folder = AreaView(answer, asked.category, self.today()), folder_of(request)
        seen = _seen(release, folder, answer, view, asked, (address, shape), snap_ids, answer.position, self._a_page)
        context = {
            **self._context(release, seen),
            "postcode": parsed,
            "unbroken": parsed.spaced.replace(" ", "\u00a0"),
            "back": f"/area/{parsed.slug}",
            "name": view.name,
            "ref": answer.neighbourhood.ref if answer.neighbourhood else None,
            "radius": radius_words(radius_m, self.stage.language),
            "supplied_month": None,
        }
        return sheet.whole(self.stage.page(request, "crime.html", context))

    def inside(
        self, request: Request, force_id: str, neighbourhood_id: str, month: str = "", category: str = "",
        railway: str = "", order: str = "", page: str = "", street: str = "",
    ) -> Response:  # fmt: skip
        """What was recorded in a neighbourhood."""
        release, ref = self.current(), NeighbourhoodRef(force_id, neighbourhood_id)
        territorial(release, force_id)
        address, index = neighbourhood_address(ref) + "/crime", index_of(release, ref)
        query = Query(month, category, "", railway, order, page, street)
        asked = _possible(query.asked(), release)
        asked = replace(asked, order=Order.MOST) if asked.order is Order.NEAREST else asked
        validator = validator_of(release.id, self.stage.edition, address, *query, str(self.today()))
        hidden = CHOSEN_PAGE if request.url.query else {}
        sheet = Sheet(request, validator, hidden)
        if sheet.held:
            return sheet.unchanged()
        answer = crime_in(release, ref, Month.parse(month) if month else None, asked.category)
        shape = {"force": ref.force_id, "neighbourhood": ref.id}
        snap_ids = release.snap_ids_in(index)
        if (elsewhere := self._elsewhere(release, asked, answer.month, snap_ids)) is not None:
            return elsewhere
        view, folder = NeighbourhoodView(answer, asked.category, self.today()), folder_of(request)
        seen = _seen(release, folder, answer, view, asked, (address, shape), snap_ids, None, self._a_page)
        context = {
            **self._context(release, seen),
            "canonical": address,
            "hidden": hidden,
            "back": neighbourhood_address(ref),
            "name": answer.neighbourhood.name,
            "ref": ref,
        }
        return sheet.whole(self.stage.page(request, "crime.html", context))

    @property
    def _a_page(self) -> int:
        return ALL_STREETS if self.stage.static else STREETS_A_PAGE

    def _elsewhere(self, release: Release, asked: Asked, month: Month, snap_ids: Rows) -> Response | None:
        """On to the neighbourhood of a chosen snap point that is not counted here: a map shows more than a page counts.

        Raises:
            UnknownSnapPoint: no such snap point, or one in no neighbourhood.
        """
        snap_id = asked.snap_id
        if snap_id is None or np.any(snap_ids == snap_id):
            return None
        at = int(release.placement.neighbourhood[snap_id]) if snap_id < len(release.snap_register) else -1
        if at < 0:
            raise UnknownSnapPoint("That point is not among those counted here, and lies in no neighbourhood.")
        areas = release.neighbourhoods
        chosen = {
            "month": str(month), "category": asked.category.slug if asked.category else "",
            "railway": asked.railway.value if asked.railway is not Railway.WITH else "", "street": str(snap_id),
        }  # fmt: skip
        query = urlencode({name: value for name, value in chosen.items() if value})
        address = neighbourhood_address(NeighbourhoodRef(areas.force_ids[at], areas.ids[at]))
        return RedirectResponse(f"{self.stage.language.prefix}{address}/crime?{query}", 303, POSTCODE_PAGE)

    def _context(self, release: Release, seen: CrimeView) -> dict[str, Any]:
        language, answer = self.stage.language, seen.answer
        force = answer.force
        gettext = language.words.gettext
        return {
            **frame(release, language),
            "seen": seen,
            "view": seen.view,
            "answer": answer,
            "force": force,
            "police": (force.name, force.url) if force else None,
            "months": month_items(answer, language),
            "categories": category_items(answer.month, seen.asked.category, gettext),
            "radii": [
                {"value": each, "text": radius_words(radius_of(each), language), "selected": each == seen.asked.radius}
                for each in MILES
            ],
            "railways": _railway_items(seen.asked.railway, gettext) if railway_force(release.register) else [],
            "map": self._map(release, seen),
            "map_state": supply_words(answer, language),
            "cartography": cartography,
            "estimated_colour": ESTIMATED_COLOUR,
        }

    def _map(self, release: Release, seen: CrimeView) -> MapLibreMap | None:
        language, answer, chosen = self.stage.language, seen.answer, seen.asked.category
        page = seen.address.removesuffix("/crime")
        waiting = self.stage.waiting(seen.view, page, answer.month, chosen, also=seen.also)
        sources = attribution(release, language.words.gettext)
        told = " ".join(sources) or language.words.gettext("An invented place")
        rest = (release.tiles, self.stage.assets, language, chosen)
        if isinstance(answer, AreaAnswer):
            drawn = area_map(answer, *rest, waiting=waiting, attribution=told)
        else:
            drawn = neighbourhood_map(answer, *rest, waiting=waiting, attribution=told)
        if drawn is not None and isinstance(answer, AreaAnswer):
            drawn.settings["crimes"] += f"?radius={seen.asked.radius}"
        if drawn is not None and seen.railway_mapped:
            drawn.set_state("railway", seen.asked.railway.value)
        if drawn is not None and seen.street is not None:
            drawn.settings["bounds"] = bounds_round(seen.street.area.polygon)
            for part in estimated_parts(seen.street.area.polygon, seen.street.position):
                part.add_to(drawn)
        return drawn


def _possible(asked: Asked, release: Release) -> Asked:
    """What is asked, where it can be answered.

    Raises:
        BadParameter: the railway's crimes are to be told apart, and no railway's police are known.
    """
    if asked.railway is not Railway.WITH and railway_force(release.register) is None:
        raise BadParameter("No railway police are known here, so their crimes cannot be told from the rest.")
    return asked


def _seen(
    release: Release,
    folder: DataFolder,
    answer: AreaAnswer | NeighbourhoodAnswer,
    view: AreaView | NeighbourhoodView,
    asked: Asked,
    place: tuple[str, dict[str, str]],
    snap_ids: Rows,
    centre: LatLng | None,
    a_page: int,
) -> CrimeView:
    """What the page says: nothing of figures where those whose crimes are counted gave none."""
    month, (address, shape) = answer.month, place
    stated = railway_counts(release, month) if asked.railway is Railway.ONLY else view.stated
    found = street = None
    if stated:
        counts = release.counts(month) if month in release.months else NOTHING_COUNTED
        found = streets_on(release, counts, snap_ids, asked.category, railway=asked.railway, centre=centre)
    if stated and asked.snap_id is not None and month in release.months:
        street = street_at(release, folder, asked.snap_id, month, asked.category, asked.railway)
    download = urlencode(
        {**shape, "month": str(month), **({"category": asked.category.slug} if asked.category else {})}
    )
    mapped = asked.railway is not Railway.WITH and _railway_mapped(release, month)
    return CrimeView(answer, view, asked, found, street, address, download, mapped, a_page)


def _railway_mapped(release: Release, month: Month) -> bool:
    """Whether the month's tiles tell what the railway's police recorded: those of format 1 do not."""
    tiles = release.tile_files.get(f"month-{month}")
    return tiles is not None and int(tiles.archive.metadata.get("tile_format", 1)) >= RAILWAY_TOLD


def _railway_items(chosen: Railway, gettext: Callable[[str], str]) -> list[dict[str, Any]]:
    words = {
        Railway.WITH: gettext("Counted with the rest"),
        Railway.WITHOUT: gettext("Left out"),
        Railway.ONLY: gettext("Nothing else"),
    }
    return [{"value": one.value, "text": text, "selected": one is chosen} for one, text in words.items()]
