"""The front page of a force's corner: everything that can be set, each with how it stands."""

from starlette.responses import Response

from api.publish.force_setting import Setting
from api.publish.policy import Deed
from web.staff.corner.form import FRONT, Sheet
from web.staff.route import StaffRoutes
from web.staff.visit import Visit


def add_front(routes: StaffRoutes) -> None:
    """Add `/force/{force}/manage`."""
    routes.page(FRONT, Deed.MANAGE, front)


def front(visit: Visit) -> Response:
    """What can be set, and how it stands."""
    done = visit.request.query_params.get("done", "")
    sheet = Sheet(visit, None, "front.html", {"pages": tuple(Setting)})
    return sheet.show(done=Setting(done) if done in list(Setting) else None)
