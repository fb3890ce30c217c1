"""What teams publish, as `/v1` writes it. HTML is safe already: it was made so when it came in."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import Field
from sqlalchemy import Connection

from api.publish import content
from api.publish.record import ContactPoint, Event, NeighbourhoodDetail, Person, Priority
from api.v1.document import Document
from geo.neighbourhood import NeighbourhoodRef

HTML = "Safe HTML."
WALL = "By the clock on the wall."


class MemberDocument(Document):
    """A member of a team."""

    name: str
    rank: str | None
    bio: str | None = Field(description=HTML)
    contact: dict[str, str] = Field(description="Channel to address: `email`, `telephone`, …")


class ActionDocument(Document):
    """What was done about a priority."""

    action: str = Field(description=HTML)
    acted_at: datetime | None = Field(description=WALL)


class PriorityDocument(Document):
    """What a team has undertaken to work on."""

    issue: str = Field(description=HTML)
    issued_at: datetime | None = Field(description=WALL)
    actions: list[ActionDocument] = Field(description="Newest first.")


class EventDocument(Document):
    """A meeting or surgery that is not over."""

    title: str
    description: str | None = Field(description=HTML)
    address: str | None
    type: str | None
    starts_at: datetime = Field(description=WALL)
    ends_at: datetime | None = Field(description=WALL)
    contact: dict[str, str]


class LinkDocument(Document):
    """A link that the team offers."""

    title: str | None
    description: str | None = Field(description=HTML)
    url: str


class ContactPointDocument(Document):
    """A place where the police can be met."""

    name: str | None
    type: str | None
    description: str | None = Field(description=HTML)
    address: str | None
    postcode: str | None
    lat: float | None = Field(description="Latitude in degrees, WGS 84.")
    lng: float | None = Field(description="Longitude in degrees, WGS 84.")


class PublishedDocument(Document):
    """What a neighbourhood's team publishes."""

    description: str | None = Field(description=HTML)
    url: str | None = Field(description="Its page on the force's own site.")
    contact: dict[str, str]
    team: list[MemberDocument]
    priorities: list[PriorityDocument]
    events: list[EventDocument] = Field(description="Of today and later, soonest first.")
    links: list[LinkDocument]
    contact_points: list[ContactPointDocument]


def today() -> date:
    """The day on which events are over or not, in the United Kingdom."""
    return datetime.now(ZoneInfo("Europe/London")).date()


def revision_of(connection: Connection, ref: NeighbourhoodRef) -> tuple[int, str]:
    """What changes whenever something else is published of a neighbourhood, or a day passes."""
    return content.revision(connection, ref), today().isoformat()


def published_json(connection: Connection, ref: NeighbourhoodRef) -> dict[str, Any]:
    """What is published of a neighbourhood, as `PublishedDocument`."""
    detail = content.neighbourhood_detail(connection, ref) or NeighbourhoodDetail()
    since = datetime.combine(today(), time.min)
    return {
        "description": detail.description,
        "url": detail.url_force,
        "contact": dict(detail.contact or {}),
        "team": [_member(one) for one in content.team(connection, ref)],
        "priorities": [_priority(one) for one in content.priorities(connection, ref)],
        "events": [_event(one) for one in content.upcoming(connection, ref, since)],
        "links": [{"title": one.title, "description": one.description, "url": one.url} for one in detail.links],
        "contact_points": [_contact_point(one) for one in detail.contact_points],
    }


def _member(person: Person) -> dict[str, Any]:
    return {"name": person.name, "rank": person.rank, "bio": person.bio, "contact": dict(person.contact)}


def _priority(priority: Priority) -> dict[str, Any]:
    actions = [{"action": one.action, "acted_at": _moment(one.acted_at)} for one in priority.actions]
    return {"issue": priority.issue, "issued_at": _moment(priority.issued_at), "actions": actions}


def _event(event: Event) -> dict[str, Any]:
    return {
        "title": event.title,
        "description": event.description,
        "address": event.address,
        "type": event.type,
        "starts_at": _moment(event.starts_at),
        "ends_at": _moment(event.ends_at),
        "contact": dict(event.contact),
    }


def _contact_point(point: ContactPoint) -> dict[str, Any]:
    return {name: getattr(point, name) for name in ContactPointDocument.model_fields}


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
