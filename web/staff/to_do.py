"""What is to do in a force: the public board turned round, with only what somebody can mend."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from starlette.responses import Response

from api.publish.policy import Deed
from api.publish.question.inbox import waiting
from api.queries.guarantee import REVIEWED_MONTHS, Kept, MeetingState, Officer, Reviewed, guarantee
from geo.errors import UnknownRelease
from web.address import neighbourhood_address
from web.staff.home import forces_of
from web.staff.route import StaffRoutes
from web.staff.visit import Visit
from web.wall_clock import today_in_uk


@dataclass(frozen=True)
class ToDo:
    """One neighbourhood where something is to do.

    Attributes:
        kept: what is known of it.
        questions: how many wait for an answer.
    """

    kept: Kept
    questions: int

    @property
    def anything(self) -> bool:
        """Whether there is anything to do."""
        done = (Officer.NAMED, Reviewed.CURRENT, MeetingState.AHEAD)
        return self.questions > 0 or (self.kept.officer, self.kept.reviewed, self.kept.meeting) != done

    @property
    def address(self) -> str:
        """Where staff do it."""
        return f"/staff{neighbourhood_address(self.kept.neighbourhood.ref)}"


def add_to_do(routes: StaffRoutes) -> None:
    """Add `/staff/force/{force}/to-do`."""
    routes.page("/staff/force/{force_id}/to-do", Deed.READ, to_do)


def to_do(visit: Visit) -> Response:
    """A force's neighbourhoods in which something is to do, by name."""
    force_id, day = visit.where.force_id or "", today_in_uk()
    kept = _kept(visit, force_id, day)
    with visit.updates.reading() as connection:
        asked = Counter(one.where.neighbourhood_id for one in waiting(connection, visit.where))
    each = [ToDo(one, asked[one.neighbourhood.ref.id]) for one in kept]
    context = {
        "force": forces_of(visit).get(force_id),
        "listed": [one for one in each if one.anything],
        "whole": len(each),
        "months": REVIEWED_MONTHS,
        "day": day,
        "may_answer": visit.actor.may(Deed.ANSWER, visit.where),
    }
    return visit.page("staff/to_do.html", context)


def _kept(visit: Visit, force_id: str, day: date) -> tuple[Kept, ...]:
    try:
        return guarantee(visit.updates, visit.current(), day).forces.get(force_id, ())
    except UnknownRelease:
        return ()
