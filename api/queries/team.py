"""What a neighbourhood's team publishes: who it is, what it works on, when to meet it, how to reach it."""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache

from api.publish import content
from api.publish.database import Updates
from api.publish.provenance import Provenance, provenance
from api.publish.record import Action, Event, NeighbourhoodDetail, Person, Priority
from geo.neighbourhood import NeighbourhoodRef

SILENT_DAYS = 90  # since the last dated word of a team; then a page says since when nothing was said


@dataclass(frozen=True, slots=True)
class TeamAnswer:
    """What is published of one neighbourhood; every list in the team's own order.

    Attributes:
        detail: what is said of it; empty where nothing is.
        people: its team.
        priorities: what it works on, each with what was done, newest first.
        events: that are not over, soonest first.
        provenance: where it came from; `None` where nothing is published.
        silent_since: the day of the last dated word, where that is long ago and no event is ahead.
    """

    detail: NeighbourhoodDetail
    people: tuple[Person, ...]
    priorities: tuple[Priority, ...]
    events: tuple[Event, ...]
    provenance: Provenance | None
    silent_since: date | None

    @property
    def spoken(self) -> bool:
        """Whether there is anything to show."""
        detail = self.detail
        said = (detail.description, detail.contact, detail.links, detail.contact_points, detail.url_force)
        return any((*said, self.people, self.priorities, self.events))

    @property
    def latest(self) -> Action | None:
        """What was done last, of what has a date."""
        actions = (one for priority in self.priorities for one in priority.actions)
        done = {one.acted_at: one for one in actions if one.acted_at is not None}
        return done[max(done)] if done else None

    @property
    def next_event(self) -> Event | None:
        """The soonest event that is not over."""
        return self.events[0] if self.events else None

    @property
    def to_ask(self) -> Person | None:
        """Whom to ask: the first of the team who says how to be reached, or else the first."""
        return next((one for one in self.people if one.contact), self.people[0] if self.people else None)


def team_of(updates: Updates, ref: NeighbourhoodRef, today: date) -> TeamAnswer:
    """What the team of a neighbourhood publishes, all of one moment."""
    with updates.reading() as connection:
        detail = content.neighbourhood_detail(connection, ref) or NeighbourhoodDetail()
        priorities = content.priorities(connection, ref)
        events = content.upcoming(connection, ref, datetime.combine(today, time.min))
        return TeamAnswer(
            detail=detail,
            people=content.team(connection, ref),
            priorities=priorities,
            events=events,
            provenance=provenance(connection, ref),
            silent_since=None if events else _silent_since(priorities, today),
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


def _silent_since(priorities: tuple[Priority, ...], today: date) -> date | None:
    said = [one.issued_at for one in priorities]
    said += [action.acted_at for one in priorities for action in one.actions]
    dated = [moment.date() for moment in said if moment is not None]
    newest = max(dated, default=None)
    return newest if newest is not None and (today - newest).days > SILENT_DAYS else None


def team_revision(updates: Updates, ref: NeighbourhoodRef) -> str:
    """Changes whenever what is published of the neighbourhood does: a part of its page's validator."""
    with updates.reading() as connection:
        return str(content.revision(connection, ref))
