"""What forces and their teams publish, as values. Dates and times are the clock on the wall, as in data.police.uk.

Each text stands in English, and beside it in Welsh (`_cy`) where somebody wrote that. HTML is safe already
(`api.publish.markup`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """How a thing came to be here: no part of what it says, so things that say the same are equal.

    Attributes:
        external_id: its own id; `None` where it was imported.
        version: from 1, one more with each change here.
        source: name of what brought it; `None` where it was published here.
        imported_at: when, UTC; `None` likewise.
        changed_at: when it was published or changed here last, UTC; `None` where it was imported.
    """

    external_id: str | None = field(default=None, compare=False)
    version: int = field(default=1, compare=False)
    source: str | None = field(default=None, compare=False)
    imported_at: datetime | None = field(default=None, compare=False)
    changed_at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class EngagementMethod:
    """A way to follow a force or get in touch with it: `type` is `facebook`, `web`, ... where it was said."""

    title: str | None
    type: str | None
    description: str | None
    url: str | None
    title_cy: str | None = None
    description_cy: str | None = None


@dataclass(frozen=True, slots=True)
class ForceDetail:
    """What a force says of itself; `None` where it says nothing."""

    name: str | None = None
    description: str | None = None
    url: str | None = None
    telephone: str | None = None
    description_cy: str | None = None
    engagement_methods: tuple[EngagementMethod, ...] = ()


@dataclass(frozen=True, slots=True)
class Person(Published):
    """A senior officer or a member of a neighbourhood's team.

    Attributes:
        name: as the person is to be shown.
        rank: as written: `Sgt`, `Assistant Chief Officer (Crime)`.
        bio: HTML.
        contact: channel → how to reach the person by it: `{"email": ...}`.
    """

    name: str
    rank: str | None
    bio: str | None
    contact: Mapping[str, str]
    bio_cy: str | None = None
    picture_id: str | None = None
    picture_alt: str | None = None
    picture_alt_cy: str | None = None


@dataclass(frozen=True, slots=True)
class Link(Published):
    """A link that a neighbourhood's page offers."""

    title: str | None
    description: str | None
    url: str
    title_cy: str | None = None
    description_cy: str | None = None


@dataclass(frozen=True, slots=True)
class ContactPoint(Published):
    """A place where the police can be met, such as a station; the position in degrees where it is known."""

    name: str | None
    type: str | None
    description: str | None
    address: str | None
    postcode: str | None
    lat: float | None
    lng: float | None
    description_cy: str | None = None
    opening: str | None = None
    opening_cy: str | None = None


@dataclass(frozen=True, slots=True)
class NeighbourhoodDetail:
    """What is said of a neighbourhood; `None` where nothing is.

    Attributes:
        url_force: its page on the force's own site.
        population: residents, as the force counts them.
        centre_lat, centre_lng: where the force puts its centre, in degrees.
    """

    name: str | None = None
    description: str | None = None
    url_force: str | None = None
    population: int | None = None
    centre_lat: float | None = None
    centre_lng: float | None = None
    contact: Mapping[str, str] | None = None
    name_cy: str | None = None
    description_cy: str | None = None
    links: tuple[Link, ...] = ()
    contact_points: tuple[ContactPoint, ...] = ()


@dataclass(frozen=True, slots=True)
class Event(Published):
    """A meeting or surgery, upcoming or past.

    Attributes:
        repeats: a rule of RFC 5545; `None` where it takes place once.
        repeats_until: the last day on which it may take place again.
        not_on: days left out, `2026-12-25`.
        cancelled_at: since when it is called off, UTC.
    """

    title: str
    description: str | None
    address: str | None
    type: str | None
    starts_at: datetime
    ends_at: datetime | None
    contact: Mapping[str, str]
    title_cy: str | None = None
    description_cy: str | None = None
    repeats: str | None = None
    repeats_until: date | None = None
    not_on: Sequence[str] | None = None
    cancelled_at: datetime | None = None
    cancelled_why: str | None = None
    cancelled_why_cy: str | None = None


@dataclass(frozen=True, slots=True)
class Action(Published):
    """What was done about a priority, and when; HTML.

    Attributes:
        asked: what residents had asked for; HTML.
        category: slug of the crime category that it is about.
    """

    action: str
    acted_at: datetime | None
    action_cy: str | None = None
    asked: str | None = None
    asked_cy: str | None = None
    category: str | None = None


@dataclass(frozen=True, slots=True)
class Priority(Published):
    """What a neighbourhood's team has undertaken to work on, and what it did, newest action first; HTML.

    Attributes:
        chosen: how it was chosen.
        review_on: the day by which the team looks at it again.
        reviewed_at, review: when it did so last, and why it was still right.
        closed_at, result: when it ended, and what came of it.
    """

    issue: str
    issued_at: datetime | None
    issue_cy: str | None = None
    chosen: str | None = None
    chosen_cy: str | None = None
    review_on: date | None = None
    reviewed_at: datetime | None = None
    review: str | None = None
    review_cy: str | None = None
    closed_at: datetime | None = None
    result: str | None = None
    result_cy: str | None = None
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class News(Published):
    """A short update; its text is HTML."""

    title: str
    text: str
    issued_at: datetime
    title_cy: str | None = None
    text_cy: str | None = None
    picture_id: str | None = None
    picture_alt: str | None = None
    picture_alt_cy: str | None = None
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class WithdrawnNews(Published):
    """That an update was taken back, and why; never what it said."""

    issued_at: datetime
    withdrawn_at: datetime
    withdrawn_why: str | None
    withdrawn_why_cy: str | None = None


@dataclass(frozen=True, slots=True)
class Answer(Published):
    """A question of residents in the team's words, and the answer; HTML."""

    question: str
    answer: str
    answered_at: datetime
    question_cy: str | None = None
    answer_cy: str | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture without its content: how large it is, in pixels."""

    id: str
    width: int
    height: int


@dataclass
class NeighbourhoodContent:
    """What a source holds of a neighbourhood; `None` for what it does not speak of, which then stays as it is."""

    name: str | None = None
    detail: NeighbourhoodDetail | None = None
    team: tuple[Person, ...] | None = None
    events: tuple[Event, ...] | None = None
    priorities: tuple[Priority, ...] | None = None


@dataclass
class ForceContent:
    """What a source holds of a force and its neighbourhoods, by id; `None` for what it does not speak of."""

    name: str | None = None
    detail: ForceDetail | None = None
    officers: tuple[Person, ...] | None = None
    neighbourhoods: dict[str, NeighbourhoodContent] = field(default_factory=dict)
