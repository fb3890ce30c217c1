"""The neighbourhoods of the two forces, grown along streets from their centres, in two generations."""

import heapq
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

import shapely
from shapely import MultiPolygon, Point, Polygon, STRtree

from geo.month import Month
from ingest.demo.ground import GRID_DEGREES, LAT_DEGREE_M, LNG_DEGREE_M, metres_to_lnglat, point_to_latlng

DOGGERLAND, SILVER_PIT = "doggerland", "silver-pit"
FIRST_GENERATION, SECOND_GENERATION = Month(2024, 10), Month(2026, 1)
COUNTRY_PENALTY = 3.0  # a step over a town's edge counts as three, so that neighbourhoods like to end there


@dataclass(frozen=True)
class Beat:
    """A neighbourhood's force, id and name, and the place (kilometres) it grows from."""

    force: str
    id: str
    name: str
    x_km: float
    y_km: float


BEATS = (
    Beat(DOGGERLAND, "DG01", "Doggerton Centre", -1.3, -1.9),
    Beat(DOGGERLAND, "DG02", "Old Quay and Harbourside", -0.4, -2.7),
    Beat(DOGGERLAND, "DG03", "Northgate", -1.5, -0.4),
    Beat(DOGGERLAND, "DG04", "Fisher Hill", -2.6, -0.9),
    Beat(DOGGERLAND, "DG05", "Racecourse & Westbank", -2.9, -1.9),
    Beat(DOGGERLAND, "DG06", "Mammoth Fields", -2.5, -3.1),
    Beat(DOGGERLAND, "DG07", "Southernmost Rough", -1.0, -3.6),
    Beat(DOGGERLAND, "DG08", "Bridge End", 0.4, -0.7),
    Beat(DOGGERLAND, "DG09", "Cleaverby Town", -7.0, 4.3),
    Beat(DOGGERLAND, "DG10", "Well Bank and the Ness", -5.0, 6.6),
    Beat(DOGGERLAND, "DG11", "Skate Hole", -9.5, 0.5),
    Beat(DOGGERLAND, "DG12", "Markham's Hole", -6.4, -4.1),
    Beat(DOGGERLAND, "DG13", "Llanfôr a'r Llyn", -3.9, 2.3),
    Beat(DOGGERLAND, "DG14", "Botney West", 1.4, 6.6),
    Beat(DOGGERLAND, "DG15", "Botney East", 2.4, 6.6),
    Beat(DOGGERLAND, "DG16", "Reindeer Moor", 0.6, 3.0),
    Beat(DOGGERLAND, "DG17", "The Levels", -6.2, -0.9),
    Beat(DOGGERLAND, "DG18", "Cleaverby Rural", -8.4, 3.2),
    Beat(DOGGERLAND, "DG19", "Southern Cliffs", -3.1, -5.4),
    Beat(SILVER_PIT, "SP.A1", "Port Silver Quayside", 8.4, 1.4),
    Beat(SILVER_PIT, "SP.A2", "Port Silver North", 7.9, 2.6),
    Beat(SILVER_PIT, "SP.A3", "Station and Brewery", 7.0, 1.5),
    Beat(SILVER_PIT, "SP.A4", "Port Silver South", 7.9, 0.4),
    Beat(SILVER_PIT, "SP.B1", "Oysterfleet Central", 5.3, -4.3),
    Beat(SILVER_PIT, "SP.B2", "Oysterfleet Haven", 4.6, -5.3),
    Beat(SILVER_PIT, "SP.B3", "Oysterfleet East", 6.2, -4.2),
    Beat(SILVER_PIT, "SP.C1", "Sole Pit", 4.1, 2.6),
    Beat(SILVER_PIT, "SP.C2", "Swarte and the Horn", 5.6, 5.6),
    Beat(SILVER_PIT, "SP.C3", "Silver Coast", 7.2, -2.2),
    Beat(SILVER_PIT, "SP.C4", "Middle Levels", 3.0, -1.0),
    Beat(SILVER_PIT, "SP.D1", "Silver Holm", 10.0, -8.0),
    Beat(SILVER_PIT, "Tail End", "Tail End & the Light", 11.8, 7.8),
)
MERGED = (("DG14", "DG15"), Beat(DOGGERLAND, "DG20", "Botney", 1.9, 6.6))
SPLIT = (
    "DG06",
    (Beat(DOGGERLAND, "DG21", "Sea View", -2.9, -3.6), Beat(DOGGERLAND, "DG22", "Mammoth Fields", -2.1, -2.8)),
)


@dataclass(frozen=True)
class Neighbourhood:
    """A neighbourhood with its polygon in degrees (longitude first), vertices on the six-decimal grid."""

    beat: Beat
    shape: Polygon


@dataclass(frozen=True)
class Policing:
    """Both generations of all neighbourhoods, oldest first, and the forces' areas they tile."""

    generations: tuple[tuple[Month, tuple[Neighbourhood, ...]], ...]
    areas: dict[str, MultiPolygon]


def police(parcels: list[tuple[Polygon, bool]]) -> Policing:
    """The neighbourhoods made of parcels (metres; the flag says built-up); no gap, no overlap."""
    cells, built = _cells(parcels)
    steps = _steps(cells, built)
    tree = STRtree(cells)
    first = _grow(steps, BEATS, [_cell_at(tree, beat) for beat in BEATS], range(len(cells)))
    second = dict(first)
    merged_ids, merged = MERGED
    second |= {cell: merged for cell, beat in first.items() if beat.id in merged_ids}
    split_id, halves = SPLIT
    whole = [cell for cell, beat in first.items() if beat.id == split_id]
    whole.sort(key=lambda cell: (cells[cell].centroid.y, cell))  # from its southernmost and northernmost ends
    second |= _grow(steps, halves, [whole[0], whole[-1]], whole)
    areas = {
        force: _multi(shapely.coverage_union_all([cells[cell] for cell, beat in first.items() if beat.force == force]))
        for force in (DOGGERLAND, SILVER_PIT)
    }
    return Policing(
        ((FIRST_GENERATION, _dissolved(cells, first)), (SECOND_GENERATION, _dissolved(cells, second))), areas
    )


def _cells(parcels: list[tuple[Polygon, bool]]) -> tuple[list[Polygon], list[bool]]:
    """The parcels as a coverage in degrees: every shared edge has the same vertices on both sides."""
    shapes = [metres_to_lnglat(shape) for shape, _ in parcels]
    edges = shapely.union_all([shape.boundary for shape in shapes], grid_size=GRID_DEGREES)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(edges)))
    middles = shapely.point_on_surface(faces)
    nearest = STRtree(shapes).nearest(middles)
    return list(faces), [parcels[parcel][1] for parcel in nearest.tolist()]


def _steps(cells: list[Polygon], built: list[bool]) -> dict[int, list[tuple[int, float]]]:
    """From each cell to those it shares an edge with, and how far apart their middles are (metres, with penalty)."""
    sides: defaultdict[tuple[object, object], list[int]] = defaultdict(list)
    for number, cell in enumerate(cells):
        for ring in (cell.exterior, *cell.interiors):
            for a, b in pairwise(ring.coords):
                sides[(a, b) if a < b else (b, a)].append(number)
    middles = [(point.x * LNG_DEGREE_M, point.y * LAT_DEGREE_M) for point in (cell.centroid for cell in cells)]
    steps: defaultdict[int, dict[int, float]] = defaultdict(dict)
    for pair in sides.values():
        if len(pair) == 2 and pair[0] != pair[1]:
            a, b = pair
            (ax, ay), (bx, by) = middles[a], middles[b]
            far = round(((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5, 3) * (COUNTRY_PENALTY if built[a] != built[b] else 1)
            steps[a][b] = steps[b][a] = far
    return {cell: sorted(beyond.items()) for cell, beyond in steps.items()}


def _cell_at(tree: STRtree, beat: Beat) -> int:
    """The cell that a beat grows from."""
    lat, lng = point_to_latlng(beat.x_km * 1_000, beat.y_km * 1_000)
    return int(tree.nearest(Point(lng, lat)))


def _grow(
    steps: dict[int, list[tuple[int, float]]], beats: tuple[Beat, ...], starts: list[int], allowed: range | list[int]
) -> dict[int, Beat]:
    """Each allowed cell's beat: the nearest by steps over shared edges, so each beat is one piece."""
    free = set(allowed)
    queue = [(0.0, order, start) for order, start in enumerate(starts)]  # in order already, so a heap
    grown: dict[int, Beat] = {}
    while queue:
        far, order, cell = heapq.heappop(queue)
        if cell not in free:
            continue
        free.remove(cell)
        grown[cell] = beats[order]
        for beyond, step in steps.get(cell, ()):
            if beyond in free:
                heapq.heappush(queue, (far + step, order, beyond))
    return grown


def _dissolved(cells: list[Polygon], grown: dict[int, Beat]) -> tuple[Neighbourhood, ...]:
    by_beat: defaultdict[Beat, list[Polygon]] = defaultdict(list)
    for cell, beat in sorted(grown.items()):
        by_beat[beat].append(cells[cell])
    ordered = sorted(by_beat.items(), key=lambda entry: (entry[0].force, entry[0].id))
    return tuple(Neighbourhood(beat, shapely.normalize(shapely.coverage_union_all(pieces))) for beat, pieces in ordered)


def _multi(area: Polygon | MultiPolygon) -> MultiPolygon:
    return shapely.normalize(area if isinstance(area, MultiPolygon) else MultiPolygon([area]))
