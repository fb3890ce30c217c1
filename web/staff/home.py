"""The first page of somebody who is signed in: where they may work."""

from starlette.responses import Response

from api.publish import content
from api.publish.policy import Deed, Where
from geo.errors import UnknownRelease
from geo.force import Force
from geo.neighbourhood import NeighbourhoodRef
from web.staff.route import StaffRoutes
from web.staff.visit import Visit


def add_home(routes: StaffRoutes) -> None:
    """Add `/staff`, and `/staff/force/{force}`, which lists a force's neighbourhoods."""
    routes.page("/staff", Deed.ENTER, home)
    routes.page("/staff/force/{force_id}", Deed.READ, force)


def home(visit: Visit) -> Response:
    """The forces and neighbourhoods where the visitor may work."""
    places = visit.actor.reach(Deed.READ)
    forces = forces_of(visit)
    if Where() in places:
        shown = [force for force in forces.values() if force.territorial]
    else:
        shown = [forces[one.force_id] for one in places if one.force_id in forces and one.neighbourhood_id is None]
    own = [one for one in places if one.neighbourhood_id is not None]
    named = [(where, name_of(visit, where), forces.get(where.force_id or "")) for where in own]
    asked = {where for where in own if visit.actor.may(Deed.ANSWER, where)}
    return visit.page("staff/home.html", {"forces": shown, "neighbourhoods": named, "asked": asked})


def force(visit: Visit) -> Response:
    """A force's neighbourhoods, from A to Z."""
    force_id = visit.where.force_id or ""
    found = sorted(neighbourhoods_of(visit, force_id).items(), key=lambda one: one[1].casefold())
    return visit.page("staff/force.html", {"force": forces_of(visit).get(force_id), "neighbourhoods": found})


def forces_of(visit: Visit) -> dict[str, Force]:
    """The forces of the live release by id; none while there is none."""
    try:
        return {one.id: one for one in visit.current().register}
    except UnknownRelease:
        return {}


def neighbourhoods_of(visit: Visit, force_id: str) -> dict[str, str]:
    """Names of a force's neighbourhoods by id: of those with boundaries, and of those that publish something."""
    with visit.updates.reading() as connection:
        names = content.neighbourhood_names(connection, force_id)
    try:
        areas = visit.current().neighbourhoods
    except UnknownRelease:
        return names
    return names | {areas.ids[index]: areas.names[index] for index in areas.of_force(force_id)}


def name_of(visit: Visit, where: Where) -> str:
    """What a neighbourhood is called; its id where nobody has said."""
    ref = NeighbourhoodRef(where.force_id or "", where.neighbourhood_id or "")
    return neighbourhoods_of(visit, ref.force_id).get(ref.id, ref.id)
