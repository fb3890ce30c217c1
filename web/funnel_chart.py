"""A funnel plot as plain numbers: areas by residents and rate, and the limits that hold 99.8 % of such areas."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo.statistics.funnel import level_spread, limits
from geo.statistics.rate import PER

WIDTH, HEIGHT = 340, 260
LEFT, RIGHT, TOP, BOTTOM = 40, 290, 12, 216  # of the plot; the names of lines stand right of it
_SAMPLES = 24  # points of a limit's line


@dataclass(frozen=True, slots=True)
class FunnelArea:
    """An area: its residents, its crimes, and those expected of it at the rate of all similar ones together."""

    residents: float
    count: int
    expected: float

    @property
    def rate(self) -> float:
        """Crimes for each 1,000 residents."""
        return self.count / self.residents * PER


@dataclass(frozen=True, slots=True)
class Dot:
    """Where an area stands."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Funnel:
    """The plot.

    Attributes:
        own: the area that the page is about.
        others: the similar ones.
        target: the rate of all similar ones together, and its y.
        lower: the line of the lower limit, as SVG's `points`.
        upper: that of the upper.
        label_y: where the names of the lower limit, target and upper limit stand.
        top: the rate at the top of the scale.
        residents: at either end of the plot.
        more: how many similar areas have a higher rate.
        fewer: how many a lower one.
        limits: rates that limit what is usual for an area of its size.
    """

    own: Dot
    others: tuple[Dot, ...]
    own_rate: float
    target: float
    target_y: float
    lower: str
    upper: str
    label_y: tuple[float, float, float]
    top: float
    residents: tuple[float, float]
    more: int
    fewer: int
    limits: tuple[float, float]


def funnel_of(own: FunnelArea, others: Sequence[FunnelArea]) -> Funnel | None:
    """The plot of an area among others; `None` where they are too few to learn how much areas vary.

    The limits are those by which `api.queries.level` finds the word.
    """
    counts, expected = (np.array([getattr(one, what) for one in others], np.float64) for what in ("count", "expected"))
    spread = level_spread(counts, expected)
    if spread is None:
        return None
    every = [own, *others]
    target = own.expected / own.residents
    first, last = min(one.residents for one in every) * 0.9, max(one.residents for one in every) * 1.1
    sizes = np.linspace(first, last, _SAMPLES)
    ends = [limits(target * size, spread) for size in sizes]
    usual = limits(own.expected, spread)
    top = 1.08 * max(*(one.rate for one in every), usual.upper * target * PER, ends[-1].upper * target * PER)

    def x_of(residents: float) -> float:
        return round(float(LEFT + (residents - first) / (last - first) * (RIGHT - LEFT)), 1)

    def y_of(rate: float) -> float:
        return round(float(BOTTOM - min(rate / top, 1.0) * (BOTTOM - TOP)), 1)

    lower, upper = (
        [ratio * target * PER for ratio in side] for side in zip(*((e.lower, e.upper) for e in ends), strict=True)
    )
    middle = y_of(target * PER)
    return Funnel(
        own=Dot(x_of(own.residents), y_of(own.rate)),
        others=tuple(Dot(x_of(one.residents), y_of(one.rate)) for one in others),
        own_rate=own.rate,
        target=target * PER,
        target_y=middle,
        lower=" ".join(f"{x_of(size)},{y_of(rate)}" for size, rate in zip(sizes, lower, strict=True)),
        upper=" ".join(f"{x_of(size)},{y_of(rate)}" for size, rate in zip(sizes, upper, strict=True)),
        label_y=(max(y_of(lower[-1]), middle + 14), middle, min(y_of(upper[-1]), middle - 14)),
        top=top,
        residents=(first, last),
        more=sum(one.rate > own.rate for one in others),
        fewer=sum(one.rate < own.rate for one in others),
        limits=(usual.lower * target * PER, usual.upper * target * PER),
    )
