"""Counts of a piece of ground by month and category, each with what was supplied."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from api.queries.ground import Ground
from api.queries.lsoa import lsoa_rows
from geo.category import Category, categories, categories_of
from geo.force import Force
from geo.month import Month
from geo.store.layout import DataFolder
from geo.store.manifest import Manifest
from geo.store.release import Release
from geo.supply import Kind, SupplyState


@dataclass(frozen=True, slots=True)
class ForceMonth:
    """What is held of a force on whose ground something was counted.

    Attributes:
        counted: whether its records are in the count; those held back, and those not held, are not.
        note: why the state is what it is, where somebody said so.
    """

    force: Force
    state: SupplyState
    counted: bool
    note: str | None


@dataclass(frozen=True, slots=True)
class MonthCount:
    """Crimes of one month on a piece of ground.

    Attributes:
        month: which.
        state: of all its forces together.
        force_months: what it follows from.
        railway: what is held of British Transport Police, whose crimes lie anywhere; `None` where the register has it
            not, and for a force as a whole.
        by_category: crimes of each category in use, and of any other that occurs; `None` where no force counts.
    """

    month: Month
    state: SupplyState
    force_months: tuple[ForceMonth, ...]
    railway: ForceMonth | None
    by_category: Mapping[Category, int] | None

    @property
    def total(self) -> int | None:
        """Crimes of all categories; `None` where no force counts."""
        return None if self.by_category is None else sum(self.by_category.values())

    def n(self, category: Category) -> int | None:
        """Crimes of a category; `None` where no force counts, or where the month had no such category."""
        return None if self.by_category is None else self.by_category.get(category)


def counts_of(
    release: Release, folder: DataFolder, ground: Ground, months: tuple[Month, ...]
) -> tuple[MonthCount, ...]:
    """Crimes by month and category, one for each month asked for, held or not.

    Of a force as a whole, all that it recorded. Of any other ground, what has a position there, whoever recorded it.
    """
    return tuple(_count(release, ground, month, _codes(release, folder, ground, month)) for month in months)


def force_months(manifest: Manifest, forces: tuple[Force, ...], month: Month, kind: Kind) -> tuple[ForceMonth, ...]:
    """What is held of some forces."""
    return tuple(_force_month(manifest, force, month, kind) for force in forces)


def state_of(ground: Ground, found: tuple[ForceMonth, ...]) -> SupplyState:
    """The state of several forces together: whole where all are, and nothing where none is.

    Ground of which nobody's area is held is never called whole.
    """
    states = {one.state for one in found}
    if len(states) == 1 and not (ground.unknown and SupplyState.SUPPLIED in states):
        return next(iter(states))
    whole = not states or states <= {SupplyState.NOT_SUPPLIED, SupplyState.NOT_HELD}
    return SupplyState.NOT_HELD if whole else SupplyState.PARTIAL


def _count(release: Release, ground: Ground, month: Month, codes: Mapping[int, int]) -> MonthCount:
    manifest = release.manifest
    found = force_months(manifest, ground.forces, month, Kind.STREET)
    state = state_of(ground, found)
    counted = any(one.counted for one in found)
    if not ground.forces and any(codes.values()):  # nobody's ground that we know of: what is there speaks for itself
        counted, state = True, SupplyState.PARTIAL
    railway = None if ground.whole_force else next((one for one in release.register if not one.territorial), None)
    return MonthCount(
        month=month,
        state=state,
        force_months=found,
        railway=_force_month(manifest, railway, month, Kind.STREET) if railway else None,
        by_category=_named(month, codes) if counted else None,
    )


def _codes(release: Release, folder: DataFolder, ground: Ground, month: Month) -> dict[int, int]:
    """Crimes by category code."""
    force = ground.whole_force
    if force is not None:
        found = release.manifest.live.get((force.id, month, Kind.STREET))
        return dict(found.categories) if found else {}
    if month not in release.months or ground.snap_ids is None:
        return {}
    if ground.lsoa is not None:
        return dict(Counter(lsoa_rows(release, folder, ground.lsoa, month).category.tolist()))
    counts = release.counts(month)
    return dict(enumerate(counts.by_category(counts.rows_at(ground.snap_ids)).tolist()))


def _named(month: Month, codes: Mapping[int, int]) -> dict[Category, int]:
    in_use = categories_of(month)
    return {one: codes.get(one.code, 0) for one in categories() if one in in_use or codes.get(one.code)}


def _force_month(manifest: Manifest, force: Force, month: Month, kind: Kind) -> ForceMonth:
    key = (force.id, month, kind)
    counted = key in manifest.live and key not in manifest.held
    return ForceMonth(force, manifest.state(*key), counted, manifest.note(*key))
