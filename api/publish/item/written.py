"""What is published, as it is written: by staff in a form, by a force's own system as JSON, and in an export.

Long texts are Markdown. `columns()` gives what is kept for the public, made safe; what is for staff alone (the whole
name of an officer who shows less of it) is in what was written only.
"""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from dateutil.rrule import rrulestr
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, HttpUrl, field_validator, model_validator

from api.publish.item.kind import Kind
from api.publish.markdown import html_of
from api.publish.markup import clean_characters, clean_contact
from geo.category import category_of

LINE, TEXT = 200, 4_000  # characters
Contact = dict[str, Annotated[str, Field(max_length=LINE)]]
CHANNELS = frozenset(
    ("email", "telephone", "mobile", "address", "facebook", "twitter", "youtube", "instagram", "nextdoor", "website")
)


def _plain(value: Any) -> Any:
    return clean_characters(value).strip() if isinstance(value, str) else value


def _nothing(value: Any) -> Any:
    value = _plain(value)
    return None if value == "" else value


Line = Annotated[str, BeforeValidator(_plain), Field(min_length=1, max_length=LINE)]
MaybeLine = Annotated[str | None, BeforeValidator(_nothing), Field(max_length=LINE)]
Words = Annotated[str, BeforeValidator(_plain), Field(min_length=1, max_length=TEXT)]
MaybeWords = Annotated[str | None, BeforeValidator(_nothing), Field(max_length=TEXT)]
WallTime = Annotated[datetime, BeforeValidator(_plain)]  # the clock on the wall, without a zone


class Written(BaseModel):
    """Anything that is written: a field that it does not have is refused, and said to be."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: ClassVar[Kind]
    markdown: ClassVar[tuple[str, ...]] = ()

    def columns(self) -> dict[str, Any]:
        """What is kept for the public."""
        said = {name: getattr(self, name) for name in type(self).model_fields}
        for name in self.markdown:
            for field in (name, f"{name}_cy"):
                if said.get(field) is not None:
                    said[field] = html_of(said[field])
        return said

    def document(self) -> dict[str, Any]:
        """As JSON holds it, to be written again from it."""
        return self.model_dump(mode="json")

    @field_validator("*")
    @classmethod
    def _on_the_wall(cls, value: Any) -> Any:
        if isinstance(value, datetime) and value.tzinfo is not None and cls.model_fields:
            raise ValueError("is the clock on the wall here: leave the time zone out")
        return value


class WrittenNeighbourhood(Written):
    """What a neighbourhood says of itself."""

    kind = Kind.NEIGHBOURHOOD
    markdown = ("description",)
    description: MaybeWords = None
    description_cy: MaybeWords = None
    url_force: HttpUrl | None = None
    contact: Contact = {}

    _reached = field_validator("contact")(lambda value: _contact(value))

    def columns(self) -> dict[str, Any]:
        """The same, with the address of a page as text."""
        return super().columns() | {"url_force": self.url_force and str(self.url_force)}


class ShownAs(StrEnum):
    """How much of an officer's name the public sees: it is the officer's own choice."""

    FULL = "full"
    SURNAME = "surname"
    RANK = "rank"
    HIDDEN = "hidden"


class WrittenMember(Written):
    """A member of a team, or a senior officer of a force."""

    kind = Kind.MEMBER
    markdown = ("bio",)
    given_name: MaybeLine = None
    surname: Line
    rank: MaybeLine = None
    shown_as: ShownAs = ShownAs.FULL
    bio: MaybeWords = None
    bio_cy: MaybeWords = None
    contact: Contact = {}
    leaves_on: date | None = None
    picture_id: MaybeLine = None
    picture_alt: MaybeLine = None
    picture_alt_cy: MaybeLine = None

    _reached = field_validator("contact")(lambda value: _contact(value))

    @model_validator(mode="after")
    def _rank_is_there(self) -> "WrittenMember":
        if self.shown_as is ShownAs.RANK and not self.rank:
            raise ValueError("rank: enter a rank, as it is all that is shown")
        if self.picture_id and not self.picture_alt:
            raise ValueError("picture_alt: say who or what the picture shows")
        return self

    def columns(self) -> dict[str, Any]:
        """What the officer lets be shown; not the rest of the name, nor a face without it."""
        said = super().columns()
        given, surname, shown_as = said.pop("given_name"), said.pop("surname"), said.pop("shown_as")
        names = {
            ShownAs.FULL: " ".join(part for part in (given, surname) if part),
            ShownAs.SURNAME: surname,
            ShownAs.RANK: said["rank"] or "",
            ShownAs.HIDDEN: "",
        }
        if shown_as in (ShownAs.RANK, ShownAs.HIDDEN):
            said |= {"picture_id": None, "picture_alt": None, "picture_alt_cy": None}
        if shown_as is ShownAs.HIDDEN:
            said |= {"rank": None, "bio": None, "bio_cy": None, "contact": {}}
        return said | {"name": names[shown_as], "shown": shown_as is not ShownAs.HIDDEN}


class WrittenContactPoint(Written):
    """A place where the police can be met, with when it is open."""

    kind = Kind.CONTACT_POINT
    markdown = ("description",)
    name: Line
    type: MaybeLine = None
    description: MaybeWords = None
    description_cy: MaybeWords = None
    address: MaybeLine = None
    postcode: MaybeLine = None
    lat: float | None = Field(None, ge=49, le=61.5)
    lng: float | None = Field(None, ge=-9, le=2.5)
    opening: MaybeWords = None
    opening_cy: MaybeWords = None


class WrittenLink(Written):
    """A link that a neighbourhood's page offers."""

    kind = Kind.LINK
    markdown = ("description",)
    title: Line
    title_cy: MaybeLine = None
    description: MaybeWords = None
    description_cy: MaybeWords = None
    url: HttpUrl

    def columns(self) -> dict[str, Any]:
        """The same, with the address as text."""
        return super().columns() | {"url": str(self.url)}


class WrittenPriority(Written):
    """What a team has undertaken to work on: how it was chosen, when it is looked at again, and how it ended."""

    kind = Kind.PRIORITY
    markdown = ("issue", "chosen", "review", "result")
    issue: Words
    issue_cy: MaybeWords = None
    issued_at: WallTime
    chosen: MaybeWords = None
    chosen_cy: MaybeWords = None
    review_on: date | None = None
    reviewed_at: WallTime | None = None
    review: MaybeWords = None
    review_cy: MaybeWords = None
    closed_at: WallTime | None = None
    result: MaybeWords = None
    result_cy: MaybeWords = None

    @model_validator(mode="after")
    def _with_words(self) -> "WrittenPriority":
        if self.reviewed_at and not self.review:
            raise ValueError("review: say in a line why the priority is still right")
        if self.closed_at and not self.result:
            raise ValueError("result: say what came of it")
        return self


class WrittenAction(Written):
    """What was done about a priority: you asked, we did."""

    kind = Kind.ACTION
    markdown = ("action", "asked")
    asked: MaybeWords = None
    asked_cy: MaybeWords = None
    action: Words
    action_cy: MaybeWords = None
    acted_at: WallTime
    category: MaybeLine = None

    @field_validator("category")
    @classmethod
    def _known(cls, value: str | None) -> str | None:
        if value is not None:
            category_of(value)
        return value


class WrittenEvent(Written):
    """A meeting or surgery, once or again and again, perhaps called off."""

    kind = Kind.EVENT
    markdown = ("description",)
    title: Line
    title_cy: MaybeLine = None
    description: MaybeWords = None
    description_cy: MaybeWords = None
    address: MaybeLine = None
    type: MaybeLine = None
    starts_at: WallTime
    ends_at: WallTime | None = None
    contact: Contact = {}
    repeats: MaybeLine = None
    repeats_until: date | None = None
    not_on: tuple[date, ...] = ()
    cancelled_at: datetime | None = None
    cancelled_why: MaybeLine = None
    cancelled_why_cy: MaybeLine = None

    _reached = field_validator("contact")(lambda value: _contact(value))

    @field_validator("repeats")
    @classmethod
    def _a_rule(cls, value: str | None) -> str | None:
        """Of RFC 5545, without an end of its own: `repeats_until` is that."""
        if value is not None:
            parts = {part.partition("=")[0].upper() for part in value.split(";")}
            if not parts <= {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYSETPOS"} or "FREQ" not in parts:
                raise ValueError("is not a rule such as FREQ=WEEKLY;BYDAY=TU")
            if value.upper().partition("FREQ=")[2].partition(";")[0] not in {"DAILY", "WEEKLY", "MONTHLY"}:
                raise ValueError("repeats daily, weekly or monthly")
            rrulestr(value, dtstart=datetime(2020, 1, 1))  # noqa: DTZ001  the clock on the wall
        return value

    @model_validator(mode="after")
    def _in_order(self) -> "WrittenEvent":
        if self.ends_at and self.ends_at <= self.starts_at:
            raise ValueError("ends_at: is before the beginning")
        if self.repeats and not self.repeats_until:
            raise ValueError("repeats_until: say until when it repeats, a year at most")
        if self.repeats_until and (self.repeats_until - self.starts_at.date()).days > 366:
            raise ValueError("repeats_until: is more than a year ahead")
        if self.cancelled_at and not self.cancelled_why:
            raise ValueError("cancelled_why: say why it is called off")
        return self

    def columns(self) -> dict[str, Any]:
        """The same, with the days that are left out as JSON holds them."""
        return super().columns() | {"not_on": [day.isoformat() for day in self.not_on] or None}


class WrittenNews(Written):
    """A short update, perhaps with a picture, from a moment until a moment."""

    kind = Kind.NEWS
    markdown = ("text",)
    title: Line
    title_cy: MaybeLine = None
    text: Words
    text_cy: MaybeWords = None
    issued_at: WallTime
    picture_id: MaybeLine = None
    picture_alt: MaybeLine = None
    picture_alt_cy: MaybeLine = None
    pinned: bool = False
    shown_from: datetime | None = None
    shown_until: datetime | None = None
    withdrawn_at: datetime | None = None
    withdrawn_why: MaybeLine = None
    withdrawn_why_cy: MaybeLine = None

    @model_validator(mode="after")
    def _in_order(self) -> "WrittenNews":
        if self.shown_from and self.shown_until and self.shown_until <= self.shown_from:
            raise ValueError("shown_until: is before it is shown")
        if self.picture_id and not self.picture_alt:
            raise ValueError("picture_alt: say what the picture shows, for those who cannot see it")
        if self.withdrawn_at and not self.withdrawn_why:
            raise ValueError("withdrawn_why: say why it is withdrawn")
        return self


class WrittenAnswer(Written):
    """A question of residents in the team's own words, and the answer."""

    kind = Kind.ANSWER
    markdown = ("question", "answer")
    question: Words
    question_cy: MaybeWords = None
    answer: Words
    answer_cy: MaybeWords = None
    answered_at: WallTime


_CLASSES: tuple[type[Written], ...] = (
    WrittenNeighbourhood, WrittenMember, WrittenContactPoint, WrittenLink, WrittenPriority, WrittenAction,
    WrittenEvent, WrittenNews, WrittenAnswer,
)  # fmt: skip
WRITTEN: dict[Kind, type[Written]] = {one.kind: one for one in _CLASSES}


def _contact(value: Contact) -> Contact:
    """Channels that are known, each with words or a link that runs nothing."""
    unknown = set(value) - CHANNELS
    if unknown:
        raise ValueError(f"does not know the channel {min(unknown)}; it knows {', '.join(sorted(CHANNELS))}")
    return {channel: cleaned for channel, text in value.items() if (cleaned := clean_contact(text).strip())}


def utc(moment: datetime) -> datetime:
    """A moment in UTC; one without a zone is taken to be that."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
