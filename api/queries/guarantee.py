"""What the Neighbourhood Policing Guarantee of 2025 promises each neighbourhood, as far as it can be told from here.

One pass over what is published, for every neighbourhood of the country at once. What is not held is never a failing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from threading import Lock

from dateutil.relativedelta import relativedelta
from sqlalchemy import Connection, Text, cast, func, or_, select

from api.publish import table
from api.publish.database import Updates
from api.publish.force_setting import Setting
from api.publish.staff_table import ASKED, FORCE_SETTING
from api.queries.guarantee_answer import Answers, Speed, speed
from api.queries.guarantee_meeting import NO_MEETINGS, Meetings, meetings_of
from geo.neighbourhood import Neighbourhood, NeighbourhoodRef
from geo.place_name import folded
from geo.store.release import Release

REVIEWED_MONTHS = 3  # within which priorities are to be looked at again
_TURN = Lock()


class Officer(StrEnum):
    """Whether a neighbourhood has somebody to turn to."""

    NAMED = "named"  # somebody by name, and a way to reach them or their team
    UNREACHABLE = "unreachable"  # somebody by name, and no way to reach them is published here
    NOT_HELD = "not-held"  # nobody is published here by name


class Reviewed(StrEnum):
    """Whether priorities were looked at lately."""

    CURRENT = "current"
    STALE = "stale"
    UNDATED = "undated"  # priorities without a day
    NOT_HELD = "not-held"


class MeetingState(StrEnum):
    """Whether there is a meeting to go to."""

    AHEAD = "ahead"
    NONE_AHEAD = "none-ahead"  # there were some, and none is published from today on
    NOT_HELD = "not-held"


@dataclass(frozen=True, slots=True)
class Kept:
    """What can be told of one neighbourhood.

    Attributes:
        neighbourhood: which.
        officer: whether somebody is named and can be reached.
        reviewed: whether its priorities were looked at lately.
        reviewed_on: when they last were: set, looked at again, or closed.
        meetings: the next and the last.
        answers: how fast questions are answered.
    """

    neighbourhood: Neighbourhood
    officer: Officer
    reviewed: Reviewed
    reviewed_on: date | None
    meetings: Meetings
    answers: Answers

    @property
    def meeting(self) -> MeetingState:
        """Whether there is a meeting to go to."""
        if self.meetings == NO_MEETINGS:
            return MeetingState.NOT_HELD
        return MeetingState.NONE_AHEAD if self.meetings.next_at is None else MeetingState.AHEAD

    def age_days(self, today: date) -> int | None:
        """Days since priorities were last looked at."""
        return None if self.reviewed_on is None else (today - self.reviewed_on).days


@dataclass(frozen=True, slots=True)
class Board:
    """What can be told of every neighbourhood, as it was on one day.

    Attributes:
        day: on which it was computed.
        forces: the ids of the forces that have neighbourhoods here, each with those, by name.
        speed: how fast questions are answered, of each neighbourhood and force.
        version: another whenever anything is that it was made of.
    """

    day: date
    forces: Mapping[str, tuple[Kept, ...]]
    speed: Speed
    version: tuple[int, ...]


def guarantee(updates: Updates, release: Release, day: date) -> Board:
    """What can be told of every neighbourhood: remembered until something is published or the day is another."""
    version = _version(updates)
    with _TURN:  # of many who ask for a new one at the same moment, one makes it
        return _board(updates, _Ground(release.id, release), version, day)


@dataclass(frozen=True, slots=True)
class _Ground:
    """A release as what is remembered is found by it: its id says all, and it cannot be hashed itself."""

    release_id: str
    release: Release = field(compare=False)


def _version(updates: Updates) -> tuple[int, ...]:
    """Another whenever anything that the board is made of is: what is published, asked or set."""
    with updates.reading() as connection:
        revisions = (
            connection.execute(select(func.coalesce(func.sum(held.c.revision), 0), func.count())).one()
            for held in (table.FORCE, table.NEIGHBOURHOOD)
        )
        ended = connection.scalar(select(func.max(ASKED.c.id))) or 0
        settings = func.coalesce(func.sum(FORCE_SETTING.c.version), 0)
        said = connection.execute(select(settings, func.count()).where(FORCE_SETTING.c.name == Setting.QUESTIONS)).one()
        return tuple(int(n) for row in (*revisions, (ended,), said) for n in row)


@lru_cache(maxsize=4)
def _board(updates: Updates, ground: _Ground, version: tuple[int, ...], day: date) -> Board:
    with updates.reading() as connection:
        officers, reviews = _officers(connection, day), _reviews(connection)
        meetings = meetings_of(connection, day)
        answered = speed(connection, day)
        named = _published(connection)
    found: dict[str, list[Kept]] = {}
    for one in _neighbourhoods(ground.release, named):
        reviewed, on = _reviewed(reviews, one.ref, day)
        kept = Kept(
            one, officers.get(one.ref, Officer.NOT_HELD), reviewed, on,
            meetings.get(one.ref, NO_MEETINGS), answered.of(one.ref),
        )  # fmt: skip
        found.setdefault(one.ref.force_id, []).append(kept)
    by_name = {
        force_id: tuple(sorted(those, key=lambda kept: (folded(kept.neighbourhood.name), kept.neighbourhood.ref.id)))
        for force_id, those in found.items()
    }
    return Board(day, by_name, answered, version)


def _neighbourhoods(release: Release, named: Mapping[str, Mapping[str, str]]) -> list[Neighbourhood]:
    """Those with boundaries; of a force that has none here, those of which something is published."""
    areas = release.neighbourhoods
    drawn = [
        Neighbourhood(NeighbourhoodRef(force_id, known), name)
        for force_id, known, name in zip(areas.force_ids, areas.ids, areas.names, strict=True)
    ]
    held = set(areas.force_ids)
    known_forces = {force.id for force in release.register if force.territorial}
    others = [
        Neighbourhood(NeighbourhoodRef(force_id, known), name)
        for force_id, names in named.items()
        if force_id not in held and force_id in known_forces
        for known, name in names.items()
    ]
    return [one for one in drawn if one.ref.force_id in known_forces] + others


def _published(connection: Connection) -> dict[str, dict[str, str]]:
    held = table.NEIGHBOURHOOD.c
    found: dict[str, dict[str, str]] = {}
    for force_id, known, name in connection.execute(
        select(held.force_id, held.id, held.name).where(held.name.is_not(None))
    ):
        found.setdefault(force_id, {})[known] = name
    return found


def _officers(connection: Connection, day: date) -> dict[NeighbourhoodRef, Officer]:
    """Of each neighbourhood with somebody by name, whether there is a way to reach them or their team.

    A rank alone is nobody's name, whoever is hidden is not shown, and whoever has left is gone.
    """
    held, hood = table.PERSON.c, table.NEIGHBOURHOOD
    reachable = func.max(func.length(cast(held.contact, Text)))  # of none it is `{}`
    reached_by = func.max(func.length(func.coalesce(cast(hood.c.contact, Text), "{}")))
    people = (
        select(held.force_id, held.neighbourhood_id, reachable, reached_by)
        .join_from(
            table.PERSON, hood, (hood.c.force_id == held.force_id) & (hood.c.id == held.neighbourhood_id), isouter=True
        )
        .where(
            held.neighbourhood_id.is_not(None), held.shown, held.name != "",
            or_(held.rank.is_(None), held.rank != held.name), or_(held.leaves_on.is_(None), held.leaves_on > day),
        )
        .group_by(held.force_id, held.neighbourhood_id)
    )  # fmt: skip
    return {
        NeighbourhoodRef(force_id, known): Officer.NAMED if max(own, teams) > len("{}") else Officer.UNREACHABLE
        for force_id, known, own, teams in connection.execute(people)
    }


def _reviews(connection: Connection) -> dict[NeighbourhoodRef, datetime | None]:
    """Of each neighbourhood with priorities, when one was last set, looked at again or closed."""
    held = table.PRIORITY.c
    moments = (func.max(held.issued_at), func.max(held.reviewed_at), func.max(held.closed_at))
    found = connection.execute(
        select(held.force_id, held.neighbourhood_id, *moments).group_by(held.force_id, held.neighbourhood_id)
    )
    return {
        NeighbourhoodRef(force_id, known): max((one for one in dated if one is not None), default=None)
        for force_id, known, *dated in found
    }


def _reviewed(
    reviews: Mapping[NeighbourhoodRef, datetime | None], ref: NeighbourhoodRef, day: date
) -> tuple[Reviewed, date | None]:
    if ref not in reviews:
        return Reviewed.NOT_HELD, None
    at = reviews[ref]
    if at is None:
        return Reviewed.UNDATED, None
    stale = at.date() < day - relativedelta(months=REVIEWED_MONTHS)
    return (Reviewed.STALE if stale else Reviewed.CURRENT), at.date()
