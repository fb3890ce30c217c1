"""Records from the API's own JSON shapes. An entry becomes a record or is refused with a reason; nothing is guessed."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from api.publish.markup import UnsafeLink, clean_contact, clean_html, clean_link, clean_text
from api.publish.record import (
    Action,
    ContactPoint,
    EngagementMethod,
    Event,
    ForceDetail,
    Link,
    NeighbourhoodDetail,
    Person,
    Priority,
)
from geo.errors import YourAreaError

LONGEST = 65_536  # characters of one text; the longest of data.police.uk's has some 5,000

Record = TypeVar("Record")
Refuse = Callable[[str, str], None]


class Refused(YourAreaError, ValueError):
    """An entry that is not taken over; its text is the reason (docs/spec/content.md)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One JSON object of a source, read key by key.

    Attributes:
        said: the object.
        refuse: told (where, reason) of entries inside it, and of links, that are left out.
    """

    said: Mapping[str, Any]
    refuse: Refuse = field(default=lambda _where, _reason: None)

    def text(self, key: str) -> str | None:
        """Plain text; a number counts as its digits."""
        value = self._string(key)
        return None if value is None else clean_text(value)

    def needed(self, key: str, reason: str, clean: Callable[[str], str] = clean_text) -> str:
        """Text without which the entry means nothing.

        Raises:
            Refused: it is missing, or empty once cleaned.
        """
        value = self._string(key)
        cleaned = clean(value).strip() if value else ""
        if not cleaned:
            raise Refused(reason)
        return cleaned

    def html(self, key: str) -> str | None:
        """HTML, made safe."""
        value = self._string(key)
        return None if value is None else clean_html(value)

    def link(self, key: str, clean: Callable[[str], str] = clean_link) -> str | None:
        """The address of a link; one that is not safe is left out and told."""
        value = self._string(key)
        try:
            return None if value is None else clean(value)
        except UnsafeLink:
            self.refuse(key, "unsafe-link")
            return None

    def contact(self) -> dict[str, str]:
        """Channel → how to reach somebody. An empty list is an empty object, as PHP writes one."""
        value = self.said.get("contact_details") or {}
        if not isinstance(value, Mapping):
            raise Refused("not-an-object")
        inside = Entry(value, _within("contact_details.", self.refuse))
        found = {clean_text(str(channel)): inside.link(channel, clean_contact) for channel in value}
        return {channel: reached for channel, reached in found.items() if reached is not None}

    def moment(self, key: str) -> datetime | None:
        """Date and time by the clock on the wall."""
        value = self._string(key)
        if not value:
            return None
        try:
            found = datetime.fromisoformat(value)
            return found.replace(microsecond=0) if found.tzinfo is None else _on_the_wall(found)
        except (ValueError, OverflowError) as error:  # the year 1 has no day before its first
            raise Refused("not-a-date") from error

    def degrees(self, key: str, limit: float) -> float | None:
        """A coordinate in degrees, within ± a limit; nothing and an empty text are no coordinate."""
        value = self.number(key)
        if value is not None and not abs(value) <= limit:
            raise Refused("not-a-position")
        return value

    def number(self, key: str) -> float | None:
        """A finite number, which the API writes as text."""
        value = self._string(key)
        if not value:
            return None
        try:
            found = float(value)
        except ValueError as error:
            raise Refused("not-a-number") from error
        if not math.isfinite(found):
            raise Refused("not-a-number")
        return found

    def entries(self, key: str, record: "Callable[[Entry], Record]") -> tuple[Record, ...]:
        """The records of a list inside the entry; those that are refused are left out and told."""
        return records(self.said.get(key) or [], record, _within(key, self.refuse))

    def inside(self, key: str) -> "Entry":
        """An object inside the entry; an empty one where it is missing."""
        value = self.said.get(key) or {}
        if not isinstance(value, Mapping):
            raise Refused("not-an-object")
        return Entry(value, _within(f"{key}.", self.refuse))

    def _string(self, key: str) -> str | None:
        value = self.said.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if value is not None and not isinstance(value, str):
            raise Refused("not-text")
        if value is not None and len(value) > LONGEST:
            raise Refused("too-long")
        return value


def records(said: Any, record: Callable[[Entry], Record], refuse: Refuse) -> tuple[Record, ...]:
    """The records of a JSON list; those that are refused are left out and told as (`[3]`, reason).

    Raises:
        Refused: not a list.
    """
    if not isinstance(said, list):
        raise Refused("not-a-list")
    found = []
    for at, one in enumerate(said):
        try:
            found.append(record_of(one, record, _within(f"[{at}].", refuse)))
        except Refused as refused:
            refuse(f"[{at}]", str(refused))
    return tuple(found)


def record_of(said: Any, record: Callable[[Entry], Record], refuse: Refuse) -> Record:
    """The record of one JSON object.

    Raises:
        Refused: not an object, or not one of its shape.
    """
    if not isinstance(said, Mapping):
        raise Refused("not-an-object")
    return record(Entry(said, refuse))


def force_detail(entry: Entry) -> ForceDetail:
    """`/forces/{id}`."""
    return ForceDetail(
        name=entry.needed("name", "without-a-name"),
        description=entry.html("description"),
        url=entry.link("url"),
        telephone=entry.text("telephone"),
        engagement_methods=entry.entries("engagement_methods", engagement_method),
    )


def engagement_method(entry: Entry) -> EngagementMethod:
    """An entry of a force's `engagement_methods`."""
    return EngagementMethod(
        title=entry.text("title"),
        type=entry.text("type"),
        description=entry.html("description"),
        url=entry.link("url"),
    )


def person(entry: Entry) -> Person:
    """An entry of `/forces/{id}/people` or `/{force}/{id}/people`."""
    name = entry.needed("name", "without-a-name")
    return Person(name=name, rank=entry.text("rank"), bio=entry.html("bio"), contact=entry.contact())


def neighbourhood_detail(entry: Entry) -> NeighbourhoodDetail:
    """`/{force}/{id}`."""
    centre, population = entry.inside("centre"), entry.number("population")
    if population is not None and not (population.is_integer() and 0 <= population < 2**31):
        raise Refused("not-a-number")
    return NeighbourhoodDetail(
        name=entry.needed("name", "without-a-name"),
        description=entry.html("description"),
        url_force=entry.link("url_force"),
        population=None if population is None else int(population),
        centre_lat=centre.degrees("latitude", 90),
        centre_lng=centre.degrees("longitude", 180),
        contact=entry.contact(),
        links=entry.entries("links", link),
        contact_points=entry.entries("locations", contact_point),
    )


def link(entry: Entry) -> Link:
    """An entry of a neighbourhood's `links`."""
    try:
        url = entry.needed("url", "without-a-link", clean_link)
    except UnsafeLink as error:
        raise Refused("unsafe-link") from error
    return Link(title=entry.text("title"), description=entry.html("description"), url=url)


def contact_point(entry: Entry) -> ContactPoint:
    """An entry of a neighbourhood's `locations`."""
    return ContactPoint(
        name=entry.text("name"),
        type=entry.text("type"),
        description=entry.html("description"),
        address=entry.text("address"),
        postcode=entry.text("postcode"),
        lat=entry.degrees("latitude", 90),
        lng=entry.degrees("longitude", 180),
    )


def event(entry: Entry) -> Event:
    """An entry of `/{force}/{id}/events`."""
    starts_at = entry.moment("start_date")
    if starts_at is None:
        raise Refused("without-a-date")
    return Event(
        title=entry.needed("title", "without-a-title"),
        description=entry.html("description"),
        address=entry.text("address"),
        type=entry.text("type"),
        starts_at=starts_at,
        ends_at=entry.moment("end_date"),
        contact=entry.contact(),
    )


def priority(entry: Entry) -> Priority:
    """An entry of `/{force}/{id}/priorities`, which has one action at most."""
    action = entry.html("action")
    done = (Action(action, entry.moment("action-date")),) if action else ()
    issue = entry.needed("issue", "without-an-issue", clean_html)
    return Priority(issue=issue, issued_at=entry.moment("issue-date"), actions=done)


def _within(before: str, refuse: Refuse) -> Refuse:
    """Tells of what is inside something else by the whole way to it: `links[2].url`."""
    return lambda where, reason: refuse(f"{before}{where}", reason)


def _on_the_wall(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo("Europe/London")).replace(tzinfo=None, microsecond=0)
