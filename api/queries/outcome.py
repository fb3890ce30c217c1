"""What became of crimes: in five groups, by how old the crimes were when that was last published."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc
import pyarrow.parquet as pq

from api.queries.due import Issue, issue_of
from api.queries.ground import neighbourhood_ground, neighbourhood_index
from geo.category import Category, category_of
from geo.force import Force
from geo.month import Month, months_between
from geo.neighbourhood import NeighbourhoodRef
from geo.outcome import OutcomeGroup, outcomes
from geo.store.layout import DataFolder
from geo.store.manifest import Publication
from geo.store.release import Release
from geo.store.serving import Runs
from geo.store.snap_register import SnapRegister
from geo.supply import Kind, SupplyState

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint8]

MONTHS = 36  # the latest: as many as one archive of the source holds
SHARE_MIN = 10  # crimes below which no share is stated
WITHOUT_OUTCOME = category_of("anti-social-behaviour")  # an incident, which is not investigated as a crime
_NONE_PUBLISHED = 255  # in place of a code
_FILES_KEPT = 150  # force-months whose codes stay in memory: 10 bytes for each crime with a place


class Age(IntEnum):
    """How old a crime was when its last outcome was published; each is named by the most months that it holds.

    The month of the crime counts as the first: in the issue of December, a crime of December is one month old.
    """

    TOO_EARLY = 3  # many investigations still run, so no share is stated
    HALF_YEAR = 6
    YEAR = 12
    TWO_YEARS = 24
    OLDER = 999


@dataclass(frozen=True, slots=True)
class AgeOutcomes:
    """The crimes of one age.

    Attributes:
        months: those that the crimes are of, oldest first.
        counts: crimes by group, all five of them.
    """

    age: Age
    months: tuple[Month, ...]
    counts: Mapping[OutcomeGroup, int]

    @property
    def n(self) -> int:
        """All of them."""
        return sum(self.counts.values())

    @property
    def ended(self) -> int:
        """Those whose investigation is known to have ended, in whatever way."""
        return self.n - self.counts[OutcomeGroup.OPEN]

    @property
    def shared(self) -> bool:
        """Whether shares are stated: not of what is too young, nor of what is too few."""
        return self.age is not Age.TOO_EARLY and self.n >= SHARE_MIN


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Crimes in none of the groups.

    Attributes:
        incidents: anti-social behaviour, which has no outcomes.
        silent_forces: recorded by forces that publish no outcomes.
        unpublished: of which their force published none, though it publishes outcomes of others.
    """

    incidents: int
    silent_forces: int
    unpublished: int

    @property
    def n(self) -> int:
        """All of them."""
        return self.incidents + self.silent_forces + self.unpublished


@dataclass(frozen=True, slots=True)
class OutcomeAnswer:
    """What became of the crimes of a neighbourhood, in the months that its force supplied.

    Attributes:
        release_id: the release all of it comes from.
        force: whose neighbourhood it is.
        name: of the neighbourhood.
        generation: first month of the boundaries that it is counted in.
        category: the one counted; `None` for all.
        months: those counted, oldest first.
        gaps: months between them and up to the newest held that are not supplied whole, with their states. One that is
            only declared incomplete is counted all the same.
        ages: the youngest first; without ages that no month has.
        left_out: crimes with a place in no group.
        published: the monthly issues that it comes from, oldest first.
        issue: of the newest month counted; `None` where there is none.
    """

    release_id: str
    force: Force
    name: str
    generation: Month | None
    category: Category | None
    months: tuple[Month, ...]
    gaps: tuple[tuple[Month, SupplyState], ...]
    ages: tuple[AgeOutcomes, ...]
    left_out: LeftOut
    published: tuple[Month, ...]
    issue: Issue | None


def outcomes_in(
    release: Release, folder: DataFolder, ref: NeighbourhoodRef, category: Category | None = None
) -> OutcomeAnswer:
    """What became of the crimes of a neighbourhood, of one category or all.

    Args:
        release: where they come from.
        folder: where its files lie.
        ref: the neighbourhood.
        category: the one asked for; `None` for all.

    Raises:
        UnknownForce, UnknownNeighbourhood: no such neighbourhood is held.
    """
    ground = neighbourhood_ground(release, ref)
    force = ground.forces[0]
    shown = _shown_months(release, force)
    months = tuple(month for month in shown if _counts(release, force, month))
    count = _Count(release, folder, ref, category)
    for month in months:
        count.add(month)
    states = ((month, release.manifest.state(force.id, month, Kind.STREET)) for month in shown)
    return OutcomeAnswer(
        release_id=release.id,
        force=force,
        name=release.neighbourhoods.names[neighbourhood_index(release, ref)],
        generation=ground.generation,
        category=category,
        months=months,
        gaps=tuple((month, state) for month, state in states if state is not SupplyState.SUPPLIED),
        ages=tuple(count.ages()),
        left_out=LeftOut(count.incidents, count.silent_forces, count.unpublished),
        published=tuple(sorted({release.manifest.live[force.id, month, Kind.STREET].published for month in months})),
        issue=issue_of(release, force, Kind.STREET, months[-1] if months else None),
    )


def age_of(publication: Publication) -> Age:
    """How old the crimes of a publication were when it was published."""
    months = publication.published - publication.month + 1
    return next(age for age in Age if months <= age)


def _shown_months(release: Release, force: Force) -> list[Month]:
    """The latest months, from the first that the force supplied; none where it supplied none."""
    newest = release.month_newest
    own = [month for month in release.months if _counts(release, force, month)]
    if newest is None or not own:
        return []
    return list(months_between(own[0], newest))[-MONTHS:]


def _counts(release: Release, force: Force, month: Month) -> bool:
    key = (force.id, month, Kind.STREET)
    return key in release.manifest.live and key not in release.manifest.held


@dataclass
class _Count:
    """Adds up the months of a neighbourhood. Which forces recorded anything there, the counts of a month tell."""

    release: Release
    folder: DataFolder
    ref: NeighbourhoodRef
    category: Category | None
    incidents: int = 0
    silent_forces: int = 0
    unpublished: int = 0
    _by_code: dict[Age, Ints] = field(default_factory=dict)
    _months: dict[Age, set[Month]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._snap_ids = self.release.snap_ids_in(neighbourhood_index(self.release, self.ref))
        self._positions = np.unique(_packed(*_e6(self.release.snap_register, self._snap_ids)))
        self._forces = self.release.register.by_slot()

    def add(self, month: Month) -> None:
        """Count a month; its own force's age is there even if nothing was recorded."""
        self._age(self.release.manifest.live[self.ref.force_id, month, Kind.STREET])
        counts = self.release.counts(month)
        rows = counts.rows_at(self._snap_ids)
        if self.category is not None:
            rows = rows[counts.category[rows] == self.category.code]
        incident = counts.category[rows] == WITHOUT_OUTCOME.code
        self.incidents += int(counts.n[rows[incident]].sum())
        rows = rows[~incident]
        for slot in np.unique(counts.force[rows]).tolist():
            force = self._forces[slot]
            if force.publishes_outcomes:
                self._add_outcomes(self.release.manifest.live[force.id, month, Kind.STREET])
            else:
                self.silent_forces += int(counts.n[rows[counts.force[rows] == slot]].sum())

    def ages(self) -> Iterator[AgeOutcomes]:
        """What was counted, the youngest first."""
        for age in sorted(self._by_code):
            by_group = dict.fromkeys(OutcomeGroup, 0)
            for outcome in outcomes():
                by_group[outcome.group] += int(self._by_code[age][outcome.code])
            yield AgeOutcomes(age, tuple(sorted(self._months[age])), by_group)

    def _age(self, publication: Publication) -> Age:
        age = age_of(publication)
        self._by_code.setdefault(age, np.zeros(_NONE_PUBLISHED + 1, np.int64))
        self._months.setdefault(age, set()).add(publication.month)
        return age

    def _add_outcomes(self, publication: Publication) -> None:
        position, category, outcome = _placed(self.folder.file(publication.file.path))
        first, end = (np.searchsorted(position, self._positions, side=side) for side in ("left", "right"))
        rows = Runs(first, end).rows()
        kept = category[rows] != WITHOUT_OUTCOME.code
        if self.category is not None:
            kept &= category[rows] == self.category.code
        by_code = np.bincount(outcome[rows[kept]], minlength=_NONE_PUBLISHED + 1)
        self.unpublished += int(by_code[_NONE_PUBLISHED])
        self._by_code[self._age(publication)] += by_code


def _e6(register: SnapRegister, snap_ids: Ints) -> tuple[Ints, Ints]:
    """Where snap points lie, in millionths of a degree."""
    lat, lng = (np.rint(degrees[snap_ids] * 1e6).astype(np.int64) for degrees in (register.lat, register.lng))
    return lat, lng


def _packed(lat_e6: Ints, lng_e6: Ints) -> Ints:
    """Positions as one number each. All snap points of one position lie in one neighbourhood."""
    return np.asarray((lat_e6 << 32) + lng_e6, np.int64)


@lru_cache(maxsize=_FILES_KEPT)
def _placed(records: Path) -> tuple[Ints, Codes, Codes]:
    """Packed position, category and outcome of each crime with a place, by position; files are named by content."""
    table = pq.read_table(records, columns=["lat_e6", "lng_e6", "category", "outcome"])
    table = table.filter(pc.is_valid(table["lat_e6"]))
    lat, lng = (table[name].to_numpy().astype(np.int64) for name in ("lat_e6", "lng_e6"))
    position = _packed(lat, lng)
    order = np.argsort(position)
    category, outcome = table["category"].to_numpy(), table["outcome"].fill_null(_NONE_PUBLISHED).to_numpy()
    return position[order], category[order].astype(np.uint8), outcome[order].astype(np.uint8)
