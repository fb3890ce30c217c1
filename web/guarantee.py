"""What the Neighbourhood Policing Guarantee promises, and what is known of it here: of all forces, and of one."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.police.force import updates_of
from api.queries.guarantee import REVIEWED_MONTHS, Board, Kept, MeetingState, Officer, Reviewed, guarantee
from api.queries.guarantee_answer import FEWEST, WINDOW_DAYS, WITHIN_HOURS, Answers
from geo.force import Force
from geo.place_name import folded
from geo.store.release import Release
from web.answer import Sheet, validator_of
from web.frame import frame
from web.place import territorial
from web.stage import Stage

_THRESHOLDS = {"months": REVIEWED_MONTHS, "days": WINDOW_DAYS, "within": WITHIN_HOURS, "fewest": FEWEST}


@dataclass(frozen=True)
class ForceBoard:
    """A force's neighbourhoods together.

    Attributes:
        force: which.
        kept: what can be told of each, by name.
        answers: how fast questions are answered, of all together.
    """

    force: Force
    kept: tuple[Kept, ...]
    answers: Answers

    @cached_property
    def officers(self) -> Counter[Officer]:
        """How many neighbourhoods have a named officer, and how many not."""
        return Counter(one.officer for one in self.kept)

    @cached_property
    def reviews(self) -> Counter[Reviewed]:
        """How many have priorities that were looked at lately."""
        return Counter(one.reviewed for one in self.kept)

    @cached_property
    def meetings(self) -> Counter[MeetingState]:
        """How many have a meeting ahead."""
        return Counter(one.meeting for one in self.kept)


@dataclass(frozen=True)
class GuaranteePages:
    """`/guarantee` and `/guarantee/{force}`.

    Attributes:
        current: the live release.
        stage: renders templates.
        today: the day it is.
    """

    current: Callable[[], Release]
    stage: Stage
    today: Callable[[], date] = date.today

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix=self.stage.language.prefix, include_in_schema=False)
        router.add_api_route("/guarantee", self.nation, methods=["GET", "HEAD"])
        router.add_api_route("/guarantee/{force_id}", self.force, methods=["GET", "HEAD"])
        return router

    def nation(self, request: Request) -> Response:
        """Every force in order of name, with how many of its neighbourhoods have what."""
        release = self.current()
        board = guarantee(updates_of(request), release, self.today())
        sheet = Sheet(request, self._validator(release, board, ""))
        if sheet.held:
            return sheet.unchanged()
        gettext = self.stage.language.words.gettext
        forces = [force for force in release.register if force.territorial]
        forces.sort(key=lambda force: folded(gettext(force.name)))
        context = {
            **frame(release, self.stage.language),
            "forces": [force_board(board, force) for force in forces if force.id in board.forces],
            "without": [force for force in forces if force.id not in board.forces],
            "day": board.day,
            "told": _THRESHOLDS,
        }
        return sheet.whole(self.stage.page(request, "guarantee.html", context))

    def force(self, request: Request, force_id: str) -> Response:
        """A force's neighbourhoods in order of name, with what is known of each."""
        release = self.current()
        force = territorial(release, force_id)
        board = guarantee(updates_of(request), release, self.today())
        sheet = Sheet(request, self._validator(release, board, force_id))
        if sheet.held:
            return sheet.unchanged()
        context = {
            **frame(release, self.stage.language),
            "force": force,
            "police": (force.name, force.url),
            "board": force_board(board, force),
            "day": board.day,
            "told": _THRESHOLDS,
            "canonical": f"/guarantee/{force_id}",
        }
        return sheet.whole(self.stage.page(request, "guarantee/force.html", context))

    def _validator(self, release: Release, board: Board, force_id: str) -> str:
        return validator_of(release.id, self.stage.edition, repr(board.version), str(board.day), force_id, "guarantee")


def force_board(board: Board, force: Force) -> ForceBoard:
    """A force's part of the board; without neighbourhoods where none is held."""
    return ForceBoard(force, board.forces.get(force.id, ()), board.speed.of_force(force.id))
