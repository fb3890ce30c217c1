"""Between what a form holds and what is written: every value goes there and back unchanged, right or wrong."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import ValidationError

from api.publish.clock import CLOCK
from api.publish.item.fault import faults_of
from api.publish.item.kind import Kind
from api.publish.item.written import WRITTEN
from geo.category import categories
from web.staff.desk.field import CHANNELS, Field, Widget
from web.staff.desk.form import FORMS
from web.staff.visit import Visit

MONTHLY_WEEKDAY = "monthly-weekday"
_PICTURE_ID = re.compile(r"[0-9a-f]{64}")
_REVIEW_DAYS = 91
_NEWEST_ERA = 14  # categories of crime
_DAYS_IN_WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_A_DAY = "Enter a date, such as 2026-11-02"  # in place of what asks for a time of day too, where none is asked


def now_on_the_wall() -> datetime:
    """The clock on the wall, to the minute."""
    return datetime.now(CLOCK).replace(tzinfo=None, second=0, microsecond=0)


def new_document(kind: Kind) -> dict[str, Any]:
    """What a form of a new thing begins with."""
    today = now_on_the_wall().date()
    begun: dict[Kind, dict[str, Any]] = {
        Kind.PRIORITY: {
            "issued_at": today.isoformat(),
            "review_on": (today + timedelta(days=_REVIEW_DAYS)).isoformat(),
        },
        Kind.ACTION: {"acted_at": today.isoformat()},
        Kind.NEWS: {"issued_at": today.isoformat()},
        Kind.ANSWER: {"answered_at": today.isoformat()},
        Kind.MEMBER: {"shown_as": "full"},
    }
    return begun.get(kind, {})


def read(visit: Visit, fields: Iterable[Field], base: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """What was typed, over what was there: fields that a form does not ask for stay as they were.

    Args:
        visit: with the form.
        fields: that were asked.
        base: what was there.
        prefix: of the form's names, where it holds several forms.
    """
    said = dict(base)
    for field in fields:
        for name in field.names:
            said[name] = _value(visit, field, name, base.get(name), prefix)
    if said.get("repeats") == MONTHLY_WEEKDAY:
        said["repeats"] = _monthly_weekday(str(said.get("starts_at") or ""))
    return said


def faults(kind: Kind, document: Mapping[str, Any], gettext: Callable[[str], str]) -> dict[str, str]:
    """What is wrong with what was typed: words by field."""
    try:
        WRITTEN[kind].model_validate(document)
    except ValidationError as error:
        days = {one.name for one in FORMS[kind].fields if one.widget is Widget.DAY}
        found: dict[str, str] = {}
        for fault in faults_of(error):
            field = fault.field.split(".")[0] if fault.field.startswith("not_on") else fault.field
            text = _A_DAY if field in days and "date and a time" in fault.text else fault.text
            said = gettext(text)
            found.setdefault(field, said % fault.values if fault.values else said)
        return found
    return {}


def summary(
    fields: Iterable[Field], faults: Mapping[str, str], gettext: Callable[[str], str], prefix: str = ""
) -> list[tuple[str, str]]:
    """What is wrong, for the head of a page: the field's name, and the question with what is wrong in its answer."""
    asked = {prefix + name: gettext(str(field.label)) for field in fields for name in field.names}
    found = []
    for name, fault in faults.items():
        question = asked.get(name) or asked.get(name.rpartition(".")[0], "")
        stop = "" if not question else " " if question.endswith("?") else ": "
        found.append((name, f"{question}{stop}{fault}"))
    return found


def choices(field: Field, value: str) -> list[tuple[str, str]]:
    """Values and words to choose from, in English; what is chosen now is among them, even where we have no word."""
    listed = [(value, str(words)) for value, words in field.choices]
    if field.widget is Widget.CATEGORY:
        listed = [(one.slug, one.name) for one in categories() if _NEWEST_ERA in one.eras]
    if value and value not in dict(listed):
        listed.append((value, value))
    return listed


def shown(field: Field, document: Mapping[str, Any], name: str = "") -> str:
    """What stands in a field's box.

    Args:
        field: which.
        document: what is written.
        name: of one of its values; by default its own.
    """
    value = document.get(name or field.name)
    if value is None:
        return ""
    if field.widget is Widget.DAY:
        return str(value)[:10]
    if field.widget is Widget.TIME:
        return str(value)[:16]
    if field.widget is Widget.MOMENT:
        return _wall_of(str(value))
    if field.widget is Widget.DAYS:
        return "\n".join(map(str, value))
    return str(value)


def channels(document: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Channels with their words and what stands in each one's box."""
    held = document.get("contact") or {}
    return [(channel, str(words), str(held.get(channel, ""))) for channel, words in CHANNELS]


def utc_of(typed: str) -> str:
    """A moment in UTC, of the clock on the wall; what is no moment stays as it was typed."""
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=CLOCK).astimezone(UTC).isoformat()
    except ValueError:
        return typed


def has_other_channels(document: Mapping[str, Any], faults: Mapping[str, str], name: str) -> bool:
    """Whether one of the channels that are asked for last holds something, or something wrong."""
    others = [channel for channel, _ in CHANNELS[3:]]
    held = document.get("contact") or {}
    return any(held.get(channel) or f"{name}.{channel}" in faults for channel in others)


def _value(visit: Visit, field: Field, name: str, held: Any, prefix: str) -> Any:
    typed = visit.text(prefix + name)
    if field.widget is Widget.TICK:
        return typed == "yes"
    if field.widget is Widget.CONTACT:
        told = {channel: visit.text(f"{prefix}{name}.{channel}") for channel, _ in CHANNELS}
        return {channel: text for channel, text in told.items() if text}
    if field.widget is Widget.DAYS:
        return [line.strip() for line in typed.splitlines() if line.strip()]
    if name == "picture_id" and not _PICTURE_ID.fullmatch(typed):
        return None
    if field.widget is Widget.MOMENT and typed:
        return utc_of(typed)
    if field.widget in (Widget.DAY, Widget.TIME) and typed and str(held or "").startswith(typed):
        return held  # the time of day that a form does not ask for
    return typed or (None if field.optional or name.endswith("_cy") else "")


def _wall_of(value: str) -> str:
    try:
        return datetime.fromisoformat(value).astimezone(CLOCK).strftime("%Y-%m-%dT%H:%M")
    except ValueError:
        return value


def _monthly_weekday(starts_at: str) -> str:
    """The rule for the same weekday of each month, such as the first Tuesday."""
    try:
        day = datetime.fromisoformat(starts_at)
    except ValueError:
        return MONTHLY_WEEKDAY  # the beginning is what is wrong
    week = (day.day - 1) // 7 + 1
    return f"FREQ=MONTHLY;BYDAY={week if week < 5 else -1}{_DAYS_IN_WEEK[day.weekday()]}"
