"""Is that a lot, is it changing: the pages of comparisons, of a neighbourhood and of the mile round a postcode."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.queries.change import ChangeAnswer, change_in, change_near
from api.queries.due import issue_of
from api.queries.level import level_on
from geo.category import category_of
from geo.neighbourhood import NeighbourhoodRef
from geo.postcode import Postcode
from geo.store.release import Release
from geo.supply import Kind
from web.address import neighbourhood_address
from web.answer import Sheet, validator_of
from web.behind import BEHIND, BehindPages
from web.change_view import ChangeView
from web.dating import Dating
from web.frame import frame
from web.page import POSTCODE_PAGE, category_items, one_address
from web.state_word import state_word


class ChangePages(BehindPages):
    """`/neighbourhood/{force}/{neighbourhood}/change` and `/area/{postcode}/change`."""

    def router(self) -> APIRouter:
        """The routes."""
        return self.routed({BEHIND + "change": self.change, "/area/{postcode}/change": self.near})

    def change(self, request: Request, force_id: str, neighbourhood_id: str, category: str = "") -> Response:
        """What changed in a neighbourhood, and how much is recorded there beside others."""
        release, ref = self.current(), NeighbourhoodRef(force_id, neighbourhood_id)
        sheet, known = self.opened(request, release, ref, "change", category)
        if sheet.held:
            return sheet.unchanged()
        answer = change_in(release, ref, category_of(category) if category else None)
        context = {
            **self._context(release, answer, known["canonical"]),
            **known,
            "name": answer.ground.place.neighbourhood.name if answer.ground.place.neighbourhood else ref.id,
            "ref": ref,
        }
        return sheet.whole(self.stage.page(request, "change.html", context))

    def near(self, request: Request, postcode: str, category: str = "") -> Response:
        """What changed within a mile of a postcode, and how much is recorded there beside the neighbourhoods."""
        parsed = Postcode.parse(postcode)
        address = f"/area/{parsed.slug}/change"
        if postcode != parsed.slug:
            return one_address(request, self.stage, address)
        release = self.current()
        validator = validator_of(release.id, self.stage.edition, address, category, str(self.today()))
        sheet = Sheet(request, validator, POSTCODE_PAGE)
        if sheet.held:
            return sheet.unchanged()
        answer = change_near(release, parsed, category_of(category) if category else None)
        place = answer.ground.place
        ref = place.neighbourhood.ref if place.neighbourhood else None
        context = {
            **self._context(release, answer, address),
            "name": parsed.spaced,
            "police": (place.force.name, place.force.url) if place.force else None,
            "ref": ref,
            "back": f"/area/{parsed.slug}",
            "canonical": neighbourhood_address(ref) + "/change" if ref else None,
        }
        return sheet.whole(self.stage.page(request, "change.html", context))

    def _context(self, release: Release, answer: ChangeAnswer, address: str) -> dict[str, Any]:
        language = self.stage.language
        view = ChangeView(answer, level_on(release, answer.ground, answer.category))
        newest = view.newest or release.month_newest
        unknown, force = answer.ground.unknown, answer.ground.place.force
        issue = issue_of(release, force, Kind.STREET, view.newest) if force else None
        generation = None if answer.ground.circle else answer.ground.place.generation
        first = min(month.month for month in answer.trend) if answer.trend else None
        dated = Dating(issue, first, generation, release.id, True, self.today()) if issue and first else None
        return {
            **frame(release, language),
            "view": view,
            "answer": answer,
            "level": view.level,
            "force": force,
            "circle": answer.ground.circle,
            "unknown_percent": max(1, round(100 * unknown.share)) if unknown else 0,
            "categories": category_items(newest, answer.category, language.words.gettext) if newest else [],
            "state_word": lambda state: state_word(state, language),
            "force_name": lambda other: release.register.force(other).name,
            "address": address,
            "dating": dated,
        }
