"""Where one is signed in: one's own sessions, each of which one can end."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.publish import session as sessions
from api.publish.audit import note
from api.publish.policy import Deed, forces_of
from api.publish.session import SessionAbout
from web.settings import WebSettings
from web.staff.route import StaffRoutes
from web.staff.visit import Visit

PATH = "/staff/sessions"
OTHERS = "others"


@dataclass(frozen=True)
class SessionShown:
    """A session as its owner sees it.

    Attributes:
        about: it.
        ended_at: when it ended, by somebody's word or by time; `None` where it holds.
        here: whether it is the one that the page is seen in.
    """

    about: SessionAbout
    ended_at: datetime | None
    here: bool


def add_sessions(routes: StaffRoutes) -> None:
    """Add `/staff/sessions`."""
    routes.page(PATH, Deed.ENTER, show, send)


def show(visit: Visit) -> Response:
    """The sessions of whoever asks: those that hold, and those that ended in the last thirty days."""
    found = shown(visit)
    holding, ended = [one for one in found if one.ended_at is None], [one for one in found if one.ended_at is not None]
    return visit.page("staff/sessions.html", {"holding": holding, "ended": ended, "others": OTHERS})


def send(visit: Visit) -> Response:
    """End one of them, or all but this one."""
    chosen = visit.text("end")
    numbers = [one.about.id for one in shown(visit) if one.ended_at is None and not one.here]
    if chosen != OTHERS:
        numbers = [number for number in numbers if str(number) == chosen]
        if not numbers:
            raise HTTPException(HTTPStatus.NOT_FOUND)
    with visit.updates.writing() as connection:
        ended = sum(sessions.end(connection, visit.session.account_id, datetime.now(UTC), one) for one in numbers)
        for where in forces_of(visit.actor.accesses):
            note(connection, visit.actor, "end-sessions", where, "account", visit.actor.id, after={"ended": ended})
    return visit.onward(PATH)


def shown(visit: Visit) -> list[SessionShown]:
    """The sessions of whoever asks, last seen first."""
    settings: WebSettings = visit.request.app.state.settings
    idle, longest = timedelta(minutes=settings.staff_idle_minutes), timedelta(hours=settings.staff_longest_hours)
    with visit.updates.reading() as connection:
        found = sessions.sessions_of(connection, visit.session.account_id)
    return [SessionShown(one, _ended(one, idle, longest), one.id == visit.session.id) for one in found]


def _ended(about: SessionAbout, idle: timedelta, longest: timedelta) -> datetime | None:
    end = min(about.seen_at + idle, about.created_at + longest)
    return about.ended_at or (end if end <= datetime.now(UTC) else None)
