"""Is it a lot? Crimes for each 1,000 residents, against the rest of the force and against similar neighbourhoods."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from api.queries.change import column_of
from api.queries.compared import Compared
from api.queries.similar import NONE_SIMILAR, SimilarArea, similar_to
from geo.category import Category, categories, categories_of
from geo.month import Month
from geo.statistics.funnel import Position, level_spread, position
from geo.statistics.interval import Interval
from geo.statistics.rate import NoRate, Rate, why_no_rate
from geo.statistics.verdict import Verdict, level_verdicts
from geo.store.release import Release
from geo.store.tally import ALL_CRIME, CATEGORY_CODES, SpreadOf, with_all
from geo.store.window import window_of

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the place stands among others in one category, and the word for it."""

    position: Position
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class CategoryLevel:
    """One category for each 1,000 residents.

    Attributes:
        category: `None` for all crime.
        rate: of the months of the answer, for each 1,000 residents.
        interval: of its value, 95 %.
        in_force: among the force's other neighbourhoods with a fair rate; `None` where they are too few.
        among_similar: among similar neighbourhoods; `None` where there are none.
    """

    category: Category | None
    rate: Rate
    interval: Interval
    in_force: Standing | None
    among_similar: Standing | None


@dataclass(frozen=True, slots=True)
class SimilarCount:
    """A similar neighbourhood and its crimes of the category that the picture is of.

    Attributes:
        expected: crimes it would have at the rate of all similar neighbourhoods together.
    """

    area: SimilarArea
    count: int
    expected: float


@dataclass(frozen=True)
class LevelAnswer:
    """Whether what is recorded in a place is a lot.

    Attributes:
        ground: what is counted.
        category: what `similar` counts; `None` for all crime.
        months: the months counted, those of the latest twelve that are supplied, oldest first.
        why_no_rate: why nothing is divided by residents; `None` where it is. Then `levels` is empty.
        levels: by category in use, in the published order, all crime first.
        similar: the neighbourhoods that are alike, by force and name; empty for a circle, or where too few are held.
        similar_months: the months in which they are compared: fewer than `months` where one of their forces lacks some.
        titles: what the figures of people are, in words, by measure.
    """

    ground: Compared
    category: Category | None
    months: tuple[Month, ...]
    why_no_rate: NoRate | None
    levels: tuple[CategoryLevel, ...]
    similar: tuple[SimilarCount, ...]
    similar_months: tuple[Month, ...]
    titles: dict[str, str]


def level_on(release: Release, ground: Compared, category: Category | None = None) -> LevelAnswer:
    """Whether what is recorded on a piece of ground is a lot."""
    window = window_of(release.manifest, [force.id for force in ground.forces])
    months = window.recent if window is not None else ()
    head = ground.headcount
    why = NoRate.NO_POPULATION if head is None or not months else why_no_rate(head.residents, head.workday)
    titles = dict(release.population_titles)
    if why is not None or head is None or head.residents is None:
        return LevelAnswer(ground, category, months, why, (), (), (), titles)
    alike = NONE_SIMILAR if ground.circle or ground.place.index is None else similar_to(release, ground.place.index)
    others = _Others(
        _counts(release, [one.index for one in alike.areas], alike.months),
        np.array([one.residents for one in alike.areas]),
    )
    at = column_of(category)
    similar = tuple(
        SimilarCount(area, int(count), others.expected(at, area.residents))
        for area, count in zip(alike.areas, others.crimes[:, at], strict=True)
    )
    levels = _levels(release, ground, months, _Similar(others, _crimes(release, ground, alike.months)))
    return LevelAnswer(ground, category, months, None, levels, similar, alike.months, titles)


@dataclass(frozen=True)
class _Others:
    """Other areas: their crimes by category, shape (n, 33), and residents, shape (n,)."""

    crimes: Ints
    residents: Floats

    def expected(self, at: int, residents: float) -> float:
        """Crimes of a category for so many residents at the rate of all of them together."""
        return float(self.crimes[:, at].sum() / self.residents.sum() * residents) if len(self.residents) else 0.0


@dataclass(frozen=True)
class _Similar:
    """Similar areas, and the crimes of the place itself in the months in which they are compared, shape (33,)."""

    areas: _Others
    crimes: Ints


def _crimes(release: Release, ground: Compared, months: tuple[Month, ...]) -> Ints:
    """Crimes of the place by category over some months, shape (33,)."""
    every = list(ground.crimes(release, months).values())
    return np.asarray(np.sum(every, axis=0) if every else np.zeros(CATEGORY_CODES + 1), np.int64)


def _levels(
    release: Release, ground: Compared, months: tuple[Month, ...], similar: _Similar
) -> tuple[CategoryLevel, ...]:
    crimes = _crimes(release, ground, months)
    residents = (ground.headcount.residents if ground.headcount else None) or 0.0
    in_use = categories_of(months[-1])
    shown: list[Category | None] = [None, *(one for one in categories() if one in in_use or crimes[one.code])]
    force = _rest_of_force(release, ground, months)
    in_force, among = list[Position | None](), list[Position | None]()
    for category in shown:
        at = column_of(category)
        in_force.append(_in_force(release, ground, at, int(crimes[at]), force.expected(at, residents)))
        among.append(_among(similar, at, similar.areas.expected(at, residents)))
    rates = [Rate(int(crimes[column_of(category)]), residents, len(months)) for category in shown]
    return tuple(
        CategoryLevel(category, rate, rate.interval(_phi(release, ground, column_of(category))), one, other)
        for category, rate, one, other in zip(shown, rates, _said(in_force), _said(among), strict=True)
    )


def _said(positions: list[Position | None]) -> list[Standing | None]:
    """Each position with its word, all of one page judged together."""
    words = iter(level_verdicts([one for one in positions if one is not None]))
    return [None if one is None else Standing(one, next(words)) for one in positions]


def _in_force(release: Release, ground: Compared, at: int, count: int, expected: float) -> Position | None:
    slot = ground.place.force.slot if ground.place.force else -1
    spread = release.spreads.get((slot, SpreadOf.LEVEL, ALL_CRIME if at == CATEGORY_CODES else at))
    return position(count, expected, spread) if spread and expected > 0 else None


def _among(similar: _Similar, at: int, expected: float) -> Position | None:
    if expected <= 0:
        return None
    target = np.array([similar.areas.expected(at, residents) for residents in similar.areas.residents])
    spread = level_spread(similar.areas.crimes[:, at].astype(np.float64), target)
    return position(int(similar.crimes[at]), expected, spread) if spread else None


def _phi(release: Release, ground: Compared, at: int) -> float:
    slot = ground.place.force.slot if ground.place.force else -1
    spread = release.spreads.get((slot, SpreadOf.CHANGE, ALL_CRIME if at == CATEGORY_CODES else at))
    return spread.phi if spread else 1.0


def _rest_of_force(release: Release, ground: Compared, months: tuple[Month, ...]) -> _Others:
    """The other neighbourhoods of its own force with a fair rate; none for a circle that touches several forces."""
    force, heads = ground.place.force, release.headcounts or ()
    if force is None or ground.forces != (force,):
        return _Others(np.zeros((0, CATEGORY_CODES + 1), np.int64), np.zeros(0))
    rows = [
        at
        for at in release.neighbourhoods.of_force(force.id)
        if at != ground.place.index and heads and not why_no_rate(heads[at].residents, heads[at].workday)
    ]
    return _Others(_counts(release, rows, months), np.array([heads[at].residents for at in rows], np.float64))


def _counts(release: Release, rows: list[int], months: tuple[Month, ...]) -> Ints:
    """Crimes of some neighbourhoods by category, shape (len(rows), 33); their forces must have tallied the months."""
    areas, tables = release.neighbourhoods, dict[str, Ints]()
    found = np.zeros((len(rows), CATEGORY_CODES + 1), np.int64)
    for place, at in enumerate(rows):
        force = areas.force_ids[at]
        if release.tally is not None and force not in tables:
            slot = release.register.force(force).slot
            tables[force] = with_all(release.tally.counts(slot, months, areas.of_force(force)))
        found[place] = tables[force][at - areas.of_force(force).start]
    return found
