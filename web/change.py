"""Is that a lot, is it changing: a neighbourhood's page of comparisons."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.queries.change import change_in
from api.queries.level import level_on
from geo.category import category_of
from geo.neighbourhood import NeighbourhoodRef
from geo.store.release import Release
from web.address import neighbourhood_address
from web.answer import not_modified, page_answer, validator_of
from web.change_view import ChangeView
from web.frame import frame
from web.page import category_items
from web.place import territorial
from web.stage import Stage
from web.state_word import state_word


@dataclass(frozen=True)
class ChangePages:
    """`/neighbourhood/{force}/{neighbourhood}/change`.

    Attributes:
        current: the live release.
        stage: renders templates.
    """

    current: Callable[[], Release]
    stage: Stage

    def router(self) -> APIRouter:
        """The route; it goes before a neighbourhood's own page, whose id may hold anything."""
        router = APIRouter(prefix=self.stage.language.prefix, include_in_schema=False)
        path = "/neighbourhood/{force_id}/{neighbourhood_id:path}/change"
        router.add_api_route(path, self.change, methods=["GET", "HEAD"])
        return router

    def change(self, request: Request, force_id: str, neighbourhood_id: str, category: str = "") -> Response:
        """What changed in a neighbourhood, and how much is recorded there beside others."""
        release, ref = self.current(), NeighbourhoodRef(force_id, neighbourhood_id)
        force, language = territorial(release, force_id), self.stage.language
        validator = validator_of(release.id, self.stage.edition, ref.force_id, ref.id, category, "change")
        if not_modified(request, validator):
            return page_answer(request, None, validator)
        chosen = category_of(category) if category else None
        answer = change_in(release, ref, chosen)
        view = ChangeView(answer, level_on(release, answer.ground, chosen))
        newest = view.newest or release.month_newest
        context = {
            **frame(release, language),
            "view": view,
            "answer": answer,
            "level": view.level,
            "force": force,
            "police": (force.name, force.url),
            "name": view.name,
            "categories": category_items(newest, chosen, language.words.gettext) if newest else [],
            "state_word": lambda state: state_word(state, language),
            "force_name": lambda other: release.register.force(other).name,
            "ref": ref,
            "back": neighbourhood_address(ref),
            "canonical": neighbourhood_address(ref) + "/change",
        }
        return page_answer(request, self.stage.page(request, "change.html", context), validator)
