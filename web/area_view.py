"""An area's answer, arranged for its page: which figures may be stated, and in which order."""

from dataclasses import dataclass
from datetime import date

from api.queries.area import AreaAnswer, CategoryCount, SupplyGap
from api.queries.street import StreetCount
from geo.category import Category
from geo.month import Month
from geo.place_kind import street_of
from geo.supply import SupplyState
from geo.words import Words
from web.chart import Chart, chart_of

METRES_A_MILE = 1_609.344
OLD_MONTHS = 3  # figures older than a healthy supply makes them
POLICE_SCOTLAND = (Words("Police Scotland"), "https://www.scotland.police.uk/")


@dataclass(frozen=True, slots=True)
class CountRow:
    """One category. A count of `None` is not known: the figures are not whole, and nought would be a claim."""

    category: Category
    in_circle: int | None
    in_neighbourhood: int | None
    chosen: bool


@dataclass(frozen=True)
class AreaView:
    """What an area page says.

    Attributes:
        answer: what was asked of the release.
        chosen: the category the reader picked out, if any.
        today: the day the page is made, which tells whether the next month is late.
    """

    answer: AreaAnswer
    chosen: Category | None
    today: date

    @property
    def name(self) -> str:
        """What the page is headed by: the neighbourhood, or the postcode where it has none or only an id."""
        found = self.answer.neighbourhood
        return found.name if found and found.name != found.ref.id else self.answer.postcode.spaced

    @property
    def police(self) -> tuple[str, str | None] | None:
        """Whom to turn to, and their web site: the place's own force, or Scotland's; `None` where nobody can tell."""
        if self.answer.force is not None:
            return self.answer.force.name, self.answer.force.url
        return POLICE_SCOTLAND if self.scottish else None

    @property
    def scottish(self) -> bool:
        """Whether the place itself lies in Scotland."""
        ground = self.answer.unknown_ground
        return self.answer.force is None and ground is not None and ground.country == "Scotland"

    @property
    def stated(self) -> bool:
        """Whether there are figures to state at all: none of the circle's are, where its own force does not count."""
        counting = self.answer.force is None or self.answer.force_total is not None
        return counting and self.answer.circle_total is not None

    @property
    def circle_whole(self) -> bool:
        """Whether everybody who records crimes in the circle supplied the month; without boundaries nobody can tell."""
        answer = self.answer
        return answer.force is not None and not (answer.gaps or answer.unknown_ground or self.railway_gap)

    @property
    def neighbourhood_whole(self) -> bool:
        """Whether the place's own force and the railway's supplied the month."""
        return self.answer.state is SupplyState.SUPPLIED and not self.railway_gap

    @property
    def circle_n(self) -> int | None:
        """Of the chosen category, or of all, within one mile; `None` where that is not known."""
        return self._n([row.in_circle for row in self._asked], whole=self.circle_whole)

    @property
    def neighbourhood_n(self) -> int | None:
        """The same of the neighbourhood."""
        return self._n([row.in_neighbourhood for row in self._asked], whole=self.neighbourhood_whole)

    @property
    def own_gap(self) -> SupplyGap | None:
        """What is missing of the place's own force."""
        force = self.answer.force
        return next((gap for gap in self.answer.gaps if force is not None and gap.force.id == force.id), None)

    @property
    def other_gaps(self) -> tuple[SupplyGap, ...]:
        """What is missing of the other forces that the circle touches."""
        return tuple(gap for gap in self.answer.gaps if gap != self.own_gap)

    @property
    def railway_gap(self) -> bool:
        """Whether British Transport Police's figures are missing from these."""
        return self.answer.railway_state not in (None, SupplyState.SUPPLIED)

    @property
    def unknown_percent(self) -> int:
        """How much of the circle lies where nothing is held, in whole percent, at least 1."""
        ground = self.answer.unknown_ground
        return max(1, round(100 * ground.share)) if ground else 0

    @property
    def rows(self) -> tuple[CountRow, ...]:
        """The categories, most in the circle first; equals in the published order."""
        ordered = sorted(self.answer.counts, key=lambda count: -(count.in_circle or 0))
        return tuple(self._row(count) for count in ordered)

    @property
    def most(self) -> CountRow | None:
        """The category with most crimes held in the circle, where there is just one."""
        first, second = self.rows[:2]
        return first if first.in_circle and first.in_circle != second.in_circle else None

    @property
    def chart(self) -> Chart:
        """The circle's column of the table, drawn."""
        return chart_of([(row.category.name, row.in_circle, row.chosen) for row in self.rows])

    @property
    def newest(self) -> Month:
        """The newest month that counts for the place's own force."""
        return self.answer.next_month.back(1)

    @property
    def late(self) -> bool:
        """Whether the day on which the next month was due has passed."""
        return self.today > self.answer.next_due

    @property
    def age_months(self) -> int:
        """Months since the month shown, where they are more than a healthy supply takes; else 0."""
        shown = self.answer.month
        age = (self.today.year - shown.year) * 12 + self.today.month - shown.month
        return age if age > OLD_MONTHS else 0

    @property
    def _asked(self) -> tuple[CategoryCount, ...]:
        return tuple(count for count in self.answer.counts if self.chosen in (None, count.category))

    def _n(self, counts: list[int | None], *, whole: bool) -> int | None:
        known = [n for n in counts if n is not None]
        return _known(sum(known), whole) if known or whole else None

    def _row(self, count: CategoryCount) -> CountRow:
        return CountRow(
            count.category,
            _known(count.in_circle, self.circle_whole),
            _known(count.in_neighbourhood, self.neighbourhood_whole),
            count.category == self.chosen,
        )


def street_name(street: StreetCount) -> str | None:
    """What stands after "On or near" in a street's published name; `None` for an unnamed one."""
    return street_of(street.name)


def begun(sentence: str) -> str:
    """The sentence with a capital first letter, and the rest as it is."""
    return sentence[:1].upper() + sentence[1:]


def miles(street: StreetCount) -> float:
    """How far away, in miles to one decimal."""
    return round(street.distance_m / METRES_A_MILE, 1)


def _known(n: int | None, whole: bool) -> int | None:
    return n if n or whole else None  # of figures that are not whole, a nought may be a gap
