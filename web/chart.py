"""A bar chart as plain numbers: where each bar of an SVG lies. The template only writes them down."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 340  # as wide as a phone's column, so that its letters are of full size there
ROW_HEIGHT = 38
BAR_TOP = 19  # under the label
BAR_HEIGHT = 12
NUMBER_ROOM = 52  # right of the longest bar, for its number


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of the chart.

    Attributes:
        label: what is counted.
        n: how many; `None` where that is not known.
        top: y of the row.
        length: the bar's length, nought only where `n` is nought or unknown.
        chosen: whether the reader asked for this row.
    """

    label: str
    n: int | None
    top: int
    length: float
    chosen: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars under one another, on a scale that starts at nought."""

    bars: tuple[Bar, ...]

    @property
    def height(self) -> int:
        """Of the whole drawing."""
        return len(self.bars) * ROW_HEIGHT

    @property
    def largest(self) -> Bar | None:
        """The longest bar, the first of equals; `None` where nothing was counted."""
        return max((bar for bar in self.bars if bar.n), key=lambda bar: bar.n or 0, default=None)


def chart_of(rows: Sequence[tuple[str, int | None, bool]]) -> Chart:
    """The chart of rows of (label, count, chosen), in the order given."""
    most = max((n or 0 for _, n, _ in rows), default=0)
    return Chart(
        tuple(
            Bar(label, n, index * ROW_HEIGHT, _length(n or 0, most), chosen)
            for index, (label, n, chosen) in enumerate(rows)
        )
    )


def _length(n: int, most: int) -> float:
    """A bar's length; the smallest count still shows."""
    return max(2.0, round(n / most * (WIDTH - NUMBER_ROOM), 1)) if n else 0.0
