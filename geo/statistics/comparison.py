"""Some months against those a year before: the ratio of two counts, given their sum."""

from dataclasses import dataclass
from math import inf

import numpy as np
import numpy.typing as npt
from scipy import special

from geo.statistics.dispersion import Spread, spread_of
from geo.statistics.interval import LEVEL, Interval, share_interval

Counts = npt.NDArray[np.int64]

EXPECTED_MIN = 10  # crimes expected of either period below which nothing is compared


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two counts of equal exposure.

    Attributes:
        before: the earlier count.
        after: the later one.
        expected: of the later, had nothing changed beyond what the norm did.
        ratio: later by earlier, divided by the norm; `None` where nothing was counted before.
        interval: of that ratio, 95 %.
        p: the probability of as great a difference by chance.
        spread: what interval and probability were widened by; `None` where they are the exact ones, a floor.
    """

    before: int
    after: int
    expected: float
    ratio: float | None
    interval: Interval
    p: float
    spread: Spread | None


def compare(before: int, after: int, spread: Spread | None, norm: float = 1.0) -> Comparison:
    """The later count against the earlier: conditional on their sum, the later is binomial.

    Exact without a spread, which is the floor. With one, counts are taken for that much less evidence: both are divided
    by its `phi`, which is much the same for small areas and large (docs/adr/0016); and quantiles are Student's, as the
    spread is itself an estimate.

    Args:
        before: the earlier count.
        after: the later count, of as many months.
        spread: how much areas differ in their change, as `change_spread` finds; `None` where that is not known.
        norm: the ratio that counts as no difference: 1, or that of a larger area.
    """
    share = norm / (1 + norm) if norm < inf else 1.0
    phi = spread.phi if spread else 1.0
    part, whole = after / phi, (before + after) / phi
    ends = share_interval(part, whole, _as_normal(LEVEL, spread))
    interval = Interval(_odds(ends.lower) / norm, _odds(ends.upper) / norm)
    ratio = after / before / norm if before else None
    p = _two_sided(part, whole, share, spread)
    return Comparison(before, after, (before + after) * share, ratio, interval, p, spread)


def enough(comparison: Comparison) -> bool:
    """Whether either period can be expected to have 10 crimes: below that nothing is said."""
    fewest = min(comparison.expected, comparison.before + comparison.after - comparison.expected)
    return fewest >= EXPECTED_MIN


def change_spread(before: Counts, after: Counts) -> Spread | None:
    """How areas differ in their change, about the change of all together; `None` for fewer than 10 areas.

    Args:
        before: the earlier count of each area, shape (n,).
        after: the later count, shape (n,). Areas that expect fewer than 10 crimes of either period are left out, as
            nothing is said of such areas.

    Returns:
        `phi` for areas of their own size, and `tau` on the scale of the logarithm of the ratio.
    """
    whole = before + after
    total = int(whole.sum())
    share = float(after.sum()) / total if total else 0.5
    told = whole * min(share, 1 - share) >= EXPECTED_MIN
    variance = whole[told] * share * (1 - share)
    return spread_of((after[told] - whole[told] * share) / np.sqrt(variance), 1 / variance)


def _as_normal(level: float, spread: Spread | None) -> float:
    """The level at which a normal quantile lies as far out as Student's at `level`: what an exact interval is asked."""
    return level if spread is None else float(1 - 2 * special.ndtr(-spread.quantile(level)))


def _two_sided(part: float, whole: float, share: float, spread: Spread | None) -> float:
    """Twice the smaller exact tail; with a spread, the normal deviation of that tail read as Student's."""
    if whole == 0:
        return 1.0
    above = float(special.betainc(part, whole - part + 1, share)) if part > 0 else 1.0
    below = float(special.betaincc(part + 1, whole - part, share)) if part < whole else 1.0
    tail = min(above, below, 0.5)
    return 2 * tail if spread is None else spread.two_sided(float(special.ndtri(tail)))


def _odds(share: float) -> float:
    return share / (1 - share) if share < 1 else inf
