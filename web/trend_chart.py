"""A count by month as plain numbers: where the bars, gaps and breaks of an SVG lie."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.queries.change import TrendMonth
from geo.month import Month

WIDTH, HEIGHT = 340, 190
LEFT, TOP, BOTTOM = 40, 20, 160  # of the plot: numbers stand left of it, marks of breaks above, years below
YEAR_ROOM = 44  # between the names of two years
_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class MonthBar:
    """A month that is counted; the bar stands on the base line, and has no height where nought were counted."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Gap:
    """Months in a row of which no number is known."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class BreakLine:
    """From here on figures are made in another way."""

    number: int
    x: float
    month: Month
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trend:
    """Bars by month, on a scale that starts at nought.

    Attributes:
        top: the number at the top of the scale.
        years: x and the year, as many as fit.
    """

    bars: tuple[MonthBar, ...]
    gaps: tuple[Gap, ...]
    breaks: tuple[BreakLine, ...]
    top: int
    years: tuple[tuple[float, int], ...]


def trend_of(months: Sequence[TrendMonth]) -> Trend:
    """The drawing of a series."""
    step = (WIDTH - LEFT) / max(len(months), 1)
    top = scale_top(max((one.n or 0 for one in months), default=0))
    places = [(LEFT + at * step, one) for at, one in enumerate(months)]
    broken = [(x, one) for x, one in places if one.breaks]
    return Trend(
        tuple(_bar(x, step, one.n, top) for x, one in places if one.n is not None),
        _gaps([x for x, one in places if one.n is None], step),
        tuple(
            BreakLine(number, round(x, 2), one.month, tuple(found.what for found in one.breaks))
            for number, (x, one) in enumerate(broken, start=1)
        ),
        top,
        _years([(x, one.month) for x, one in places], step),
    )


def scale_top(most: int) -> int:
    """The next of 1, 2, 5, 10, 20, 50 and so on that is not below a number.

    >>> scale_top(0), scale_top(7), scale_top(620)
    (1, 10, 1000)
    """
    power = 1
    while True:
        for step in _STEPS:
            if step * power >= most:
                return step * power
        power *= 10


def _bar(x: float, step: float, n: int, top: int) -> MonthBar:
    height = n / top * (BOTTOM - TOP)
    return MonthBar(round(x + step * 0.1, 2), round(BOTTOM - height, 2), round(step * 0.8, 2), round(height, 2))


def _gaps(starts: list[float], step: float) -> tuple[Gap, ...]:
    """Months side by side are one gap."""
    found: list[Gap] = []
    for x in starts:
        if found and abs(found[-1].x + found[-1].width - x) < step / 2:
            found[-1] = Gap(found[-1].x, round(x + step - found[-1].x, 2))
        else:
            found.append(Gap(round(x, 2), round(step, 2)))
    return tuple(found)


def _years(months: list[tuple[float, Month]], step: float) -> tuple[tuple[float, int], ...]:
    every = max(1, -(-YEAR_ROOM // max(int(step * 12), 1)))
    januaries = [(round(x, 2), month.year) for x, month in months if month.month == 1]
    return tuple(found for at, found in enumerate(januaries) if at % every == 0)
