"""When an event that repeats takes place: a rule of RFC 5545 by the clock on the wall, and the days left out."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from dateutil.rrule import rrulestr

from api.publish.record import Event

AHEAD = timedelta(days=366)  # what repeats is told so far ahead
_DAYS = "(MO|TU|WE|TH|FR|SA|SU)"
_NUMBERED = f"([+-]?[1-5])?{_DAYS}"
_SHAPES = tuple(
    re.compile(f"FREQ={shape}")
    for shape in (
        "DAILY(;INTERVAL=[1-9][0-9]?)?",
        f"WEEKLY(;INTERVAL=[1-9][0-9]?)?(;BYDAY={_DAYS}(,{_DAYS})*)?",
        f"MONTHLY(;INTERVAL=[1-9][0-9]?)?(;BYDAY={_NUMBERED}(,{_NUMBERED})*)?",
        f"MONTHLY(;INTERVAL=[1-9][0-9]?)?;BYDAY={_DAYS}(,{_DAYS})*;BYSETPOS=(-1|[1-4])",
        "MONTHLY(;INTERVAL=[1-9][0-9]?)?;BYMONTHDAY=(-1|[1-9]|[12][0-9]|3[01])",
    )
)
_ORDER = ("FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYSETPOS")


@dataclass(frozen=True, slots=True)
class Meeting:
    """An event that is not over.

    Attributes:
        event: as it was published.
        times: each time that it still takes place, as an event of its own, soonest first; of one that is called off,
            the times at which it would have.
    """

    event: Event
    times: tuple[Event, ...]


def rule_of(written: str) -> str | None:
    """A rule in its one spelling; `None` for one that could come to nothing, or that nobody would call a meeting's.

    >>> rule_of("byday=tu;freq=weekly"), rule_of("FREQ=SECONDLY"), rule_of("FREQ=DAILY;BYMONTHDAY=32")
    ('FREQ=WEEKLY;BYDAY=TU', None, None)
    """
    parts = dict(part.partition("=")[::2] for part in written.upper().replace(" ", "").split(";"))
    told = ";".join(f"{name}={parts[name]}" for name in _ORDER if name in parts)
    known = set(parts) <= set(_ORDER) and len(parts) == written.count(";") + 1
    return told if known and any(shape.fullmatch(told) for shape in _SHAPES) else None


def times_of(event: Event, since: datetime) -> tuple[Event, ...]:
    """When an event that is not over by some time takes place: each time as an event of its own.

    Args:
        event: once or again and again.
        since: by the clock on the wall.
    """
    long = event.ends_at - event.starts_at if event.ends_at else timedelta()
    starts = _starts(event, since - long) if event.repeats else [event.starts_at]
    left_out = set(event.not_on or ())
    return tuple(
        replace(event, starts_at=start, ends_at=event.ends_at and start + long)
        for start in starts
        if start + long >= since and start.date().isoformat() not in left_out
    )


def comes_to_nothing(event: Event) -> bool:
    """Whether an event has no time at all: its rule begins after its end, or each day is left out."""
    return not times_of(event, event.starts_at)


def first_start(event: Event) -> datetime:
    """When it begins for the first time by its rule, days left out or not: what a calendar counts from."""
    return next(iter(_starts(event, event.starts_at)), event.starts_at) if event.repeats else event.starts_at


def meetings_of(events: tuple[Event, ...], since: datetime) -> tuple[Meeting, ...]:
    """Events that are not over by some time, the soonest first."""
    ahead = (Meeting(event, times_of(event, since)) for event in events)
    return tuple(sorted((one for one in ahead if one.times), key=lambda one: one.times[0].starts_at))


def _starts(event: Event, since: datetime) -> list[datetime]:
    rule = rule_of(event.repeats or "")
    if rule is None or event.repeats_until is None:
        return [event.starts_at]
    last = min(datetime.combine(event.repeats_until, time.max), since + AHEAD)
    return list(rrulestr(rule, dtstart=event.starts_at).between(since, last, inc=True))
