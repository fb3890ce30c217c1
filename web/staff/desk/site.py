"""The desk of a team: every page on which something is written and published."""

from web.staff.desk.done import add_done
from web.staff.desk.moving import add_moving
from web.staff.desk.photograph import add_photograph
from web.staff.desk.preview import add_preview
from web.staff.desk.writing import add_writing
from web.staff.route import StaffRoutes


def add_desk(routes: StaffRoutes) -> None:
    """Add the desk of a neighbourhood, and of a force's senior officers; `add_hub` has their first pages."""
    for add in (add_done, add_writing, add_preview, add_moving, add_photograph):
        add(routes)
