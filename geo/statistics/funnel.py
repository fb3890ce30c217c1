"""Funnel limits: how far from the target areas of each size may lie without saying anything.

On the logarithmic scale, where chance gives an area of `expected` crimes a variance of `1 / expected`, and areas differ
by `tau` beyond it: the additive form of Spiegelhalter 2005, as NHS England's SHMI uses it. Crimes per head are so
skewed that the multiplicative form holds 96 % of real areas within its 99.8 % limits (docs/adr/0016).
"""

from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
import numpy.typing as npt

from geo.statistics.dispersion import Spread, spread_of
from geo.statistics.interval import Interval

Floats = npt.NDArray[np.float64]

INNER = 0.95
OUTER = 0.998
_HALF = 0.5  # added to a count before its logarithm is taken, so that none has one


@dataclass(frozen=True, slots=True)
class Position:
    """Where an area stands in a funnel.

    Attributes:
        expected: crimes it would have at the target's rate.
        ratio: crimes it has, by those expected.
        inner: limits of the ratio that hold 95 % of areas.
        outer: limits that hold 99.8 %.
        p: the probability of lying as far out as it does, or farther, on either side.
    """

    expected: float
    ratio: float
    inner: Interval
    outer: Interval
    p: float


def level_spread(count: Floats, expected: Floats) -> Spread | None:
    """How areas differ in what they have by what is expected; `None` where fewer than 10 areas expect any.

    Args:
        count: crimes of each area, shape (n,).
        expected: crimes it would have at the target's rate, shape (n,). Areas that expect less than 1 are left out.
    """
    told = expected >= 1
    variance = 1 / expected[told]
    return spread_of(np.log((count[told] + _HALF) / (expected[told] + _HALF)) / np.sqrt(variance), variance)


def limits(expected: float, spread: Spread, level: float = OUTER) -> Interval:
    """The ratios within which `level` of areas of that size lie.

    Args:
        expected: crimes at the target's rate, above 0.
        spread: how areas differ; its `tau` is on the logarithmic scale.
        level: how many of the areas.
    """
    reach = spread.quantile(level) * _deviation(expected, spread)
    return Interval(exp(-reach), exp(reach))


def position(count: float, expected: float, spread: Spread) -> Position:
    """Where an area stands among others.

    Args:
        count: its crimes.
        expected: those it would have at the target's rate, above 0.
        spread: how areas differ.
    """
    z = log((count + _HALF) / (expected + _HALF)) / _deviation(expected, spread)
    inner, outer = limits(expected, spread, INNER), limits(expected, spread, OUTER)
    return Position(expected, count / expected, inner, outer, spread.two_sided(z))


def _deviation(expected: float, spread: Spread) -> float:
    return sqrt(1 / expected + spread.tau**2)
