"""What a release says of itself: what is held of whom, from when, and what is due next."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from api.queries.due import due_about
from geo.force import Force
from geo.month import Month
from geo.store.manifest import Publication
from geo.store.release import Release
from geo.supply import Kind, SupplyState

MONTHS_AHEAD = 3


@dataclass(frozen=True, slots=True)
class ForceHeld:
    """What counts of one force's street crimes.

    Attributes:
        force: whose.
        first, last: the oldest and the newest month that counts.
        months: how many there are.
        published: the issue in which the newest month came.
        loaded_at: when that was loaded, UTC.
    """

    force: Force
    first: Month
    last: Month
    months: int
    published: Month
    loaded_at: datetime


@dataclass(frozen=True, slots=True)
class AboutView:
    """What the page about the data states, all of it from one release.

    Attributes:
        release_id: its id.
        checked_at: when it was made, UTC.
        first, last: the oldest and the newest month of which some force counts; `None` before anything is loaded.
        forces: what is held, by force; without those of which nothing is.
        without: territorial forces of which nothing is held.
        states: force-months of territorial forces from `first` to `last`, by supply state.
        superseded: files of older issues that were kept and are counted nowhere.
        due: the months to come, and about when each is due.
        late: whether the day of the first of them has passed.
    """

    release_id: str
    checked_at: datetime | None
    first: Month | None
    last: Month | None
    forces: tuple[ForceHeld, ...]
    without: tuple[Force, ...]
    states: dict[SupplyState, int]
    superseded: int
    due: tuple[tuple[Month, date], ...]
    late: bool


def about(release: Release, today: date) -> AboutView:
    """What a release says of itself on a day."""
    manifest, months = release.manifest, release.months
    counted: dict[str, list[Publication]] = {}
    for publication in manifest.counted(Kind.STREET):  # by force, then month
        counted.setdefault(publication.force, []).append(publication)
    territorial = [force for force in release.register if force.territorial]
    states = Counter(manifest.state(force.id, month, Kind.STREET) for force in territorial for month in months)
    ahead = [months[-1] + later for later in range(1, MONTHS_AHEAD + 1)] if months else []
    due = tuple((month, due_about(month)) for month in ahead)
    return AboutView(
        release_id=release.id,
        checked_at=manifest.checked_at,
        first=months[0] if months else None,
        last=months[-1] if months else None,
        forces=tuple(_held(force, counted[force.id]) for force in release.register if force.id in counted),
        without=tuple(force for force in territorial if force.id not in counted),
        states={state: states[state] for state in SupplyState},
        superseded=len(manifest.publications) - len(manifest.live),
        due=due,
        late=bool(due) and today > due[0][1],
    )


def _held(force: Force, files: list[Publication]) -> ForceHeld:
    newest = files[-1]
    return ForceHeld(force, files[0].month, newest.month, len(files), newest.published, newest.loaded_at)
