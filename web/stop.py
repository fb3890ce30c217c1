"""Stop and search: a neighbourhood's page, by month and no finer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.queries.stop import StopsAnswer, stops_in
from geo.month import Month
from geo.neighbourhood import NeighbourhoodRef
from geo.store.release import Release
from web.address import neighbourhood_address
from web.answer import Sheet, validator_of
from web.data_folder import folder_of
from web.dating import Dating
from web.frame import frame
from web.language import Language
from web.place import territorial
from web.stage import Stage
from web.state_word import state_word


@dataclass(frozen=True)
class StopPages:
    """`/neighbourhood/{force}/{neighbourhood}/stops`.

    Attributes:
        current: the live release.
        stage: renders templates.
        today: the day it is.
    """

    current: Callable[[], Release]
    stage: Stage
    today: Callable[[], date] = date.today

    def router(self) -> APIRouter:
        """The route; it goes before a neighbourhood's own page, whose id may hold anything."""
        router = APIRouter(prefix=self.stage.language.prefix, include_in_schema=False)
        path = "/neighbourhood/{force_id}/{neighbourhood_id:path}/stops"
        router.add_api_route(path, self.stops, methods=["GET", "HEAD"])
        return router

    def stops(self, request: Request, force_id: str, neighbourhood_id: str, month: str = "") -> Response:
        """Stops and searches in a neighbourhood, small counts suppressed."""
        release, ref = self.current(), NeighbourhoodRef(force_id, neighbourhood_id)
        force, language = territorial(release, force_id), self.stage.language
        validator = validator_of(
            release.id, self.stage.edition, ref.force_id, ref.id, month, "stops", str(self.today())
        )
        sheet = Sheet(request, validator)
        if sheet.held:
            return sheet.unchanged()
        answer = stops_in(release, folder_of(request), ref, Month.parse(month) if month else None)
        context = {
            **frame(release, language),
            "answer": answer,
            "dating": dating_of(answer, self.today()),
            "force": force,
            "police": (force.name, force.url),
            "months": month_choices(answer, language),
            "state_word": lambda state: state_word(state, language),
            "back": neighbourhood_address(ref),
            "canonical": neighbourhood_address(ref) + "/stops",
        }
        return sheet.whole(self.stage.page(request, "stops.html", context))


def month_choices(answer: StopsAnswer, language: Language) -> list[dict[str, Any]]:
    """The months that can be asked for, for a select, newest first."""
    chosen = answer.chosen.month if answer.chosen else None
    found = []
    for one in answer.months:
        word, name = state_word(one.state, language), language.month(one.month)
        text = f"{name} ({word})" if word else name
        found.append({"value": str(one.month), "text": text, "selected": one.month == chosen})
    return found


def dating_of(answer: StopsAnswer, today: date) -> Dating | None:
    """The month, issue and age of what the page tells; `None` where no month counts."""
    if answer.chosen is None or answer.issue is None:
        return None
    stated = answer.chosen.total is not None
    return Dating(answer.issue, answer.chosen.month, answer.generation, answer.release_id, stated, today)
