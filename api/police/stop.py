"""Methods 19 to 22 of data.police.uk: stops and searches, as they are published."""

from api.police.parameters import area_asked
from api.police.place import location_asked
from api.police.refusal import Refusal, bad_request
from api.police.request import NOTHING, Asked
from api.serving.where import OfForce
from geo.supply import Kind


def stops_street(asked: Asked) -> bytes:
    """Method 19: stops within a mile or in a polygon, however many."""
    return asked.answer(Kind.STOPS, area_asked(asked.parameters))


def stops_at_location(asked: Asked) -> bytes:
    """Method 20: stops at one snap point; none, rather than a refusal, at one that is not known."""
    if "location_id" not in asked.parameters:
        raise bad_request()
    try:
        where = location_asked(asked.parameters, asked.release.snap_register)
    except Refusal:
        return NOTHING
    return asked.answer(Kind.STOPS, where)


def stops_no_location(asked: Asked) -> bytes:
    """Method 21: a force's stops without a position."""
    return _of_force(asked, unplaced=True)


def stops_force(asked: Asked) -> bytes:
    """Method 22: all stops of a force."""
    return _of_force(asked, unplaced=False)


def _of_force(asked: Asked, *, unplaced: bool) -> bytes:
    force = asked.force()
    return asked.answer(Kind.STOPS, None if force is None else OfForce(force.id, force.slot, unplaced))
