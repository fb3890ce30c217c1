"""What became of it: a neighbourhood's page of outcomes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.queries.outcome import SHARE_MIN, WITHOUT_OUTCOME, Age, OutcomeAnswer, outcomes_in
from geo.category import category_of
from geo.month import Month
from geo.neighbourhood import NeighbourhoodRef
from geo.outcome import Outcome, OutcomeGroup, outcomes
from geo.store.release import Release
from geo.supply import SupplyState
from web.address import neighbourhood_address
from web.answer import Sheet, validator_of
from web.data_folder import folder_of
from web.dating import Dating
from web.frame import frame
from web.page import category_items
from web.place import territorial
from web.stage import Stage
from web.state_word import state_word


@dataclass(frozen=True, slots=True)
class Gap:
    """Months in a row that are not whole, all of one state.

    Attributes:
        counted: whether what there is of them is counted.
    """

    first: Month
    last: Month
    state: SupplyState
    counted: bool


@dataclass(frozen=True)
class OutcomePages:
    """`/neighbourhood/{force}/{neighbourhood}/outcomes`.

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
        path = "/neighbourhood/{force_id}/{neighbourhood_id:path}/outcomes"
        router.add_api_route(path, self.outcomes, methods=["GET", "HEAD"])
        return router

    def outcomes(self, request: Request, force_id: str, neighbourhood_id: str, category: str = "") -> Response:
        """What became of the crimes recorded in a neighbourhood."""
        release, ref = self.current(), NeighbourhoodRef(force_id, neighbourhood_id)
        force, language = territorial(release, force_id), self.stage.language
        validator = validator_of(
            release.id, self.stage.edition, ref.force_id, ref.id, category, "outcomes", str(self.today())
        )
        sheet = Sheet(request, validator)
        if sheet.held:
            return sheet.unchanged()
        chosen = category_of(category) if category else None
        answer = outcomes_in(release, folder_of(request), ref, chosen)
        newest = answer.months[-1] if answer.months else release.month_newest
        context = {
            **frame(release, language),
            "answer": answer,
            "dating": dating_of(answer, self.today()),
            "force": force,
            "police": (force.name, force.url),
            "Age": Age,
            "groups": grouped(),
            "gaps": gaps_of(answer),
            "share_min": SHARE_MIN,
            "incident": chosen == WITHOUT_OUTCOME,
            "categories": category_items(newest, chosen, language.words.gettext) if newest else [],
            "state_word": lambda state: state_word(state, language),
            "back": neighbourhood_address(ref),
            "canonical": neighbourhood_address(ref) + "/outcomes",
        }
        return sheet.whole(self.stage.page(request, "outcomes.html", context))


def grouped() -> tuple[tuple[OutcomeGroup, tuple[Outcome, ...]], ...]:
    """The five groups and the outcomes in each: the mapping that the page prints."""
    return tuple((group, tuple(one for one in outcomes() if one.group is group)) for group in OutcomeGroup)


def gaps_of(answer: OutcomeAnswer) -> tuple[Gap, ...]:
    """The months that are not whole, those in a row together, oldest first."""
    found: list[Gap] = []
    for month, state in answer.gaps:
        counted = month in answer.months
        if found and (found[-1].last + 1, found[-1].state, found[-1].counted) == (month, state, counted):
            found[-1] = replace(found[-1], last=month)
        else:
            found.append(Gap(month, month, state, counted))
    return tuple(found)


def dating_of(answer: OutcomeAnswer, today: date) -> Dating | None:
    """The months, issue and age of what the page tells; `None` where no month counts."""
    if answer.issue is None:
        return None
    return Dating(answer.issue, answer.months[0], answer.generation, answer.release_id, stated=True, today=today)
