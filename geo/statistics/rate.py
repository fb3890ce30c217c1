"""Rates: never without their period and denominator."""

from dataclasses import dataclass

from geo.statistics.interval import LEVEL, Interval, poisson_interval

PER = 1_000  # people
VISITED_RATIO = 2.0  # workday people for each resident beyond which residents are no denominator


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


def visited(residents: float, workday: float) -> bool:
    """Whether far more people come to a place than live there, so that a rate for residents would mislead."""
    return workday > residents * VISITED_RATIO
