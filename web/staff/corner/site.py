"""The pages of a force's corner, all together."""

from web.staff.corner.banner import add_banner
from web.staff.corner.front import add_front
from web.staff.corner.month import add_months
from web.staff.corner.theme import add_theme
from web.staff.route import StaffRoutes


def add_corner(routes: StaffRoutes) -> None:
    """Add `/force/{force}/manage` and what stands below it."""
    for add in (add_front, add_theme, add_banner, add_months):
        add(routes)
