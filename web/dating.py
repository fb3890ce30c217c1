"""Which month a page's figures are of, which issue they are from, and whether the next is late."""

from dataclasses import dataclass
from datetime import date, datetime

from api.queries.due import Issue
from geo.month import Month
from geo.supply import SupplyState
from web.area_view import OLD_MONTHS


@dataclass(frozen=True)
class Dating:
    """What the templates `area/lede.html` and `area/issue.html` ask for, on pages that are about a force's own figures.

    Attributes:
        issue: of the figures.
        first: the first month of them, where they are of more than one.
        generation: first month of the boundaries that they are counted in.
        release_id: the release they come from.
        stated: whether anything is counted of them.
        today: the day the page is made, which tells whether the next month is late.
    """

    issue: Issue
    first: Month
    generation: Month | None
    release_id: str
    stated: bool
    today: date
    chosen: None = None  # no category goes along with the way to the newest month

    @property
    def month(self) -> Month:
        """The month of the figures, or the last of them."""
        return self.issue.month

    @property
    def newest(self) -> Month:
        """The newest month that counts for the force."""
        return self.issue.newest

    @property
    def next_month(self) -> Month:
        """The month after the newest."""
        return self.issue.next_month

    @property
    def next_due(self) -> date:
        """About when it is due."""
        return self.issue.next_due

    @property
    def next_state(self) -> SupplyState:
        """Its supply state."""
        return self.issue.next_state

    @property
    def published(self) -> Month | None:
        """The monthly issue of the data in which the month's file appeared; `None` where no file is held."""
        return self.issue.published

    @property
    def loaded_at(self) -> datetime | None:
        """When that file was loaded here, UTC; `None` likewise."""
        return self.issue.loaded_at

    @property
    def late(self) -> bool:
        """Whether the day on which the next month was due has passed."""
        return self.today > self.next_due

    @property
    def age_months(self) -> int:
        """Months since the month shown, where they are more than a healthy supply takes; else 0."""
        age = (self.today.year - self.month.year) * 12 + self.today.month - self.month.month
        return age if age > OLD_MONTHS else 0
