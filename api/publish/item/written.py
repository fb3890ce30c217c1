"""What is published, as it is written: by staff in a form, by a force's own system as JSON, and in an export.

Long texts are Markdown. `columns()` gives what is kept for the public, made safe; what is for staff alone (the whole
name of an officer who shows less of it) is in what was written only.
"""

from datetime import date
from enum import StrEnum
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, field_validator, model_validator

from api.publish.item.field import Contact, Line, MaybeLine, MaybeText, Moment, Text, WallTime, wrong
from api.publish.item.kind import Kind
from api.publish.markdown import html_of
from api.publish.occurrence import comes_to_nothing, rule_of
from api.publish.record import Event
from geo.category import category_of
from geo.errors import UnknownCategory
from geo.words import Words


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


class WrittenNeighbourhood(Written):
    """What a neighbourhood says of itself."""

    kind = Kind.NEIGHBOURHOOD
    markdown = ("description",)
    description: MaybeText = None
    description_cy: MaybeText = None
    url_force: HttpUrl | None = None
    contact: Contact = {}

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
    bio: MaybeText = None
    bio_cy: MaybeText = None
    contact: Contact = {}
    leaves_on: date | None = None
    picture_id: MaybeLine = None
    picture_alt: MaybeLine = None
    picture_alt_cy: MaybeLine = None

    @model_validator(mode="after")
    def _rank_is_there(self) -> "WrittenMember":
        if self.shown_as is ShownAs.RANK and not self.rank:
            raise wrong(Words("Enter a rank: it is all that is shown"), "rank")
        if self.picture_id and not self.picture_alt:
            raise wrong(Words("Say what the picture shows, for those who cannot see it"), "picture_alt")
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
    description: MaybeText = None
    description_cy: MaybeText = None
    address: MaybeLine = None
    postcode: MaybeLine = None
    lat: float | None = Field(None, ge=49, le=61.5)
    lng: float | None = Field(None, ge=-9, le=2.5)
    opening: MaybeText = None
    opening_cy: MaybeText = None


class WrittenLink(Written):
    """A link that a neighbourhood's page offers."""

    kind = Kind.LINK
    markdown = ("description",)
    title: Line
    title_cy: MaybeLine = None
    description: MaybeText = None
    description_cy: MaybeText = None
    url: HttpUrl

    def columns(self) -> dict[str, Any]:
        """The same, with the address as text."""
        return super().columns() | {"url": str(self.url)}


class WrittenPriority(Written):
    """What a team has undertaken to work on: how it was chosen, when it is looked at again, and how it ended."""

    kind = Kind.PRIORITY
    markdown = ("issue", "chosen", "review", "result")
    issue: Text
    issue_cy: MaybeText = None
    issued_at: WallTime
    chosen: MaybeText = None
    chosen_cy: MaybeText = None
    review_on: date | None = None
    reviewed_at: WallTime | None = None
    review: MaybeText = None
    review_cy: MaybeText = None
    closed_at: WallTime | None = None
    result: MaybeText = None
    result_cy: MaybeText = None

    @model_validator(mode="after")
    def _with_words(self) -> "WrittenPriority":
        if self.reviewed_at and not self.review:
            raise wrong(Words("Say in a line why the priority is still right"), "review")
        if self.closed_at and not self.result:
            raise wrong(Words("Say what came of it"), "result")
        return self


class WrittenAction(Written):
    """What was done about a priority: you asked, we did."""

    kind = Kind.ACTION
    markdown = ("action", "asked")
    asked: MaybeText = None
    asked_cy: MaybeText = None
    action: Text
    action_cy: MaybeText = None
    acted_at: WallTime
    category: MaybeLine = None

    @field_validator("category")
    @classmethod
    def _known(cls, value: str | None) -> str | None:
        try:
            return value if value is None else category_of(value).slug
        except UnknownCategory as error:
            raise wrong(Words("Choose a crime category"), "category") from error


class WrittenEvent(Written):
    """A meeting or surgery, once or again and again, perhaps called off."""

    kind = Kind.EVENT
    markdown = ("description",)
    title: Line
    title_cy: MaybeLine = None
    description: MaybeText = None
    description_cy: MaybeText = None
    address: MaybeLine = None
    type: MaybeLine = None
    starts_at: WallTime
    ends_at: WallTime | None = None
    contact: Contact = {}
    repeats: MaybeLine = None
    repeats_until: date | None = None
    not_on: tuple[date, ...] = ()
    cancelled_at: Moment | None = None
    cancelled_why: MaybeLine = None
    cancelled_why_cy: MaybeLine = None

    @field_validator("repeats")
    @classmethod
    def _a_rule(cls, value: str | None) -> str | None:
        """Of RFC 5545, without an end of its own: `repeats_until` is that."""
        if value is None:
            return None
        if value.upper().partition("FREQ=")[2].partition(";")[0] not in {"DAILY", "WEEKLY", "MONTHLY"}:
            raise wrong(Words("Repeat daily, weekly or monthly"), "repeats")
        rule = rule_of(value)
        if rule is None:
            raise wrong(Words("Give a rule such as FREQ=WEEKLY;BYDAY=TU"), "repeats")
        return rule

    @model_validator(mode="after")
    def _in_order(self) -> "WrittenEvent":
        if self.ends_at and self.ends_at <= self.starts_at:
            raise wrong(Words("Enter an end after the beginning"), "ends_at")
        if self.repeats and not self.repeats_until:
            raise wrong(Words("Say until when it repeats, a year at most"), "repeats_until")
        if self.repeats_until and (self.repeats_until - self.starts_at.date()).days > 366:
            raise wrong(Words("Repeat for a year at most"), "repeats_until")
        if self.repeats and comes_to_nothing(self._as_event()):
            raise wrong(Words("By that rule it never takes place"), "repeats")
        if self.cancelled_at and not self.cancelled_why:
            raise wrong(Words("Say why it is called off"), "cancelled_why")
        return self

    def _as_event(self) -> Event:
        left_out = [day.isoformat() for day in self.not_on]
        ends = {"ends_at": self.ends_at, "repeats_until": self.repeats_until}
        told = {"starts_at": self.starts_at, "repeats": self.repeats, "not_on": left_out, **ends}
        return Event(title="", description=None, address=None, type=None, contact={}, **told)  # type: ignore[arg-type]

    def columns(self) -> dict[str, Any]:
        """The same, with the days that are left out as JSON holds them."""
        return super().columns() | {"not_on": [day.isoformat() for day in self.not_on] or None}


class WrittenNews(Written):
    """A short update, perhaps with a picture, from a moment until a moment."""

    kind = Kind.NEWS
    markdown = ("text",)
    title: Line
    title_cy: MaybeLine = None
    text: Text
    text_cy: MaybeText = None
    issued_at: WallTime
    picture_id: MaybeLine = None
    picture_alt: MaybeLine = None
    picture_alt_cy: MaybeLine = None
    pinned: bool = False
    shown_from: Moment | None = None
    shown_until: Moment | None = None
    withdrawn_at: Moment | None = None
    withdrawn_why: MaybeLine = None
    withdrawn_why_cy: MaybeLine = None

    @model_validator(mode="after")
    def _in_order(self) -> "WrittenNews":
        if self.shown_from and self.shown_until and self.shown_until <= self.shown_from:
            raise wrong(Words("Enter an end after the beginning"), "shown_until")
        if self.picture_id and not self.picture_alt:
            raise wrong(Words("Say what the picture shows, for those who cannot see it"), "picture_alt")
        if self.withdrawn_at and not self.withdrawn_why:
            raise wrong(Words("Say why it is withdrawn"), "withdrawn_why")
        return self


class WrittenAnswer(Written):
    """A question of residents in the team's own words, and the answer."""

    kind = Kind.ANSWER
    markdown = ("question", "answer")
    question: Text
    question_cy: MaybeText = None
    answer: Text
    answer_cy: MaybeText = None
    answered_at: WallTime


_CLASSES: tuple[type[Written], ...] = (
    WrittenNeighbourhood, WrittenMember, WrittenContactPoint, WrittenLink, WrittenPriority, WrittenAction,
    WrittenEvent, WrittenNews, WrittenAnswer,
)  # fmt: skip
WRITTEN: dict[Kind, type[Written]] = {one.kind: one for one in _CLASSES}
