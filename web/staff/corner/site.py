"""The pages of a force's corner, all together."""

from web.staff.corner.banner import add_banner
from web.staff.corner.front import add_front
from web.staff.route import StaffRoutes


def add_corner(routes: StaffRoutes) -> None:
    """Add `/force/{force}/manage` and what stands below it."""
    for add in (add_front, add_banner):
        add(routes)
