"""Is it changing? Twelve months against the twelve before, and every month held."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from api.queries.compared import Compared, compared_circle, compared_neighbourhood, force_crimes
from geo.category import Category, categories, categories_of
from geo.force import Force
from geo.month import Month, months_between
from geo.neighbourhood import NeighbourhoodRef
from geo.postcode import Postcode
from geo.statistics.comparison import Comparison, compare
from geo.statistics.dispersion import Spread
from geo.statistics.series import BREAKS, Break, Window
from geo.statistics.verdict import Verdict, change_verdicts
from geo.store.release import Release
from geo.store.tally import ALL_CRIME, CATEGORY_CODES, SpreadOf
from geo.store.window import window_of
from geo.supply import Kind, SupplyState

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CategoryChange:
    """One category, in the months compared and the same months of the year before.

    Attributes:
        category: `None` for all crime.
        own: the later months against the earlier.
        verdict: what is said of it.
        rest: the same, against how the rest of the forces' ground changed; `None` where that is not known.
        rest_verdict: what is said of that; `None` likewise.
    """

    category: Category | None
    own: Comparison
    verdict: Verdict
    rest: Comparison | None
    rest_verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class TrendMonth:
    """One month of a series.

    Attributes:
        state: what is held of it; the worst of the forces concerned.
        n: placed crimes; `None` where any of the forces does not count, which is a gap and never nought.
        breaks: what begins with it, so that it cannot be set beside the month before.
    """

    month: Month
    state: SupplyState
    n: int | None
    breaks: tuple[Break, ...]


@dataclass(frozen=True)
class ChangeAnswer:
    """Whether what is recorded in a place is changing; every figure comes from one release and one generation.

    Counted are placed crimes that the forces of the place recorded themselves: another force's would come and go with
    that force's supply.

    Attributes:
        release_id: the release all of it comes from.
        ground: what is counted.
        category: what `trend` is of; `None` for all crime.
        window: the months compared, and those left out; `None` where its forces never all supplied one month.
        published: the monthly issues in which the months compared were published, oldest first.
        changes: by category in use, in the published order, all crime first; empty where fewer than six pairs of months
            can be compared.
        trend: every month from the first held to the last, gaps included.
        unplaced_share: of what the own force recorded in the latest months, the share without a place, which no small
            area can count; `None` where nothing was recorded.
    """

    release_id: str
    ground: Compared
    category: Category | None
    window: Window | None
    published: tuple[Month, ...]
    changes: tuple[CategoryChange, ...]
    trend: tuple[TrendMonth, ...]
    unplaced_share: float | None


def change_in(release: Release, ref: NeighbourhoodRef, category: Category | None = None) -> ChangeAnswer:
    """Whether what is recorded in a neighbourhood is changing.

    Raises:
        UnknownNeighbourhood: no such neighbourhood is held.
    """
    return change_on(release, compared_neighbourhood(release, ref), category)


def change_near(release: Release, postcode: Postcode, category: Category | None = None) -> ChangeAnswer:
    """Whether what is recorded within a mile of a postcode is changing.

    Raises:
        UnknownPostcode: not one of the postcodes held.
    """
    return change_on(release, compared_circle(release, postcode), category)


def change_on(release: Release, ground: Compared, category: Category | None = None) -> ChangeAnswer:
    """Whether what is recorded on a piece of ground is changing."""
    window = window_of(release.manifest, [force.id for force in ground.forces])
    counted = [month for month in release.months if _counted(release, ground, month)]
    crimes = ground.crimes(release, counted)
    used = () if window is None else (*window.recent, *window.before)
    return ChangeAnswer(
        release_id=release.id,
        ground=ground,
        category=category,
        window=window,
        published=_issues(release, ground, used),
        changes=_changes(release, ground, window, crimes) if window is not None and window.enough else (),
        trend=_trend(release, ground, crimes, column_of(category)),
        unplaced_share=None if window is None else _unplaced(release, ground.place.force, window),
    )


def column_of(category: Category | None) -> int:
    """The column of a category in counts that have all crime last."""
    return CATEGORY_CODES if category is None else category.code


def _counted(release: Release, ground: Compared, month: Month) -> bool:
    """Whether every force concerned counts in a month."""
    keys = [(force.id, month, Kind.STREET) for force in ground.forces]
    return bool(keys) and all(key in release.manifest.live and key not in release.manifest.held for key in keys)


def _changes(
    release: Release, ground: Compared, window: Window, crimes: dict[Month, Ints]
) -> tuple[CategoryChange, ...]:
    before, after = (np.sum([crimes[month] for month in months], axis=0) for months in (window.before, window.after))
    norm = _norm(release, ground, window, before, after)
    shown: list[Category | None] = [
        None,
        *(one for one in categories() if one in categories_of(window.after[-1]) or before[one.code] or after[one.code]),
    ]
    own, rest = list[Comparison](), list[Comparison | None]()
    for category in shown:
        at = column_of(category)
        spread = _spread(release, ground, at)
        own.append(compare(int(before[at]), int(after[at]), spread))
        fair = norm is not None and 0 < norm[at] < np.inf
        rest.append(
            compare(int(before[at]), int(after[at]), spread, float(norm[at])) if norm is not None and fair else None
        )
    rest_words = iter(change_verdicts([one for one in rest if one is not None]))
    return tuple(
        CategoryChange(*found, None if found[-1] is None else next(rest_words))
        for found in zip(shown, own, change_verdicts(own), rest, strict=True)
    )


def _norm(
    release: Release, ground: Compared, window: Window, before: Ints, after: Ints
) -> npt.NDArray[np.float64] | None:
    """Later by earlier in the rest of the forces' ground, by category, shape (33,); `None` where it is not tallied."""
    found = [
        [force_crimes(release, force, months) for force in ground.forces] for months in (window.before, window.after)
    ]
    if any(one is None for period in found for one in period):
        return None
    rest = [np.sum([one for one in period if one is not None], axis=0) for period in found]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.maximum(rest[1] - after, 0) / np.maximum(rest[0] - before, 0), np.float64)


def _spread(release: Release, ground: Compared, column: int) -> Spread | None:
    """How the neighbourhoods of its own force differ in their change: the nearest there is for a circle, too."""
    force = ground.place.force
    code = ALL_CRIME if column == CATEGORY_CODES else column
    return None if force is None else release.spreads.get((force.slot, SpreadOf.CHANGE, code))


def _trend(release: Release, ground: Compared, crimes: dict[Month, Ints], column: int) -> tuple[TrendMonth, ...]:
    if not crimes:
        return ()
    return tuple(
        TrendMonth(
            month,
            ground.state(release, month),
            int(crimes[month][column]) if month in crimes else None,
            tuple(one for one in BREAKS if one.first == month),
        )
        for month in months_between(min(crimes), release.months[-1])
    )


def _issues(release: Release, ground: Compared, months: tuple[Month, ...]) -> tuple[Month, ...]:
    live = release.manifest.live
    found = (live.get((force.id, month, Kind.STREET)) for force in ground.forces for month in months)
    return tuple(sorted({one.published for one in found if one is not None}))


def _unplaced(release: Release, force: Force | None, window: Window) -> float | None:
    if force is None:
        return None
    held = [release.manifest.live[force.id, month, Kind.STREET] for month in window.recent]
    records = sum(one.records for one in held)
    return sum(one.unplaced for one in held) / records if records else None
