"""How much more areas differ than chance alone would make them: Spiegelhalter's over-dispersion, estimated robustly.

Methods: D. J. Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in Medicine 24 (2005),
1185-1202, and Handling over-dispersion of performance indicators, Quality and Safety in Health Care 14 (2005), 347-351.
One correction is ours (docs/adr/0016): winsorising shrinks the spread of what is not over-dispersed too, so what is
found is divided by what winsorising leaves of a normal distribution.
"""

from dataclasses import dataclass
from math import ceil, exp, pi, sqrt

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]

WINSORISED = 0.1  # least share of areas at either end that is drawn in, so that some that did change hide no others
UNITS_MIN = 10  # areas below which a spread cannot be learnt


@dataclass(frozen=True, slots=True)
class Spread:
    """How much areas differ beyond chance.

    Attributes:
        units: how many areas it was learnt from.
        phi: the over-dispersion factor by which variances are multiplied; at least 1.
        tau: the standard deviation between areas, on the scale of the measure; at least 0.
    """

    units: int
    phi: float
    tau: float

    def quantile(self, level: float) -> float:
        """Standard deviations within which `level` of areas lie: Student's t, as the spread itself is an estimate."""
        return float(special.stdtrit(self.units - 1, (1 + level) / 2))

    def two_sided(self, z: float) -> float:
        """The probability of lying as far out as `z` standard deviations, on either side."""
        return float(2 * special.stdtr(self.units - 1, -abs(z)))


def spread_of(z: Floats, variance: Floats) -> Spread | None:
    """The spread of areas about a common target; `None` for fewer than 10 areas.

    Args:
        z: each area's distance from the target in standard deviations that chance alone would give, shape (n,).
        variance: the square of that standard deviation, on the scale of the measure, shape (n,), each above 0.

    Returns:
        `phi`, the mean square of the winsorised `z`, corrected; and `tau`, by the method of moments of DerSimonian and
        Laird (Controlled Clinical Trials 7 (1986), 177-188) from the same mean square.
    """
    units = len(z)
    if units < UNITS_MIN:
        return None
    phi = float(np.mean(winsorised(z) ** 2)) / kept_of_normal(drawn_in(units) / units)
    weight = 1 / variance
    excess = units * phi - (units - 1)
    room = float(weight.sum() - (weight**2).sum() / weight.sum())
    return Spread(units, max(phi, 1.0), sqrt(max(excess, 0.0) / room))


def winsorised(z: Floats) -> Floats:
    """The values with a tenth at either end drawn in to the nearest that is left, shape (n,).

    >>> winsorised(np.arange(10.0)).tolist()
    [1.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 8.0]
    """
    ordered, most = np.sort(z), drawn_in(len(z))
    return np.asarray(np.clip(z, ordered[most], ordered[len(z) - 1 - most]), np.float64)


def drawn_in(units: int) -> int:
    """How many of some areas are drawn in at either end: a tenth, rounded up, as of few areas one is soon too few."""
    return ceil(units * WINSORISED)


def kept_of_normal(share: float) -> float:
    """The variance of a standard normal distribution after winsorising; 1 where nothing is drawn in.

    >>> round(kept_of_normal(0.1), 4)
    0.6787
    """
    if share == 0:
        return 1.0
    edge = float(special.ndtri(1 - share))
    density = exp(-edge * edge / 2) / sqrt(2 * pi)
    return 2 * share * edge * edge + (1 - 2 * share) - 2 * edge * density
