"""What teams publish, as `/v1` writes it. HTML is safe already: it was made so when it came in."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from pydantic import Field
from sqlalchemy import Connection

from api.publish.clock import wall
from api.publish.database import Updates
from api.publish.occurrence import Meeting
from api.publish.record import News, Person, Priority
from api.queries.team import TeamAnswer, team_in, team_revision
from api.v1.document import Document
from geo.neighbourhood import NeighbourhoodRef

HTML = "Safe HTML."
WALL = "By the clock on the wall."
UTC_TIME = "UTC."


class PublishedThing(Document):
    """How a thing came to be here."""

    external_id: str | None = Field(description="Its own id, which stays when it changes; null where it was imported.")
    source: str | None = Field(description="Where it was imported from; null where it was published here.")
    imported_at: datetime | None = Field(description=UTC_TIME)
    changed_at: datetime | None = Field(description="When it was published or changed here last, UTC.")


class PictureDocument(Document):
    """A picture."""

    url: str
    width: int = Field(description="Pixels.")
    height: int = Field(description="Pixels.")
    alt: str | None
    alt_cy: str | None


class MemberDocument(PublishedThing):
    """A member of a team."""

    name: str = Field(description="As much of it as the officer lets be shown.")
    rank: str | None
    bio: str | None = Field(description=HTML)
    bio_cy: str | None = Field(description=HTML)
    contact: dict[str, str] = Field(description="Channel to address: `email`, `telephone`, …")
    picture: PictureDocument | None


class ActionDocument(PublishedThing):
    """What was done about a priority."""

    asked: str | None = Field(description=f"What residents had asked for. {HTML}")
    asked_cy: str | None = Field(description=HTML)
    action: str = Field(description=HTML)
    action_cy: str | None = Field(description=HTML)
    acted_at: datetime | None = Field(description=WALL)
    category: str | None = Field(description="Crime category that it is about.")


class PriorityDocument(PublishedThing):
    """What a team has undertaken to work on."""

    issue: str = Field(description=HTML)
    issue_cy: str | None = Field(description=HTML)
    issued_at: datetime | None = Field(description=WALL)
    chosen: str | None = Field(description=f"How it was chosen. {HTML}")
    chosen_cy: str | None = Field(description=HTML)
    review_on: date | None = Field(description="Day by which the team looks at it again.")
    reviewed_at: datetime | None = Field(description=WALL)
    review: str | None = Field(description=f"Why it was still right. {HTML}")
    review_cy: str | None = Field(description=HTML)
    closed_at: datetime | None = Field(description=WALL)
    result: str | None = Field(description=f"What came of it. {HTML}")
    result_cy: str | None = Field(description=HTML)
    actions: list[ActionDocument] = Field(description="Newest first.")


class TimeDocument(Document):
    """A time at which an event takes place."""

    starts_at: datetime = Field(description=WALL)
    ends_at: datetime | None = Field(description=WALL)


class EventDocument(PublishedThing):
    """A meeting or surgery that is not over."""

    title: str
    title_cy: str | None
    description: str | None = Field(description=HTML)
    description_cy: str | None = Field(description=HTML)
    address: str | None
    type: str | None
    starts_at: datetime = Field(description=f"The next time. {WALL}")
    ends_at: datetime | None = Field(description=WALL)
    contact: dict[str, str]
    repeats: str | None = Field(description="Rule of RFC 5545.")
    repeats_until: date | None
    not_on: list[date] = Field(description="Days left out.")
    times: list[TimeDocument] = Field(description="Each time of the coming year, soonest first.")
    cancelled_at: datetime | None = Field(description="Since when it is called off, UTC.")
    cancelled_why: str | None
    cancelled_why_cy: str | None


class LinkDocument(PublishedThing):
    """A link that the team offers."""

    title: str | None
    title_cy: str | None
    description: str | None = Field(description=HTML)
    description_cy: str | None = Field(description=HTML)
    url: str


class ContactPointDocument(PublishedThing):
    """A place where the police can be met."""

    name: str | None
    type: str | None
    description: str | None = Field(description=HTML)
    description_cy: str | None = Field(description=HTML)
    address: str | None
    postcode: str | None
    lat: float | None = Field(description="Latitude in degrees, WGS 84.")
    lng: float | None = Field(description="Longitude in degrees, WGS 84.")
    opening: str | None
    opening_cy: str | None


class NewsDocument(PublishedThing):
    """A short update that is shown now."""

    title: str
    title_cy: str | None
    text: str = Field(description=HTML)
    text_cy: str | None = Field(description=HTML)
    issued_at: datetime = Field(description=WALL)
    pinned: bool
    picture: PictureDocument | None


class WithdrawnDocument(PublishedThing):
    """That an update was taken back; never what it said."""

    issued_at: datetime = Field(description=WALL)
    withdrawn_at: datetime = Field(description=UTC_TIME)
    withdrawn_why: str | None
    withdrawn_why_cy: str | None


class AnswerDocument(PublishedThing):
    """A question of residents in the team's words, and the answer."""

    question: str = Field(description=HTML)
    question_cy: str | None = Field(description=HTML)
    answer: str = Field(description=HTML)
    answer_cy: str | None = Field(description=HTML)
    answered_at: datetime = Field(description=WALL)


class PublishedDocument(Document):
    """What a neighbourhood's team publishes."""

    description: str | None = Field(description=HTML)
    description_cy: str | None = Field(description=HTML)
    url: str | None = Field(description="Its page on the force's own site.")
    contact: dict[str, str]
    team: list[MemberDocument]
    priorities: list[PriorityDocument] = Field(description="Open ones.")
    closed_priorities: list[PriorityDocument] = Field(description="Of the last year, the latest first.")
    events: list[EventDocument] = Field(description="Of today and later, soonest first, those called off among them.")
    news: list[NewsDocument] = Field(description="Shown now: pinned ones first, then the newest.")
    withdrawn_news: list[WithdrawnDocument] = Field(description="Of the last 90 days.")
    answers: list[AnswerDocument] = Field(description="Newest first.")
    links: list[LinkDocument]
    contact_points: list[ContactPointDocument]


def today() -> date:
    """The day on which events are over or not, in the United Kingdom."""
    return wall(datetime.now(UTC)).date()


def revision_of(updates: Updates, ref: NeighbourhoodRef) -> tuple[str, str]:
    """What changes whenever something else is shown of a neighbourhood, or a day passes."""
    return team_revision(updates, ref), today().isoformat()


def published_json(connection: Connection, ref: NeighbourhoodRef) -> dict[str, Any]:
    """What is published of a neighbourhood, as `PublishedDocument`."""
    team = team_in(connection, ref, today())
    detail = team.detail
    return {
        "description": detail.description,
        "description_cy": detail.description_cy,
        "url": detail.url_force,
        "contact": dict(detail.contact or {}),
        "team": [_pictured(MemberDocument, one, team) for one in team.people],
        "priorities": [_priority(one) for one in team.priorities],
        "closed_priorities": [_priority(one) for one in team.closed],
        "events": [_event(one) for one in team.meetings],
        "news": [_pictured(NewsDocument, one, team) for one in team.news],
        "withdrawn_news": [_told(WithdrawnDocument, one) for one in team.withdrawn],
        "answers": [_told(AnswerDocument, one) for one in team.answers],
        "links": [_told(LinkDocument, one) for one in detail.links],
        "contact_points": [_told(ContactPointDocument, one) for one in detail.contact_points],
    }


def _told(form: type[Document], record: object, **more: Any) -> dict[str, Any]:
    """A record's values under the names that a document has for them."""
    return {name: more[name] if name in more else _value(getattr(record, name)) for name in form.model_fields}


def _pictured(form: type[Document], record: Person | News, team: TeamAnswer) -> dict[str, Any]:
    held = team.pictures.get(record.picture_id or "")
    if held is None:
        return _told(form, record, picture=None)
    alt = {"alt": record.picture_alt, "alt_cy": record.picture_alt_cy}
    size = {"width": held.width, "height": held.height}
    return _told(form, record, picture={"url": f"/picture/{held.id}", **size, **alt})


def _priority(priority: Priority) -> dict[str, Any]:
    return _told(PriorityDocument, priority, actions=[_told(ActionDocument, one) for one in priority.actions])


def _event(meeting: Meeting) -> dict[str, Any]:
    times = [_told(TimeDocument, one) for one in meeting.times]
    return _told(EventDocument, meeting.event, **times[0], times=times, not_on=list(meeting.event.not_on or ()))


def _value(value: Any) -> Any:
    if isinstance(value, date):  # a moment too
        return value.isoformat()
    return dict(value) if isinstance(value, Mapping) else value
