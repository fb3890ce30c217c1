"""What a neighbourhood's team has still to do, by the promises of the Neighbourhood Policing Guarantee (2025)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from api.publish.item.imported import documents
from api.publish.item.kind import Kind
from api.publish.item.record import Item
from api.publish.policy import Where
from geo.words import Words
from web.staff.desk.place import item_address, root, title_of

REVIEW_DAYS = 92  # three months
_NAMED = ("full", "surname", None)


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to do.

    Attributes:
        words: what, in English.
        at: where it is done.
        about: the thing that it is about; empty where it is about none.
    """

    words: Words
    at: str
    about: str = ""


def due(connection: Connection, where: Where, now: datetime) -> tuple[Due, ...]:
    """What is to do, most urgent first.

    Args:
        connection: to the updates database.
        where: the neighbourhood.
        now: the clock on the wall.
    """
    found = []
    people = documents(connection, where, Kind.MEMBER)
    if not any(_reachable(said, now) for _, said in people):
        words = Words("No named officer is shown with a way to get in touch. Add one.")
        found.append(Due(words, item_address(where, Kind.MEMBER, "new")))
    for one, said in documents(connection, where, Kind.PRIORITY):
        if not said.get("closed_at") and _stale(said, now):
            words = Words("Not looked at for three months. Is it still right?")
            at = item_address(where, Kind.PRIORITY, one.external_id, "/do/still-right")
            found.append(Due(words, at, title_of(Kind.PRIORITY, said)))
    if not any(_ahead(said, now) for _, said in documents(connection, where, Kind.EVENT)):
        words = Words("No meeting is ahead. Add one.")
        found.append(Due(words, item_address(where, Kind.EVENT, "new")))
    if any(_taken_over(one) for kind in _LISTED for one, _ in documents(connection, where, kind)):
        words = Words("Some of what is shown was taken over from elsewhere. Look whether it is right.")
        found.append(Due(words, root(where)))
    return tuple(found)


_LISTED = (Kind.MEMBER, Kind.PRIORITY, Kind.EVENT, Kind.CONTACT_POINT, Kind.LINK)


def _taken_over(item: Item) -> bool:
    return item.written is None


def _reachable(said: Mapping[str, Any], now: datetime) -> bool:
    leaves = said.get("leaves_on")
    here = not leaves or str(leaves) > now.date().isoformat()
    return here and said.get("shown_as") in _NAMED and bool(said.get("contact"))


def _stale(said: Mapping[str, Any], now: datetime) -> bool:
    """Whether it was neither set nor looked at within three months; what has no date is stale."""
    dated = [datetime.fromisoformat(said[name]) for name in ("issued_at", "reviewed_at") if said.get(name)]
    return not dated or now - max(dated) > timedelta(days=REVIEW_DAYS)


def _ahead(said: Mapping[str, Any], now: datetime) -> bool:
    if said.get("cancelled_at"):
        return False
    if said.get("repeats") and said.get("repeats_until"):
        return str(said["repeats_until"]) >= now.date().isoformat()
    last = str(said.get("ends_at") or said.get("starts_at") or "")
    return bool(last) and datetime.fromisoformat(last) >= now
