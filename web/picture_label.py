"""Where the numbers and names of a picture go: on or beside their circles, and never over one another."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

NUMBER_SIZE = 11.0
NAME_SIZE = 11.0
LETTER = 0.6  # width of a letter beside its height: of bold Noto Sans, the widest face that may be at hand
NAMES_AMONG = 4  # of the largest: as many as there is room for
LEAST_INSIDE = 8.0  # radius from which a number of one or two digits stands within its circle
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Circle:
    """A snap point as it is drawn: its middle and radius in the picture's units, its count and its street."""

    x: float
    y: float
    radius: float
    n: int
    street: str


@dataclass(frozen=True, slots=True)
class Label:
    """A text and the middle of its base line; `inside` is set on its circle, `name` is a street and not a number."""

    x: float
    y: float
    text: str
    inside: bool = False
    name: bool = False


@dataclass
class LabelPlaces:
    """Finds free places.

    Attributes:
        width: of the picture, in its units.
        height: of the picture.
        taken: boxes (left, top, right, bottom) in which nothing more may be written.
    """

    width: float
    height: float
    taken: list[Box] = field(default_factory=list)

    def labels(
        self, circles: Sequence[Circle], near: str, least: int, number: Callable[[float], str]
    ) -> Iterator[Label]:
        """Labels of circles, in their order: the streets of the largest, and numbers above `least`.

        Args:
            circles: most first.
            near: what stands above each street's name, "On or near".
            least: counts up to here have no number.
            number: writes a count.
        """
        named = [
            found for one in circles[:NAMES_AMONG] if one.street and (found := self._name(one, (near, one.street)))
        ]
        yield from (line for found in named for line in found)
        for circle in circles:
            if circle.n > least:
                yield from self._number(circle, number(circle.n))

    def lines(self, x: float, y: float, texts: Sequence[str], size: float) -> list[Label]:
        """Lines of text round a place, kept within the picture; moved up or down to where nothing else is written."""
        wide, tall = max(map(len, texts)) * size * LETTER, size * 1.2
        x = min(max(x, wide / 2 + 3), self.width - wide / 2 - 3)
        height = tall * len(texts)
        tops = [y - height / 2 + step * tall for step in (0, 2, -2, 4, -4, 6, -6, 8, -8)]
        top = next((top for top in tops if self._take((x - wide / 2, top, x + wide / 2, top + height))), None)
        if top is None:
            top = min(max(tops[0], 0), self.height - height)
        return [Label(round(x, 1), round(top + tall * (at + 0.8), 1), text) for at, text in enumerate(texts)]

    def _number(self, circle: Circle, text: str) -> Iterator[Label]:
        wide, reach = len(text) * NUMBER_SIZE * LETTER, circle.radius + 2
        inside = circle.radius >= max(LEAST_INSIDE, wide / 2 + 2)
        asides = [(reach + wide / 2, 0), (-reach - wide / 2, 0), (0, -reach - 5), (0, reach + 5)]
        for across, down in [*([(0.0, 0.0)] if inside else []), *asides]:
            x, y = circle.x + across, circle.y + down
            if self._take((x - wide / 2, y - NUMBER_SIZE / 2, x + wide / 2, y + NUMBER_SIZE / 2)):
                yield Label(x, y + NUMBER_SIZE * 0.36, text, inside=across == down == 0)
                return

    def _name(self, circle: Circle, lines: tuple[str, str]) -> list[Label]:
        wide, tall = max(map(len, lines)) * NAME_SIZE * LETTER, NAME_SIZE * 1.1
        reach = circle.radius + 2
        x = min(max(circle.x, wide / 2 + 3), self.width - wide / 2 - 3)
        for top in (
            circle.y + reach,
            circle.y - reach - 2 * tall,
            circle.y + reach + 11,
            circle.y - reach - 11 - 2 * tall,
        ):
            if self._take((x - wide / 2, top, x + wide / 2, top + 2 * tall)):
                return [Label(x, top + tall * (at + 0.8), text, name=True) for at, text in enumerate(lines)]
        return []

    def _take(self, box: Box) -> bool:
        left, top, right, bottom = box
        within = left >= 0 and top >= 0 and right <= self.width and bottom <= self.height
        free = within and all(
            right <= other[0] or left >= other[2] or bottom <= other[1] or top >= other[3] for other in self.taken
        )
        if free:
            self.taken.append(box)
        return free
