"""Stop and search: a neighbourhood's page, by month and no finer."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.queries.stop import StopsAnswer, stops_in
from geo.month import Month
from geo.neighbourhood import NeighbourhoodRef
from web.behind import BEHIND, BehindPages
from web.data_folder import folder_of
from web.dating import Dating
from web.language import Language
from web.state_word import state_word


class StopPages(BehindPages):
    """`/neighbourhood/{force}/{neighbourhood}/stops`."""

    def router(self) -> APIRouter:
        """The route."""
        return self.routed({BEHIND + "stops": self.stops})

    def stops(self, request: Request, force_id: str, neighbourhood_id: str, month: str = "") -> Response:
        """Stops and searches in a neighbourhood, small counts suppressed."""
        release, ref = self.current(), NeighbourhoodRef(force_id, neighbourhood_id)
        sheet, known = self.opened(request, release, ref, "stops", month)
        if sheet.held:
            return sheet.unchanged()
        answer = stops_in(release, folder_of(request), ref, Month.parse(month) if month else None)
        context = {
            **known,
            "answer": answer,
            "dating": dating_of(answer, self.today()),
            "months": month_choices(answer, self.stage.language),
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
