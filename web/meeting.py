"""A meeting as a file that calendars read (RFC 5545)."""

from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar import Event as CalendarEvent

from api.publish.record import Event
from geo.neighbourhood import NeighbourhoodRef
from web.address import neighbourhood_address
from web.language import Language

CLOCK = ZoneInfo("Europe/London")  # what teams write is the clock on their wall
_KEY_DIGITS = 12


def event_key(event: Event) -> str:
    """What names an event among those of its neighbourhood: the same for as long as its title, time and place are."""
    told = "\0".join((event.title, event.starts_at.isoformat(), event.address or ""))
    return sha256(told.encode()).hexdigest()[:_KEY_DIGITS]


def calendar_of(event: Event, ref: NeighbourhoodRef, language: Language, written_at: datetime) -> bytes:
    """The calendar file of one event.

    Args:
        event: which.
        ref: whose.
        language: that it is told in, where the team wrote it in that.
        written_at: when the file is made, UTC.
    """
    entry = CalendarEvent()
    entry.add(
        "uid", f"{event_key(event)}@{neighbourhood_address(ref).removeprefix('/neighbourhood/').replace('/', '.')}"
    )
    entry.add("dtstamp", written_at)
    entry.add("dtstart", event.starts_at.replace(tzinfo=CLOCK))
    if event.ends_at is not None and event.ends_at > event.starts_at:
        entry.add("dtend", event.ends_at.replace(tzinfo=CLOCK))
    entry.add("summary", language.own(event, "title").striptags())
    if event.address:
        entry.add("location", event.address)
    if event.description:
        entry.add("description", language.own(event, "description", html=True).striptags())
    calendar = Calendar()
    calendar.add("prodid", "-//Your Area//EN")
    calendar.add("version", "2.0")
    calendar.add_component(entry)
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content
