"""Aliases: what else a force was called in addresses, so that old links still lead to it."""

from collections.abc import Iterator

from pydantic import ValidationError
from starlette.responses import Response

from api.publish import force_setting
from api.publish.corner import ALIASES
from api.publish.force_setting import Setting
from api.publish.item.fault import Fault
from api.publish.policy import Deed
from geo.words import Words
from web.old_address import slugs_of
from web.staff.corner.form import FRONT, Sheet, faults_in
from web.staff.route import StaffRoutes
from web.staff.visit import Visit

MOST = 20
_TAKEN = Words("%(alias)s already leads to another force")
_OWN = Words("%(alias)s leads to this force anyway")
_TOO_MANY = Words("Enter %(most)s addresses or fewer")
_WRONG = Words("%(alias)s: use small letters, digits and single hyphens, such as old-name-police")


def add_aliases(routes: StaffRoutes) -> None:
    """Add `/force/{force}/manage/aliases`."""
    routes.page(f"{FRONT}/aliases", Deed.MANAGE, show, send)


def show(visit: Visit) -> Response:
    """The form, with the aliases that are set."""
    sheet = _sheet(visit)
    return sheet.show({"aliases": "\n".join(sheet.held()[Setting.ALIASES].value or ())})


def send(visit: Visit) -> Response:
    """Set the aliases, each on a line of its own."""
    sheet = _sheet(visit)
    typed = {"aliases": visit.text("aliases")}
    said = list(dict.fromkeys(line.strip().strip("/").lower() for line in typed["aliases"].split("\n") if line.strip()))
    try:
        ALIASES.validate_python(said)
    except ValidationError as error:
        number = faults_in(error)[0].field
        return sheet.show(typed, [Fault("aliases", _WRONG, {"alias": said[int(number)]})])
    if fault := next(_faults(sheet, said), None):
        return sheet.show(typed, [fault])
    return sheet.set(said, typed)


def _faults(sheet: Sheet, said: list[str]) -> Iterator[Fault]:
    """Why some of them cannot be this force's."""
    if len(said) > MOST:
        yield Fault("aliases", _TOO_MANY, {"most": str(MOST)})
    own = sheet.force.id
    with sheet.visit.updates.reading() as connection:
        held = force_setting.every(connection)
    taken = {
        alias: force_id
        for force_id, those in held.items()
        for alias in (those[Setting.ALIASES].value if Setting.ALIASES in those else ())
        if force_id != own
    }
    taken |= {slug: one.id for one in sheet.visit.current().register for slug in (one.id, *slugs_of(one))}
    for alias in said:
        if alias in taken:
            yield Fault("aliases", _OWN if taken[alias] == own else _TAKEN, {"alias": alias})


def _sheet(visit: Visit) -> Sheet:
    return Sheet(visit, Setting.ALIASES, "aliases.html", {"most": MOST})
