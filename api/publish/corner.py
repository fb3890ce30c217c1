"""What the settings of a force's corner hold, each as it is typed and as JSON has it; its theme is the pages' own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from api.publish.force_setting import Held, Setting
from api.publish.item.field import wrong
from api.publish.markup import clean_characters
from geo.errors import BadMonth
from geo.month import Month
from geo.service import services
from geo.supply import Kind
from geo.words import Words

MOST_IN_BANNER, MOST_IN_NOTE, MOST_IN_ADDRESS = 300, 500, 300  # characters
REPORT, REPORTED = "report", "reported"  # links of the force itself, beside those of the services
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def _plain(value: Any) -> Any:
    """In one line: none of these texts has paragraphs."""
    return " ".join(clean_characters(value).split()) if isinstance(value, str) else value


def _nothing(value: Any) -> Any:
    return _plain(value) or None


def _month(value: Any) -> Any:
    try:
        return Month.parse(value) if isinstance(value, str) else value
    except BadMonth as error:
        raise wrong(Words("Enter a month, such as 2026-11")) from error


def _https(value: str) -> str:
    host = value.removeprefix("https://").partition("/")[0]
    if not value.startswith("https://") or "." not in host or any(one in value for one in " <>\"'\\@"):
        raise wrong(Words("Enter an address that begins with https://, such as https://www.police.uk/"))
    return value


def _slug(value: str) -> str:
    if _SLUG.fullmatch(value) is None:
        raise wrong(Words("Use small letters, digits and single hyphens, such as old-name-police"))
    return value


BannerText = Annotated[str, StringConstraints(max_length=MOST_IN_BANNER)]
NoteText = Annotated[str, StringConstraints(max_length=MOST_IN_NOTE)]
BannerLine = Annotated[Annotated[BannerText, StringConstraints(min_length=1)], BeforeValidator(_plain)]
NoteLine = Annotated[Annotated[NoteText, StringConstraints(min_length=1)], BeforeValidator(_plain)]
MonthField = Annotated[Month, BeforeValidator(_month), PlainSerializer(str)]
MaybeDay = Annotated[date | None, BeforeValidator(lambda value: value or None)]
Link = Annotated[str, StringConstraints(max_length=MOST_IN_ADDRESS), BeforeValidator(_plain), AfterValidator(_https)]
Slug = Annotated[str, StringConstraints(max_length=60), BeforeValidator(_plain), AfterValidator(_slug)]


class Form(BaseModel):
    """A setting, or a part of one: nothing in it changes, and a field that nobody knows is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Level(StrEnum):
    """How loudly a banner speaks."""

    INFORMATION = "information"
    IMPORTANT = "important"


class Banner(Form):
    """A message at the head of all pages of a force, from one day to another, both of them included."""

    text: BannerLine
    text_cy: Annotated[BannerText | None, BeforeValidator(_nothing)] = None
    level: Level = Level.INFORMATION
    shown_from: MaybeDay = None
    shown_until: MaybeDay = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.shown_from and self.shown_until and self.shown_until < self.shown_from:
            raise wrong(Words("The last day must not be before the first"), field="shown_until")
        return self

    def shown_on(self, day: date) -> bool:
        """Whether pages show it on a day."""
        return (self.shown_from or day) <= day <= (self.shown_until or day)


class DataNote(Form):
    """What a force says of the figures of a month."""

    month: MonthField
    kind: Kind
    text: NoteLine
    text_cy: Annotated[NoteText | None, BeforeValidator(_nothing)] = None


class HeldMonth(Form):
    """A month whose figures a force holds back, and why."""

    month: MonthField
    kind: Kind
    text: NoteLine
    text_cy: Annotated[NoteText | None, BeforeValidator(_nothing)] = None


DATA_NOTES: TypeAdapter[tuple[DataNote, ...]] = TypeAdapter(tuple[DataNote, ...])
HELD_MONTHS: TypeAdapter[tuple[HeldMonth, ...]] = TypeAdapter(tuple[HeldMonth, ...])
ALIASES: TypeAdapter[tuple[Slug, ...]] = TypeAdapter(tuple[Slug, ...])
LINKS: TypeAdapter[dict[str, Link]] = TypeAdapter(dict[str, Link])


def banner_of(value: Any) -> Banner | None:
    """The banner that is set; `None` where there is none."""
    return Banner.model_validate(value) if value else None


def links_of(value: Mapping[str, str] | None) -> dict[str, str]:
    """The addresses that are set, by service; one of a service that is there no longer is left out."""
    known = {REPORT, REPORTED, *(one.id for one in services())}
    return {name: url for name, url in (value or {}).items() if name in known}


def is_sound(name: str, value: Any) -> bool:
    """Whether a setting that comes from elsewhere is as it would be typed here; the theme is measured where it is worn.

    >>> is_sound("services", {"report": "https://www.police.uk/"}), is_sound("services", {"report": "javascript:x()"})
    (True, False)
    """
    adapter = _ADAPTERS.get(name)
    try:
        if adapter is not None and value:
            adapter.validate_python(value)
    except ValidationError:
        return False
    return True


_ADAPTERS: Mapping[str, TypeAdapter[Any]] = {
    Setting.BANNER: TypeAdapter(Banner), Setting.DATA_NOTES: DATA_NOTES, Setting.HELD_MONTHS: HELD_MONTHS,
    Setting.ALIASES: ALIASES, Setting.SERVICES: LINKS,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SaidOfMonth:
    """What a force says of one of its months.

    Attributes:
        held: whether it holds the month back.
        text, text_cy: its note; where it wrote none, why it holds the month back.
    """

    held: bool = False
    text: str | None = None
    text_cy: str | None = None


NOTHING_SAID = SaidOfMonth()
Said = Mapping[tuple[str, Month, Kind], SaidOfMonth]


def said_of_months(every: Mapping[str, Mapping[Setting, Held]]) -> Said:
    """What forces say of months themselves, by force, month and kind."""
    found: dict[tuple[str, Month, Kind], SaidOfMonth] = {}
    for force_id, settings in every.items():
        held = settings.get(Setting.HELD_MONTHS, Held()).value or ()
        notes = settings.get(Setting.DATA_NOTES, Held()).value or ()
        for one in HELD_MONTHS.validate_python(held):
            found[force_id, one.month, one.kind] = SaidOfMonth(True, one.text, one.text_cy)
        for note in DATA_NOTES.validate_python(notes):
            key = force_id, note.month, note.kind
            found[key] = SaidOfMonth(found.get(key, NOTHING_SAID).held, note.text, note.text_cy)
    return found
