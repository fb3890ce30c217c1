"""Tokens of a force's own systems: made, shown once, and revoked by its administrators."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.publish import token
from api.publish.policy import Deed, Where
from api.publish.token import KINDS, SUBMITS, BadToken
from web.staff.access import of_force
from web.staff.home import neighbourhoods_of
from web.staff.role_word import kind_word
from web.staff.route import StaffRoutes
from web.staff.visit import Visit

PATH = "/force/{force_id}/manage/tokens"
DAYS = (30, 90, 180, 365)
NAME_LENGTH = 80


def add_tokens(routes: StaffRoutes) -> None:
    """Add the list of a force's tokens, where they are made and revoked."""
    routes.page(PATH, Deed.ADMIT, show, send)


def show(visit: Visit) -> Response:
    """The tokens there are, and the form for another."""
    return _page(visit)


def send(visit: Visit) -> Response:
    """Make a token and show it, this once; or revoke one."""
    of_force(visit)
    if visit.text("do") == "make":
        return _make(visit)
    number = visit.text("token")
    with visit.updates.writing() as connection:
        found = number.isdecimal() and len(number) < 10
        if not found or not token.revoke(connection, visit.actor, visit.where, int(number), datetime.now(UTC)):
            raise HTTPException(HTTPStatus.NOT_FOUND)
    return visit.onward(PATH.format(force_id=visit.where.force_id))


def _make(visit: Visit) -> Response:
    _ = visit.stage.language.words.gettext
    kinds = [kind for kind in KINDS if kind in visit.form.getlist("kind")]
    days = next((one for one in DAYS if str(one) == visit.text("days")), None)
    name, place = visit.text("name")[:NAME_LENGTH], visit.text("neighbourhood") or None
    faults = {} if name else {"name": _("Enter which system the token is for")}
    faults |= {} if kinds else {"kind": _("Select what the token may publish")}
    faults |= {} if days else {"days": _("Select how long the token holds")}
    if place is not None and place not in neighbourhoods_of(visit, visit.where.force_id or ""):
        faults["neighbourhood"] = _("Select a neighbourhood of this force, or the whole force")
    if place is not None and SUBMITS in kinds:
        faults.setdefault("neighbourhood", _("Only a token of the whole force can send in crime files"))
    if faults or days is None:
        return _page(visit, faults=faults)
    now, where = datetime.now(UTC), Where(visit.where.force_id, place)
    try:
        with visit.updates.writing() as connection:
            made = token.make(connection, visit.actor, name, where, kinds, now + timedelta(days=days), now)
    except BadToken as error:
        return _page(visit, faults={"name": visit.stage.language.explain(error)})
    return _page(visit, made)


def _page(visit: Visit, made: str | None = None, faults: dict[str, str] | None = None) -> Response:
    language, now = visit.stage.language, datetime.now(UTC)
    names = neighbourhoods_of(visit, visit.where.force_id or "")
    with visit.updates.reading() as connection:
        found = token.tokens_of(connection, visit.where)
    shown = [
        (
            one,
            names.get(one.where.neighbourhood_id or "", one.where.neighbourhood_id),
            ", ".join(kind_word(kind, language) for kind in one.kinds),
            one.holds(now),
        )
        for one in found
    ]
    again = visit if faults else None
    context = {
        **of_force(visit),
        "tokens": shown, "made": made, "faults": faults or {}, "days": DAYS,
        "neighbourhoods": sorted(names.items(), key=lambda one: one[1].casefold()),
        "kinds": [(kind, kind_word(kind, language)) for kind in KINDS],
        "typed": {name: again.text(name) if again else "" for name in ("name", "neighbourhood", "days")},
        "ticked": visit.form.getlist("kind") if faults else [],
    }  # fmt: skip
    return visit.page("staff/tokens.html", context, HTTPStatus.BAD_REQUEST if faults else HTTPStatus.OK)
