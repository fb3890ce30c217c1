"""What became of it: a neighbourhood's page of outcomes."""

from dataclasses import dataclass, replace
from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.queries.outcome import SHARE_MIN, WITHOUT_OUTCOME, Age, OutcomeAnswer, outcomes_in
from geo.category import category_of
from geo.month import Month
from geo.neighbourhood import NeighbourhoodRef
from geo.outcome import Outcome, OutcomeGroup, outcomes
from geo.supply import SupplyState
from web.behind import BEHIND, BehindPages
from web.data_folder import folder_of
from web.dating import Dating
from web.page import category_items


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


class OutcomePages(BehindPages):
    """`/neighbourhood/{force}/{neighbourhood}/outcomes`."""

    def router(self) -> APIRouter:
        """The route."""
        return self.routed({BEHIND + "outcomes": self.outcomes})

    def outcomes(self, request: Request, force_id: str, neighbourhood_id: str, category: str = "") -> Response:
        """What became of the crimes recorded in a neighbourhood."""
        release, ref = self.current(), NeighbourhoodRef(force_id, neighbourhood_id)
        sheet, known = self.opened(request, release, ref, "outcomes", category)
        if sheet.held:
            return sheet.unchanged()
        chosen = category_of(category) if category else None
        answer = outcomes_in(release, folder_of(request), ref, chosen)
        newest = answer.months[-1] if answer.months else release.month_newest
        context = {
            **known,
            "answer": answer,
            "dating": dating_of(answer, self.today()),
            "Age": Age,
            "groups": grouped(),
            "gaps": gaps_of(answer),
            "share_min": SHARE_MIN,
            "incident": chosen == WITHOUT_OUTCOME,
            "categories": category_items(newest, chosen, self.stage.language.words.gettext) if newest else [],
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
