"""The picture of a map, for a reader whose browser draws none: everything it shows as plain numbers and words.

The template `picture.svg` only writes them down.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap

import shapely

from api.queries.map_point import GapGround, MapGround, MapPoint
from api.queries.neighbourhood import NeighbourhoodAnswer
from api.queries.street import Railway
from geo.category import Category
from geo.latlng import MILE_M, LatLng
from geo.place_kind import street_of
from geo.supply import SupplyState
from web.area_map import Answer, ring
from web.cartography import CELL_ZOOMS, FEW, radius_of
from web.language import Language
from web.picture_label import LETTER, Circle, Label, LabelPlaces
from web.picture_view import SIZE, View
from web.picture_word import PictureWords, plain

SMALLEST = 0.3  # of a circle's size, where the picture shows a whole county
SMALLER = 0.15  # of it, at each zoom that is further out than where the map has circles
CAPTION_SIZE = 11.5
LINE = 15.5
BAR_MILES = (0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50)
BAR_METRES = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
BAR_MOST = 120  # units
BAR_ROOM = 40  # under the map
SIGN_WIDTH = 30
LETTER_PLAIN = 0.53  # of a face that is not bold
GAP_SIZE = 13
GAP_LETTERS = 24  # of a line on hatched ground


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the caption: its base line and words, the sign of the legend before it, and whether it is set in."""

    y: float
    text: str
    sign: str
    inset: bool
    bold: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of the scale bar: its length in units, and what that is on the ground."""

    length: float
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What a picture shows of its place.

    Attributes:
        category: the one counted; `None` for all.
        railway: what is done with British Transport Police's crimes.
        snap_id: the snap point whose ground is outlined; `None` for none.
    """

    category: Category | None = None
    railway: Railway = Railway.WITH
    snap_id: int | None = None


@dataclass(frozen=True)
class Picture:
    """A picture, ready to be written down; every length in units of which the map has `SIZE` each way.

    Attributes:
        title: what it shows, in a few words.
        told: the rest of it in sentences, for those who do not see it.
        height: of the whole, caption included.
        outlines: path of the borders of neighbourhoods.
        own: path of the reader's own neighbourhood.
        gaps: path and supply state of ground that is not whole; all of the map where nothing at all is known.
        gap_words: what is not known, written on that ground.
        ring: path of the circle.
        estimated: path of the ground that a chosen snap point stands for.
        here: the postcode's own place, called `here_name`.
        circles: snap points, largest first, so that small ones lie over large ones.
        labels: numbers and names.
        bars: miles, metres.
        north: what the arrow points to.
        caption: under the map.
    """

    title: str
    told: str
    height: float
    outlines: str
    own: str
    gaps: tuple[tuple[str, str], ...]
    gap_words: tuple[Label, ...]
    ring: str
    estimated: str
    here: tuple[float, float] | None
    here_name: str
    circles: tuple[Circle, ...]
    labels: tuple[Label, ...]
    bars: tuple[Bar, ...]
    north: str
    caption: tuple[Line, ...]


def view_of(answer: Answer) -> View:
    """The ground of a page's picture: the circle, or the neighbourhood."""
    if isinstance(answer, NeighbourhoodAnswer):
        return View.round(answer.bounds)
    lngs, lats = zip(*ring(answer.position, answer.radius_m), strict=True)
    return View.round((min(lngs), min(lats), max(lngs), max(lats)))


def picture_of(
    answer: Answer,
    ground: MapGround,
    language: Language,
    shown: Shown,
    sources: Sequence[str],
    estimated: shapely.Polygon | None = None,
) -> Picture:
    """The picture of what a page states.

    Args:
        answer: the page's.
        ground: what lies within `view_of(answer).bounds`, of the same month and category.
        language: of the words.
        shown: what of it.
        sources: whose data they are, in sentences.
        estimated: the ground that the chosen snap point stands for, in degrees, axis order lng, lat.
    """
    view, words = view_of(answer), PictureWords(answer, language)
    gaps = _gaps(answer, ground)
    if not words.known and not gaps:
        gaps = (GapGround(None, SupplyState.NOT_HELD, shapely.box(*view.bounds)),)
    near = None if isinstance(answer, NeighbourhoodAnswer) else answer
    here = None if near is None else view.point(near.position)
    places = _places(here)
    gap_words = tuple(_gap_words(view, gaps, words, places))
    circles = tuple(_circle(point, view) for point in ground.points)
    caption, height = _caption(words, shown, ground, hatched=bool(gaps), sources=sources)
    own = answer.neighbourhood.ref if answer.neighbourhood else None
    return Picture(
        title=words.title,
        told=" ".join((words.heading(shown.category), *words.counted(shown.railway), *words.caveats, words.tables)),
        height=height,
        outlines=view.lines([one.shape for one in ground.outlines]),
        own="".join(view.path(one.shape) for one in ground.outlines if one.ref == own),
        gaps=tuple((view.path(gap.shape), str(gap.state)) for gap in gaps),
        gap_words=gap_words,
        ring="" if near is None else view.path(shapely.Polygon(ring(near.position, near.radius_m))),
        estimated="" if estimated is None else view.path(estimated),
        here=here,
        here_name="" if near is None else near.postcode.spaced,
        circles=circles,
        labels=tuple(places.labels(circles, words.near, FEW, language.number)),
        bars=tuple(_bars(view, words)),
        north=words.north,
        caption=caption,
    )


def _places(here: tuple[float, float] | None) -> LabelPlaces:
    """Where labels may stand: not over the postcode's own place and its name."""
    places = LabelPlaces(SIZE, SIZE)
    if here is not None:
        x, y = here
        places.taken += [(x - 36, y - 26, x + 36, y - 8), (x - 8, y - 8, x + 8, y + 8)]
    return places


def _gaps(answer: Answer, ground: MapGround) -> tuple[GapGround, ...]:
    """All ground that is not whole, with what the page itself knows to be nobody's that is held."""
    unknown = answer.unknown_ground
    if unknown is None or any(gap.force is None for gap in ground.gaps):
        return ground.gaps
    return (*ground.gaps, GapGround(None, SupplyState.NOT_HELD, unknown.outline))


def _circle(point: MapPoint, view: View) -> Circle:
    x, y = view.point(point.position)
    further = max(CELL_ZOOMS[1] - view.zoom, 0)
    radius = radius_of(point.n, view.zoom) * max(1 - SMALLER * further, SMALLEST)
    return Circle(x, y, round(radius, 1), point.n, plain(street_of(point.name) or ""))


def _gap_words(view: View, gaps: Sequence[GapGround], words: PictureWords, places: LabelPlaces) -> Iterator[Label]:
    """Whose ground is hatched and what is not known of it, in the middle of it or as near as there is room."""
    for gap in gaps:
        lines = [line for text in words.gap(gap) for line in wrap(text, GAP_LETTERS)]
        middle = gap.shape.representative_point()
        x, y = view.point(LatLng(middle.y, middle.x))
        yield from places.lines(x, y, lines, GAP_SIZE)


def _bars(view: View, words: PictureWords) -> Iterator[Bar]:
    """The longest round lengths that there is room for, in miles and in metres."""
    most = BAR_MOST / view.units_a_metre
    miles = max((n for n in BAR_MILES if n * MILE_M <= most), default=BAR_MILES[0])
    metres = max((n for n in BAR_METRES if n <= most), default=BAR_METRES[0])
    yield Bar(round(miles * MILE_M * view.units_a_metre, 1), words.miles(miles))
    yield Bar(round(metres * view.units_a_metre, 1), words.metres(metres))


def _caption(
    words: PictureWords, shown: Shown, ground: MapGround, *, hatched: bool, sources: Sequence[str]
) -> tuple[tuple[Line, ...], float]:
    """The lines under the map, and the height of the whole picture."""
    paragraphs = [
        ("", True, words.title),
        ("", True, words.heading(shown.category)),
        *(("", False, text) for text in words.counted(shown.railway)),
        *((sign, False, text) for sign, text in words.legend(ground, hatched=hatched)),
        *((("estimated", False, words.estimated),) if shown.snap_id is not None else ()),
        *(("", False, text) for text in (*words.caveats, *map(plain, sources))),
    ]
    lines, y = [], SIZE + BAR_ROOM + LINE
    for sign, bold, text in paragraphs:
        wide = SIZE - (SIGN_WIDTH if sign else 0) - 16
        for at, part in enumerate(wrap(text, int(wide / (CAPTION_SIZE * (LETTER if bold else LETTER_PLAIN))))):
            lines.append(Line(round(y, 1), part, sign if at == 0 else "", bool(sign), bold))
            y += LINE
        y += 3
    return tuple(lines), round(y - LINE / 2, 1)
