"""Meetings as a file that calendars read (RFC 5545): again and again where they repeat, called off where they are."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from hashlib import sha256

from icalendar import Calendar
from icalendar import Event as CalendarEvent
from icalendar.prop import vRecur

from api.publish.clock import CLOCK, moment_of
from api.publish.occurrence import first_start, rule_of
from api.publish.record import Event
from geo.neighbourhood import NeighbourhoodRef
from web.address import neighbourhood_address
from web.language import Language

_KEY_DIGITS = 12
REFRESH = timedelta(hours=6)  # how often a calendar that follows is asked to look again


def event_key(event: Event) -> str:
    """What names an event among those of its neighbourhood, whatever is changed of it.

    One that was imported has no id of its own: its name is the same for as long as its title, time and place are.
    """
    imported = (event.title, event.starts_at.isoformat(), event.address or "")
    told = "\0".join(imported if event.external_id is None else ("", event.external_id))
    return sha256(told.encode()).hexdigest()[:_KEY_DIGITS]


def calendar_of(
    events: Sequence[Event], ref: NeighbourhoodRef, language: Language, written_at: datetime, name: str | None = None
) -> bytes:
    """The calendar file of some events.

    Args:
        events: as they were published.
        ref: whose.
        language: that they are told in, where the team wrote them in that.
        written_at: when the file is made, UTC.
        name: of the calendar, where it is one to follow.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Your Area//EN")
    calendar.add("version", "2.0")
    if name is not None:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for event in events:
        calendar.add_component(_entry(event, ref, language, written_at))
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content


def _entry(event: Event, ref: NeighbourhoodRef, language: Language, written_at: datetime) -> CalendarEvent:
    entry = CalendarEvent()
    owner = neighbourhood_address(ref).removeprefix("/neighbourhood/").replace("/", ".")
    entry.add("uid", f"{event_key(event)}@{owner}")
    entry.add("dtstamp", event.changed_at or written_at)
    entry.add("sequence", event.version - 1)
    start = first_start(event)
    entry.add("dtstart", start.replace(tzinfo=CLOCK))
    if event.ends_at is not None and event.ends_at > event.starts_at:
        entry.add("dtend", (start + (event.ends_at - event.starts_at)).replace(tzinfo=CLOCK))
    _repeat(entry, event, start)
    entry.add("summary", language.own(event, "title").striptags())
    if event.address:
        entry.add("location", event.address)
    told = [language.own(event, "description", html=True).striptags()] if event.description else []
    if event.cancelled_at is not None:
        entry.add("status", "CANCELLED")
        told.insert(0, language.own(event, "cancelled_why").striptags())
    if told:
        entry.add("description", "\n\n".join(told))
    return entry


def _repeat(entry: CalendarEvent, event: Event, start: datetime) -> None:
    rule = rule_of(event.repeats or "")
    if rule is None or event.repeats_until is None:
        return
    repeated = vRecur.from_ical(rule)
    repeated["UNTIL"] = moment_of(datetime.combine(event.repeats_until, time(23, 59, 59)))
    entry.add("rrule", repeated)
    for day in event.not_on or ():
        entry.add("exdate", datetime.combine(date.fromisoformat(day), start.time(), CLOCK))
