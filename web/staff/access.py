"""Access: who may do what in a force, for its administrators to give and to take."""

from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.publish import admission
from api.publish.account import BadAccount
from api.publish.admission import Holder
from api.publish.item.record import MayNot
from api.publish.policy import Access, Deed, Role, Where
from geo.errors import YourAreaError
from web.staff.home import forces_of, neighbourhoods_of
from web.staff.provider import Providers
from web.staff.role_word import role_word
from web.staff.route import StaffRoutes
from web.staff.visit import Visit

PATH = "/force/{force_id}/manage/access"
PERSON = f"{PATH}/{{account_id}}"


@dataclass(frozen=True)
class RoleShown:
    """A role that somebody has.

    Attributes:
        access: it.
        role: its name.
        place: the neighbourhood's; `None` for the whole force.
        claimed: whether the force's own sign-in gives it.
    """

    access: Access
    role: str
    place: str | None
    claimed: bool


def add_access(routes: StaffRoutes) -> None:
    """Add the list of a force's people, and the page of each."""
    routes.page(PERSON, Deed.ADMIT, person, change)
    routes.page(PATH, Deed.ADMIT, people)


def people(visit: Visit) -> Response:
    """Everybody who has a role in the force, and whoever waits for one."""
    with visit.updates.reading() as connection:
        found = admission.holders(connection, visit.where, _own_providers(visit))
    shown = [(one, _roles(visit, one)) for one in found]
    return visit.page("staff/access.html", {"people": shown, **of_force(visit)})


def person(visit: Visit) -> Response:
    """One of them, with what can be changed."""
    with visit.updates.reading() as connection:
        found = _holder(visit, connection)
    return _page(visit, found)


def change(visit: Visit) -> Response:
    """Give or take a role, close the account or open it again, or sign it out everywhere."""
    try:
        with visit.updates.writing() as connection:
            found = _holder(visit, connection)
            _do(visit, connection, found.account.id)
    except (MayNot, BadAccount) as error:
        return _page(visit, found, error)
    return visit.onward(visit.request.url.path.removeprefix(visit.stage.language.prefix))


def of_force(visit: Visit) -> dict[str, Any]:
    """What pages of a force's access say of it.

    Raises:
        HTTPException: 404, there is no such force.
    """
    forces = forces_of(visit)  # none while no release is live: then nobody can tell
    if forces and visit.where.force_id not in forces:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return {"force": forces.get(_force_id(visit)), "at": f"/force/{visit.where.force_id}/manage"}


def _do(visit: Visit, connection: Connection, account_id: int) -> None:
    by, where, now = visit.actor, visit.where, datetime.now(UTC)
    deed = visit.text("do")
    if deed == "give":
        admission.give(connection, by, account_id, _access(visit))
    elif deed == "take":
        admission.take(connection, by, account_id, _access(visit))
    elif deed == "close":
        admission.close(connection, by, where, account_id, now)
    elif deed == "reopen":
        admission.reopen(connection, by, where, account_id)
    elif deed == "sign-out":
        admission.end_sessions(connection, by, where, account_id, now)
    else:
        raise HTTPException(HTTPStatus.BAD_REQUEST)


def _access(visit: Visit) -> Access:
    """The role that was chosen, always in the force of the page."""
    chosen, neighbourhood_id = visit.text("role"), visit.text("neighbourhood") or None
    if chosen not in admission.GIVEN:
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    known = visit.text("do") == "take" or neighbourhood_id in (None, *neighbourhoods_of(visit, _force_id(visit)))
    access = Access(Role(chosen), Where(visit.where.force_id, neighbourhood_id))
    if not access.sound or not known:
        _ = visit.stage.language.words.gettext
        raise BadAccount(
            _("Choose a neighbourhood for that role.")
            if neighbourhood_id is None
            else _("That role is of the whole force: choose no neighbourhood.")
        )
    return access


def _holder(visit: Visit, connection: Connection) -> Holder:
    number = str(visit.request.path_params["account_id"])
    found = None
    if number.isdecimal() and len(number) < 10:
        found = admission.holder(connection, visit.where, int(number), _own_providers(visit))
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return found


def _page(visit: Visit, found: Holder, error: YourAreaError | None = None) -> Response:
    names = sorted(neighbourhoods_of(visit, _force_id(visit)).items(), key=lambda one: one[1].casefold())
    language = visit.stage.language
    context = {
        **of_force(visit),
        "person": found, "roles": _roles(visit, found), "neighbourhoods": names,
        "own": visit.session.account_id == found.account.id,
        "givable": [(role, role_word(role, language)) for role in admission.givable(visit.actor, visit.where)],
        "fault": language.explain(error) if error is not None else None,
        "chosen": visit.text("role"), "chosen_place": visit.text("neighbourhood"),
    }  # fmt: skip
    status = HTTPStatus.OK if error is None else HTTPStatus.CONFLICT
    return visit.page("staff/person.html", context, status)


def _roles(visit: Visit, found: Holder) -> list[RoleShown]:
    names = neighbourhoods_of(visit, _force_id(visit))
    return [
        RoleShown(
            one,
            role_word(one.role, visit.stage.language),
            one.where.neighbourhood_id and names.get(one.where.neighbourhood_id, one.where.neighbourhood_id),
            one in found.claimed,
        )
        for one in found.here
    ]


def _force_id(visit: Visit) -> str:
    return visit.where.force_id or ""


def _own_providers(visit: Visit) -> tuple[str, ...]:
    providers: Providers = visit.request.app.state.providers
    return providers.of_force(_force_id(visit))
