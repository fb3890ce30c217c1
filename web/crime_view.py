"""What was recorded here, arranged for its page: one filter, one list of streets, 25 at a time."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from api.queries.area import AreaAnswer
from api.queries.neighbourhood import NeighbourhoodAnswer
from api.queries.street import OneStreet, Railway, StreetAnswer, StreetCount
from geo.category import Category
from geo.errors import BadParameter
from geo.place_name import folded
from geo.supply import SupplyState
from web.area_view import AreaView, street_name
from web.neighbourhood_view import NeighbourhoodView
from web.radius import USUAL

STREETS_A_PAGE = 25
ALL_STREETS = 1_000_000  # of a page that is a file: a second page would want a query


class Order(StrEnum):
    """How the streets are sorted."""

    MOST = "most"
    NAME = "name"
    NEAREST = "nearest"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader chose besides the month.

    Attributes:
        category: `None` for all.
        radius: of the circle in miles, as addresses write it.
        railway: what is done with British Transport Police's crimes.
        order: of the streets.
        at: the page of streets, from 1.
        snap_id: the one whose crimes are shown; `None` for none.
    """

    category: Category | None
    radius: str
    railway: Railway
    order: Order
    at: int
    snap_id: int | None


@dataclass(frozen=True)
class CrimeView:
    """What the page says.

    Attributes:
        answer: the place and its month.
        view: which of its figures may be stated.
        asked: what the reader chose.
        found: what was recorded, of the railway's as chosen; `None` where no figure may be stated.
        street: the one that was chosen.
        address: of the page, without prefix and query.
        download: the query of `/v1/crimes` for the same crimes.
        railway_mapped: whether the map, too, leaves the railway's crimes out or shows them alone.
        a_page: streets on one page.
    """

    answer: AreaAnswer | NeighbourhoodAnswer
    view: AreaView | NeighbourhoodView
    asked: Asked
    found: StreetAnswer | None
    street: OneStreet | None
    address: str
    download: str
    railway_mapped: bool
    a_page: int = STREETS_A_PAGE

    @property
    def whole(self) -> bool:
        """Whether everybody whose crimes are counted supplied the month."""
        forces = self._ground_known if self.asked.railway is Railway.ONLY else self._forces_whole
        railway = self.asked.railway is Railway.WITHOUT or not self.view.railway_gap
        return forces and railway

    @property
    def n(self) -> int | None:
        """How many were recorded; `None` where that is not known: of figures that are not whole, nought is a gap."""
        return None if self.found is None or not (self.found.n or self.whole) else self.found.n

    @property
    def rows(self) -> tuple[tuple[Category, int], ...]:
        """Crimes of each category that occurs, most first."""
        counted = self.found.by_category.items() if self.found else ()
        return tuple(sorted(counted, key=lambda row: (-row[1], row[0].code)))

    @property
    def pages(self) -> int:
        """How many pages the streets take; at least one."""
        return max(1, -(-len(self._streets) // self.a_page))

    @property
    def at(self) -> int:
        """The page that is shown: of one that is not there, the nearest that is."""
        return min(self.asked.at, self.pages)

    @property
    def streets(self) -> tuple[StreetCount, ...]:
        """The streets of that page, sorted as asked."""
        keys = {
            Order.MOST: lambda one: (-one.n, one.distance_m, one.snap_id),
            Order.NAME: lambda one: (street_name(one) is None, folded(street_name(one) or ""), -one.n, one.snap_id),
            Order.NEAREST: lambda one: (one.distance_m, one.snap_id),
        }
        first = (self.at - 1) * self.a_page
        return tuple(sorted(self._streets, key=keys[self.asked.order])[first : first + self.a_page])

    @property
    def streets_n(self) -> int:
        """How many snap points carry any."""
        return len(self._streets)

    def link(self, **changes: str) -> str:
        """The address of the same page with something chosen otherwise; what is usual is left out of it."""
        usual = {"radius": USUAL, "railway": Railway.WITH.value, "order": Order.MOST.value, "page": "1"}
        chosen = {
            "month": str(self.answer.month),
            "category": self.asked.category.slug if self.asked.category else "",
            "radius": self.asked.radius,
            "railway": self.asked.railway.value,
            "order": self.asked.order.value,
            **changes,
        }
        kept = {name: value for name, value in chosen.items() if value and usual.get(name) != value}
        return f"{self.address}?{urlencode(kept)}"

    @property
    def _streets(self) -> tuple[StreetCount, ...]:
        return self.found.streets if self.found else ()

    @property
    def also(self) -> dict[str, str]:
        """What the picture of the map is asked for besides month and category; what is usual is left out."""
        chosen = {
            "radius": self.asked.radius if self.asked.radius != USUAL else "",
            "railway": self.asked.railway.value if self.asked.railway is not Railway.WITH else "",
            "street": str(self.street.snap_id) if self.street else "",
        }
        return {name: value for name, value in chosen.items() if value}

    @property
    def _ground_known(self) -> bool:
        """Whether all of the circle lies where somebody publishes."""
        return not (isinstance(self.answer, AreaAnswer) and self.answer.unknown_ground)

    @property
    def _forces_whole(self) -> bool:
        answer = self.answer
        if isinstance(answer, AreaAnswer):
            return answer.force is not None and not (answer.gaps or answer.unknown_ground)
        return answer.state is SupplyState.SUPPLIED


def page_number(written: str) -> int:
    """The number of a page as an address writes it; of anything else, the first."""
    return max(int(written), 1) if written.isascii() and written.isdigit() and len(written) < 5 else 1


def chosen_in(kind: type[StrEnum], written: str) -> str:
    """One of a few words that an address may hold; the first where it holds none.

    Raises:
        BadParameter: another word.
    """
    words = [str(one) for one in kind]
    if written and written not in words:
        raise BadParameter(
            "%(typed)r is not one of the choices here: %(words)s.", typed=written, words=", ".join(words)
        )
    return written or words[0]


def snap_id_of(written: str) -> int | None:
    """The snap point that an address names; `None` where it names none.

    Raises:
        BadParameter: not a number.
    """
    if not written:
        return None
    if not (written.isascii() and written.isdigit() and len(written) < 11):
        raise BadParameter("The number of a street is not a number; choose a street from the list.")
    return int(written)
