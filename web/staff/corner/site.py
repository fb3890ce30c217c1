"""The pages of a force's corner, all together."""

from web.staff.corner.alias import add_aliases
from web.staff.corner.audit import add_audit
from web.staff.corner.banner import add_banner
from web.staff.corner.front import add_front
from web.staff.corner.month import add_months
from web.staff.corner.service import add_services
from web.staff.corner.switch import add_switches
from web.staff.corner.theme import add_theme
from web.staff.route import StaffRoutes

_PAGES = (add_front, add_theme, add_banner, add_months, add_services, add_aliases, add_switches, add_audit)


def add_corner(routes: StaffRoutes) -> None:
    """Add `/force/{force}/manage` and what stands below it."""
    for add in _PAGES:
        add(routes)
