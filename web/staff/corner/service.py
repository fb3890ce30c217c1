"""Links: where a force sends its residents, in place of what the catalogue of services says."""

from pydantic import ValidationError
from starlette.responses import Response

from api.publish.corner import LINKS, REPORT, REPORTED, links_of
from api.publish.force_setting import Setting
from api.publish.item.fault import Fault
from api.publish.policy import Deed
from geo.service import services_in
from web.staff.corner.form import FRONT, Sheet, faults_in
from web.staff.route import StaffRoutes
from web.staff.visit import Visit


def add_services(routes: StaffRoutes) -> None:
    """Add `/force/{force}/manage/services`."""
    routes.page(f"{FRONT}/services", Deed.MANAGE, show, send)


def show(visit: Visit) -> Response:
    """The form, with the links that are set."""
    sheet = _sheet(visit)
    return sheet.show({_field(name): url for name, url in links_of(sheet.held()[Setting.SERVICES].value).items()})


def send(visit: Visit) -> Response:
    """Set the links; an empty field leaves its link as the catalogue has it."""
    sheet = _sheet(visit)
    known = [REPORT, REPORTED, *(one.id for group in sheet.more["groups"].values() for one in group)]
    typed = {name: visit.text(_field(name)) for name in known}
    shown = {_field(name): url for name, url in typed.items()}
    try:
        links = LINKS.validate_python({name: url for name, url in typed.items() if url})
    except ValidationError as error:
        return sheet.show(shown, [Fault(_field(one.field), one.text, one.values) for one in faults_in(error)])
    return sheet.set(links, shown)


def _sheet(visit: Visit) -> Sheet:
    nation = Sheet(visit, None, "").force.nation
    more = {"groups": services_in(nation), "field": _field}
    return Sheet(visit, Setting.SERVICES, "services.html", more)


def _field(name: str) -> str:
    return f"link-{name}"
