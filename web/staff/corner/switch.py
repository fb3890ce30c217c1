"""What a force switches on or off: a second pair of eyes, and questions from residents."""

from typing import Any

from starlette.responses import Response

from api.publish.force_setting import Setting
from api.publish.item.fault import Fault
from api.publish.policy import Deed
from geo.words import Words
from web.staff.corner.form import FRONT, Sheet
from web.staff.route import StaffRoutes
from web.staff.visit import Visit

_CHOOSE = Words("Choose yes or no")


def add_switches(routes: StaffRoutes) -> None:
    """Add `/force/{force}/manage/second-eyes` and `/force/{force}/manage/questions`."""
    routes.page(f"{FRONT}/second-eyes", Deed.MANAGE, _show(Setting.SECOND_EYES), _send(Setting.SECOND_EYES))
    routes.page(f"{FRONT}/questions", Deed.MANAGE, _show(Setting.QUESTIONS), _send(Setting.QUESTIONS))


def _show(setting: Setting) -> Any:
    def show(visit: Visit) -> Response:
        """The question, with the answer that stands."""
        sheet = Sheet(visit, setting, "switch.html")
        return sheet.show({"on": "yes" if sheet.held()[setting].value is True else "no"})

    return show


def _send(setting: Setting) -> Any:
    def send(visit: Visit) -> Response:
        """Switch it on or off."""
        sheet = Sheet(visit, setting, "switch.html")
        if (said := visit.text("on")) not in ("yes", "no"):
            return sheet.show({}, [Fault("on", _CHOOSE, {})])
        return sheet.set(said == "yes", {"on": said})

    return send
