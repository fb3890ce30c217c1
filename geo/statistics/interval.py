"""Exact intervals: what a count of crimes says of the number that its circumstances would give on average."""

from dataclasses import dataclass

from scipy import special

LEVEL = 0.95  # of intervals that are shown; verdicts use `geo.statistics.funnel.OUTER`


@dataclass(frozen=True, slots=True)
class Interval:
    """Two ends, both in the unit of what they are an interval of; `upper` may be infinite."""

    lower: float
    upper: float


def poisson_interval(count: float, level: float = LEVEL) -> Interval:
    """The exact interval of a Poisson mean: Garwood, Biometrika 28 (1936), 437-442, by quantiles of the gamma.

    Args:
        count: events counted, 0 or more; it may be a fraction where counts were scaled down for over-dispersion.
        level: how much of the probability the interval holds at least, between 0 and 1.

    >>> found = poisson_interval(10)
    >>> round(found.lower, 3), round(found.upper, 3)
    (4.795, 18.39)
    """
    if count < 0 or not 0 < level < 1:
        raise ValueError(f"An interval needs a count of 0 or more and a level within 0 and 1, not {count} and {level}.")
    tail = (1 - level) / 2
    lower = 0.0 if count == 0 else float(special.gammaincinv(count, tail))
    return Interval(lower, float(special.gammainccinv(count + 1, tail)))


def share_interval(part: float, whole: float, level: float = LEVEL) -> Interval:
    """The exact interval of a share: Clopper and Pearson, Biometrika 26 (1934), 404-413, by quantiles of the beta.

    Args:
        part: how many of `whole`; both may be fractions where counts were scaled down for over-dispersion.
        whole: of how many; 0 says nothing, so the interval is from 0 to 1.
        level: how much of the probability the interval holds at least, between 0 and 1.
    """
    if not (0 <= part <= whole and 0 < level < 1):
        raise ValueError(f"{part} of {whole} at a level of {level} is no share.")
    tail = (1 - level) / 2
    lower = 0.0 if part == 0 else float(special.betaincinv(part, whole - part + 1, tail))
    upper = 1.0 if part == whole else float(special.betaincinv(part + 1, whole - part, 1 - tail))
    return Interval(lower, upper)
