"""What forces and their teams publish, as values. Dates and times are the clock on the wall, as in data.police.uk.

Each text stands in English, and beside it in Welsh (`_cy`) where somebody wrote that. HTML is safe already
(`api.publish.markup`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


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
class Person:
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


@dataclass(frozen=True, slots=True)
class Link:
    """A link that a neighbourhood's page offers."""

    title: str | None
    description: str | None
    url: str
    title_cy: str | None = None
    description_cy: str | None = None


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """A place where the police can be met, such as a station; the position in degrees where it is known."""

    name: str | None
    type: str | None
    description: str | None
    address: str | None
    postcode: str | None
    lat: float | None
    lng: float | None
    description_cy: str | None = None


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
class Event:
    """A meeting or surgery, upcoming or past."""

    title: str
    description: str | None
    address: str | None
    type: str | None
    starts_at: datetime
    ends_at: datetime | None
    contact: Mapping[str, str]
    title_cy: str | None = None
    description_cy: str | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """What was done about a priority, and when; HTML."""

    action: str
    acted_at: datetime | None
    action_cy: str | None = None


@dataclass(frozen=True, slots=True)
class Priority:
    """What a neighbourhood's team has undertaken to work on, and what it did, newest action first; HTML."""

    issue: str
    issued_at: datetime | None
    issue_cy: str | None = None
    actions: tuple[Action, ...] = ()


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
