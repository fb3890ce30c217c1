"""Rates: never without their period and denominator."""

from dataclasses import dataclass
from enum import StrEnum

from geo.statistics.interval import LEVEL, Interval, poisson_interval

PER = 1_000  # people
RESIDENTS_MIN = 500  # a third of the smallest area that the census counts by
VISITED_RATIO = 2.0  # workday people for each resident beyond which residents are no denominator


class NoRate(StrEnum):
    """Why there is no rate for each 1,000 residents."""

    NO_POPULATION = "no_population"  # none is held for enough of the area
    FEW_RESIDENTS = "few_residents"
    NO_WORKDAY = "no_workday"  # who comes is not known, so neither is whether residents are a fair denominator
    VISITED = "visited"  # far more people come than live there


@dataclass(frozen=True, slots=True)
class Rate:
    """Crimes for each 1,000 people over some months.

    Attributes:
        count: crimes.
        people: the denominator, above 0.
        months: how many months the crimes are of; the rate is of that period, not scaled to a year.
    """

    count: int
    people: float
    months: int

    def __post_init__(self) -> None:
        if self.people <= 0 or self.months < 1 or self.count < 0:
            raise ValueError(f"{self.count} crimes of {self.people} people in {self.months} months are no rate.")

    @property
    def value(self) -> float:
        """Crimes for each 1,000 people in the period."""
        return self.count / self.people * PER

    def interval(self, dispersion: float = 1.0, level: float = LEVEL) -> Interval:
        """The interval of the value: exact Poisson, and wider where counts spread more than chance alone.

        Args:
            dispersion: the over-dispersion factor, 1 or more. Counts are taken for that much less evidence: the
                interval is that of `count / dispersion`, scaled up again.
            level: how much of the probability it holds.
        """
        if dispersion < 1:
            raise ValueError(f"An over-dispersion factor is 1 or more, not {dispersion}: Poisson is the floor.")
        exact = poisson_interval(self.count / dispersion, level)
        scale = dispersion / self.people * PER
        return Interval(exact.lower * scale, exact.upper * scale)


def why_no_rate(residents: float | None, workday: float | None) -> NoRate | None:
    """Why a number of crimes must not be divided by residents; `None` where it may.

    >>> why_no_rate(1_200, 90_000)
    <NoRate.VISITED: 'visited'>
    """
    if residents is None:
        return NoRate.NO_POPULATION
    if residents < RESIDENTS_MIN:
        return NoRate.FEW_RESIDENTS
    if workday is None:
        return NoRate.NO_WORKDAY
    return NoRate.VISITED if workday > residents * VISITED_RATIO else None
