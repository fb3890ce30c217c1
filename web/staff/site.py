"""The staff pages of one language, all together."""

from collections.abc import Callable

from geo.store.release import Release
from web.staff.access import add_access
from web.staff.corner.site import add_corner
from web.staff.desk.hub import add_hub
from web.staff.desk.site import add_desk
from web.staff.home import add_home
from web.staff.provider_sign_in import add_provider_sign_in
from web.staff.question import add_questions
from web.staff.route import StaffRoutes
from web.staff.session import add_sessions
from web.staff.sign_in import add_sign_in
from web.staff.submission import add_submissions
from web.staff.succession import add_succession
from web.staff.to_do import add_to_do
from web.staff.token import add_tokens
from web.stage import Stage

_PAGES = (
    add_sign_in,
    add_provider_sign_in,
    add_sessions,
    add_access,
    add_tokens,
    add_home,
    add_corner,
    add_questions,
    add_to_do,
    add_desk,
    add_succession,
    add_submissions,
    add_hub,  # last
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
