"""What a neighbourhood's team publishes: who it is, what it works on, when to meet it, how to reach it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from sqlalchemy import Connection

from api.publish import content
from api.publish.clock import midnight
from api.publish.database import Updates
from api.publish.moment import moments_of, passed
from api.publish.occurrence import Meeting
from api.publish.policy import Where
from api.publish.provenance import Provenance, provenance
from api.publish.record import (
    Action,
    Answer,
    Event,
    NeighbourhoodDetail,
    News,
    Person,
    Picture,
    Priority,
    WithdrawnNews,
)
from geo.neighbourhood import NeighbourhoodRef

SILENT_DAYS = 90  # since the last dated word of a team; then a page says since when nothing was said
CLOSED_DAYS = 366  # that a closed priority is still listed with what came of it
WITHDRAWN_DAYS = 90  # that a page says that an update was taken back


@dataclass(frozen=True, slots=True)
class TeamAnswer:
    """What is published of one neighbourhood; every list in the team's own order.

    Attributes:
        day: of which it is.
        detail: what is said of it; empty where nothing is.
        people: its team.
        priorities: what it works on, each with what was done, newest first.
        meetings: events that are not over, soonest first, those that are called off among them.
        provenance: where it came from; `None` where nothing is published.
        silent_since: the day of the last dated word, where that is long ago and no event is ahead.
        closed: priorities that ended in the last year, the latest first.
        news: updates that are shown now: pinned ones first, then the newest.
        withdrawn: what is to be said of those that were taken back lately.
        answers: questions of residents and the answers, the newest first.
        pictures: of people and updates, by id; what is not held is not there.
    """

    day: date
    detail: NeighbourhoodDetail
    people: tuple[Person, ...]
    priorities: tuple[Priority, ...]
    meetings: tuple[Meeting, ...]
    provenance: Provenance | None
    silent_since: date | None
    closed: tuple[Priority, ...] = ()
    news: tuple[News, ...] = ()
    withdrawn: tuple[WithdrawnNews, ...] = ()
    answers: tuple[Answer, ...] = ()
    pictures: Mapping[str, Picture] = field(default_factory=dict)

    @property
    def spoken(self) -> bool:
        """Whether there is anything to show."""
        detail = self.detail
        said = (detail.description, detail.contact, detail.links, detail.contact_points, detail.url_force)
        done = (self.people, self.priorities, self.closed, self.meetings, self.news, self.withdrawn, self.answers)
        return any((*said, *done))

    @property
    def events(self) -> tuple[Event, ...]:
        """Each time at which something takes place and is not over, soonest first; nothing that is called off."""
        times = (time for one in self.meetings if one.event.cancelled_at is None for time in one.times)
        return tuple(sorted(times, key=lambda event: event.starts_at))

    @property
    def latest(self) -> Action | None:
        """What was done last, of what has a date."""
        actions = (one for priority in (*self.priorities, *self.closed) for one in priority.actions)
        done = {one.acted_at: one for one in actions if one.acted_at is not None}
        return done[max(done)] if done else None

    @property
    def next_event(self) -> Event | None:
        """The soonest event that is not over."""
        return next(iter(self.events), None)

    @property
    def first_news(self) -> News | None:
        """The update to show where there is room for one."""
        return next(iter(self.news), None)

    @property
    def to_ask(self) -> Person | None:
        """Whom to ask: the first of the team who says how to be reached, or else the first."""
        return next((one for one in self.people if one.contact), self.people[0] if self.people else None)


def team_of(updates: Updates, ref: NeighbourhoodRef, today: date, now: datetime | None = None) -> TeamAnswer:
    """What the team of a neighbourhood publishes, all of one moment.

    Args:
        updates: the updates database.
        ref: the neighbourhood.
        today: the day on which events are over or not.
        now: the moment, UTC, at which updates and people are shown or not; by default this one.
    """
    with updates.reading() as connection:
        return team_in(connection, ref, today, now)


def team_in(connection: Connection, ref: NeighbourhoodRef, today: date, now: datetime | None = None) -> TeamAnswer:
    """The same over a connection, which may be that of a transaction: so a preview sees what is not published yet."""
    now = now or datetime.now(UTC)
    start = datetime.combine(today, time.min)
    priorities = content.priorities(connection, ref)
    closed = content.closed_priorities(connection, ref, start - timedelta(days=CLOSED_DAYS))
    meetings = content.meetings(connection, ref, start)
    people, news = content.team(connection, ref, now), content.news(connection, ref, now)
    answers = content.answers(connection, ref)
    ahead = any(one.event.cancelled_at is None for one in meetings)
    return TeamAnswer(
        day=today,
        detail=content.neighbourhood_detail(connection, ref) or NeighbourhoodDetail(),
        people=people,
        priorities=priorities,
        meetings=meetings,
        provenance=provenance(connection, ref),
        silent_since=None if ahead else _silent_since((*priorities, *closed), news, answers, today),
        closed=closed,
        news=news,
        withdrawn=content.withdrawn_news(connection, ref, midnight(today) - timedelta(days=WITHDRAWN_DAYS)),
        answers=answers,
        pictures=content.pictures(connection, [*(one.picture_id for one in people), *(one.picture_id for one in news)]),
    )


@lru_cache(maxsize=256)
def team_at(updates: Updates, ref: NeighbourhoodRef, revision: str, today: date) -> TeamAnswer:  # noqa: ARG001
    """The same as `team_of`, remembered: several hundred postcodes share a team.

    Args:
        updates: the updates database.
        ref: the neighbourhood.
        revision: its `team_revision`, read just before; whatever is published later has another, and is asked anew.
        today: the day it is.
    """
    return team_of(updates, ref, today)


def _silent_since(
    priorities: tuple[Priority, ...], news: tuple[News, ...], answers: tuple[Answer, ...], today: date
) -> date | None:
    said: list[datetime | None] = [one.issued_at for one in news]
    said += [one.answered_at for one in answers]
    said += [moment for one in priorities for moment in _dates(one)]
    newest = max((moment.date() for moment in said if moment is not None), default=None)
    return newest if newest is not None and (today - newest).days > SILENT_DAYS else None


def _dates(priority: Priority) -> Iterator[datetime | None]:
    yield from (priority.issued_at, priority.reviewed_at, priority.closed_at)
    yield from (action.acted_at for action in priority.actions)


def team_revision(updates: Updates, ref: NeighbourhoodRef, now: datetime | None = None) -> str:
    """Changes whenever what is shown of the neighbourhood does: a part of its page's validator.

    So it does when an update comes or goes at a set time, or a person leaves, although nobody writes anything then.
    """
    with updates.reading() as connection:
        revision = content.revision(connection, ref)
    come = passed(_moments(updates, ref, revision), now or datetime.now(UTC)) if revision else None
    return f"{revision}-{come.isoformat()}" if come else str(revision)


@lru_cache(maxsize=4096)
def _moments(updates: Updates, ref: NeighbourhoodRef, revision: int) -> tuple[datetime, ...]:  # noqa: ARG001
    """When it changes by itself, as of a revision: asked once for each, not for each page."""
    with updates.reading() as connection:
        return moments_of(connection, Where(ref.force_id, ref.id))
