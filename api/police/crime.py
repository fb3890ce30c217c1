"""Methods 1 to 8 of data.police.uk: what is published, crimes and outcomes."""

import re
from typing import Any

import orjson

from api.police.parameters import area_asked, category_asked
from api.police.place import location_asked, nearest_asked
from api.police.refusal import bad_request, not_there
from api.police.request import Asked
from api.serving.source import with_persistent_id
from api.serving.where import OfForce
from geo.category import FOURTEEN_FROM, categories_of
from geo.month import Month
from geo.outcome import outcomes
from geo.supply import Kind

_ALL_CRIME = {"url": "all-crime", "name": "All crime"}
_TODAYS = [{"url": one.slug, "name": one.name} for one in categories_of(FOURTEEN_FROM)]
_OUTCOME_OF = {outcome.written[0]: outcome for outcome in outcomes()}
_PERSISTENT_ID = re.compile(r"[0-9a-f]{64}")


def street_dates(asked: Asked) -> bytes:
    """Method 1: the months answered for, newest first, each with the forces that gave stops and searches."""
    stops: dict[Month, list[str]] = {}
    for one in asked.release.manifest.counted(Kind.STOPS):
        stops.setdefault(one.month, []).append(one.force)
    return orjson.dumps(
        [{"date": str(month), "stop-and-search": stops.get(month, [])} for month in reversed(asked.published)]
    )


def last_updated(asked: Asked) -> bytes:
    """Method 2: the newest month, as its first day.

    Raises:
        Refusal: 404, nothing is published.
    """
    if not asked.published:
        raise not_there()
    return orjson.dumps({"date": f"{asked.published[-1]}-01"})


def crime_categories(_asked: Asked) -> bytes:
    """Method 3: today's categories, whatever the date."""
    return orjson.dumps([_ALL_CRIME, *_TODAYS])


def crimes_street(asked: Asked) -> bytes:
    """Method 4: crimes within a mile or in a polygon."""
    return asked.answer(Kind.STREET, area_asked(asked.parameters), category_asked(asked.argument), limited=True)


def crimes_at_location(asked: Asked) -> bytes:
    """Method 5: crimes at one snap point; of a position, at the nearest."""
    register = asked.release.snap_register
    if "location_id" in asked.parameters:
        return asked.answer(Kind.STREET, location_asked(asked.parameters, register))
    return asked.answer(Kind.STREET, nearest_asked(asked.parameters, register, asked.month or asked.published[-1]))


def crimes_no_location(asked: Asked) -> bytes:
    """Method 6: a force's crimes without a position."""
    force = asked.force()
    if force is None:
        raise bad_request()
    where = OfForce(force.id, force.slot, unplaced=True) if force.territorial else None
    return asked.answer(Kind.STREET, where, category_asked(asked.parameters.get("category", "")))


def outcomes_at_location(asked: Asked) -> bytes:
    """Method 7: outcomes of crimes at a snap point, in a polygon or, unlike method 5, within a mile of a position."""
    if "location_id" in asked.parameters:
        where = location_asked(asked.parameters, asked.release.snap_register)
        return asked.answer(Kind.OUTCOMES, where)
    return asked.answer(Kind.OUTCOMES, area_asked(asked.parameters), limited=True)


def outcomes_for_crime(asked: Asked) -> bytes:
    """Method 8: a crime by its persistent id, and what became of it, oldest first.

    Ids are reused: of several crimes it is the newest. Where no outcomes file tells, its history is its last outcome.

    Raises:
        Refusal: 404, no crime of that id in the months answered for.
    """
    if not _PERSISTENT_ID.fullmatch(asked.argument):
        raise not_there()
    persistent_id = bytes.fromhex(asked.argument)
    months = asked.published
    for at in reversed(range(len(months))):
        found = with_persistent_id(asked.release, asked.settings.folder, Kind.STREET, months[at], persistent_id)
        if found:
            return orjson.dumps(_history(asked, orjson.loads(found[0]), months[at:], persistent_id))
    raise not_there()


def _history(asked: Asked, crime: dict[str, Any], months: tuple[Month, ...], persistent_id: bytes) -> dict[str, Any]:
    last = crime.pop("outcome_status")
    found: list[dict[str, Any]] = []
    for month in months:
        for text in with_persistent_id(asked.release, asked.settings.folder, Kind.OUTCOMES, month, persistent_id):
            outcome = orjson.loads(text)
            if outcome.pop("crime")["id"] == crime["id"]:
                found.append(outcome)
    return {"crime": crime, "outcomes": found or ([_as_outcome(last)] if last else [])}


def _as_outcome(status: dict[str, str]) -> dict[str, Any]:
    """A crime's last outcome, written as one of its history."""
    known = _OUTCOME_OF[status["category"]]
    return {"category": {"code": known.slug, "name": known.name}, "date": status["date"], "person_id": None}
