"""A neighbourhood's answer, arranged for its page: which figures may be stated, and in which order."""

from dataclasses import dataclass
from datetime import date

from api.queries.neighbourhood import NeighbourhoodAnswer, NeighbourhoodCount
from geo.category import Category
from geo.month import Month
from geo.supply import SupplyState
from web.area_view import OLD_MONTHS
from web.chart import Chart, chart_of


@dataclass(frozen=True)
class NeighbourhoodView:
    """What a neighbourhood's page says of crime.

    Attributes:
        answer: what was asked of the release.
        chosen: the category the reader picked out, if any.
        today: the day the page is made, which tells whether the next month is late.
    """

    answer: NeighbourhoodAnswer
    chosen: Category | None
    today: date

    @property
    def stated(self) -> bool:
        """Whether there are figures to state at all."""
        return self.answer.force_total is not None and self.answer.total is not None

    @property
    def whole(self) -> bool:
        """Whether everybody who records crimes here supplied the month."""
        return self.answer.state is SupplyState.SUPPLIED and not self.railway_gap

    @property
    def railway_gap(self) -> bool:
        """Whether British Transport Police's figures are missing from these."""
        return self.answer.railway_state not in (None, SupplyState.SUPPLIED)

    @property
    def rows(self) -> tuple[NeighbourhoodCount, ...]:
        """The categories, most first; a nought of figures that are not whole may be a gap, and is not known."""
        known = (NeighbourhoodCount(one.category, one.n if one.n or self.whole else None) for one in self.answer.counts)
        return tuple(sorted(known, key=lambda one: -(one.n or 0)))

    @property
    def chart(self) -> Chart:
        """The table's column, drawn."""
        return chart_of([(row.category.name, row.n, row.category == self.chosen) for row in self.rows])

    @property
    def n(self) -> int | None:
        """Of the chosen category, or of all; `None` where that is not known."""
        n = sum(row.n or 0 for row in self.answer.counts if self.chosen in (None, row.category))
        return n if self.stated and (n or self.whole) else None

    @property
    def late(self) -> bool:
        """Whether the day on which the next month was due has passed."""
        return self.today > self.answer.next_due

    @property
    def newest(self) -> Month:
        """The newest month that counts for the force."""
        return self.answer.next_month.back(1)

    @property
    def age_months(self) -> int:
        """Months since the month shown, where they are more than a healthy supply takes; else 0."""
        shown = self.answer.month
        age = (self.today.year - shown.year) * 12 + self.today.month - shown.month
        return age if age > OLD_MONTHS else 0
