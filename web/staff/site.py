"""The staff pages of one language, all together."""

from collections.abc import Callable

from geo.store.release import Release
from web.staff.home import add_home
from web.staff.route import StaffRoutes
from web.staff.submission import add_submissions
from web.staff.succession import add_succession
from web.stage import Stage

_PAGES = (
    add_home,
    add_succession,
    add_submissions,
)  # in order: a path that ends in a neighbourhood's id, which may hold slashes, takes in all that begin like it


def staff_routes(stage: Stage, current: Callable[[], Release]) -> StaffRoutes:
    """Every staff page, each with the deed that its visitor must be allowed.

    Args:
        stage: renders templates in the language of the pages.
        current: the live release.
    """
    routes = StaffRoutes(stage, current)
    for add in _PAGES:
        add(routes)
    return routes
