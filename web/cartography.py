"""What the map looks like: sources and layers in the MapLibre style specification, and the colours its legend repeats.

Colour carries meaning once: one ramp from pale to dark for counts, told apart by lightness alone and so by any eye. A
number stands beside every dot. Ground whose figures are not whole is hatched, and says so in words.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from web.map import PMTILES, Layer, Source

CELL_ZOOMS = (4, 12)  # hexagons below zoom 12, snap points from there on, as the tiles hold them
TILE_MAXZOOM = 13  # nearer than this the same tiles are drawn larger
SOURCE_ZOOMS = (CELL_ZOOMS[0], TILE_MAXZOOM)
CELL_STEPS = ((1, "#ded3ee"), (10, "#b79ad9"), (50, "#8d63bd"), (200, "#64389a"), (1000, "#3b1764"))
GROUND_COLOUR = "#f1f2f0"  # where no base map is drawn
CELL_LINE = "#4d3d66"  # the palest hexagon is told from the ground by its edge
CELL_OPACITY = 0.82
POINT_COLOUR = "#64389a"
POINT_OPACITY = 0.8
NUMBER_COLOUR = "#2c1150"
HERE_COLOUR = "#14284b"
TEXT = {"text-font": ["Noto Sans Regular"]}
BOLD = {"text-font": ["Noto Sans Bold"]}
HALO = {"text-halo-color": "#ffffff", "text-halo-width": 1.6}

# The property that is counted, `n` or `c{code}`: the script changes this one word and nothing is fetched again. What
# the railway's police recorded of it is `r` or `r{code}`: left out, or counted alone, where the page says so.
_COUNTED_IN: list[Any] = ["to-string", ["global-state", "count"]]
_ALL: list[Any] = ["coalesce", ["get", _COUNTED_IN], 0]
_OF_RAILWAY: list[Any] = [
    "coalesce", ["get", ["case", ["==", _COUNTED_IN, "n"], "r", ["concat", "r", ["slice", _COUNTED_IN, 1]]]], 0,
]  # fmt: skip
COUNT: list[Any] = [
    "match", ["to-string", ["global-state", "railway"]], "without", ["-", _ALL, _OF_RAILWAY], "only", _OF_RAILWAY, _ALL,
]  # fmt: skip
FEW = 2  # up to here a dot of a month has no number until the map is near enough for all of them
FEW_A_YEAR = 12
ALL_NUMBERS_ZOOM = 14
FULL_SIZE_ZOOM = 15
NAMES_ZOOM = 15  # from here on dots stand far enough apart for their streets' names
UNNAMED = ("On or near ", "On or near")  # as published for a street without a name
NAME = ["get", "name"]
NEAR = "On or near "  # what most published names begin with
COUNTED: list[Any] = [">", COUNT, 0]


def tile_source(address: str, attribution: str | None = None) -> dict[str, Any]:
    """A vector source: either of a tile address with `{z}/{x}/{y}`, or of a whole archive, `pmtiles://...`."""
    where: dict[str, Any] = {"url": address} if address.startswith(PMTILES) else {"tiles": [address]}
    bounds = dict(zip(("minzoom", "maxzoom"), SOURCE_ZOOMS, strict=True)) if "tiles" in where else {}
    return {"type": "vector", **where, **bounds, **({"attribution": attribution} if attribution else {})}


def font_faces(addresses: Mapping[tuple[str, int], str]) -> dict[str, Any]:
    """The style's `font-faces`, of the addresses of our own files by (range, weight)."""
    ranges = {"latin": ["U+0000-00FF", "U+2000-206F"], "latin-ext": ["U+0100-02FF", "U+1E00-1EFF"]}
    names = {400: "Noto Sans Regular", 700: "Noto Sans Bold"}
    return {
        name: [{"url": addresses[part, weight], "unicode-range": ranges[part]} for part in ranges]
        for weight, name in names.items()
    }


def ground_layers(mapped: bool) -> list[Layer]:
    """The ground under the figures: plain, or the streets and water of the base map where there is one."""
    background = {"id": "background", "type": "background", "paint": {"background-color": GROUND_COLOUR}}
    if not mapped:
        return [Layer(background)]
    background["paint"] = {"background-color": "#cfdfea"}
    width = ["interpolate", ["exponential", 1.5], ["zoom"], 10, 0.4, 13, 2, 18, 18]
    casing = ["interpolate", ["exponential", 1.5], ["zoom"], 10, 0.8, 13, 3.4, 18, 22]
    return [
        Layer(background),
        _area("land", "#f5f4f0"),
        _area("park", "#dcead2"),
        _area("water", "#cfdfea"),
        Layer(_street("street-casing", "#c8c1b1", casing)),
        Layer(_street("street", "#ffffff", width)),
    ]


def figure_layers() -> list[Layer]:
    """Hexagons, for as long as snap points would crowd; over them the hatching of ground that is not whole."""
    hatch = ["match", ["get", "state"], "partial", "hatch-partial", "hatch-missing"]
    supply = {"source": "crime", "source-layer": "supply"}
    colour = ["step", COUNT, "rgba(0,0,0,0)", *(part for step in CELL_STEPS for part in step)]
    return [
        Layer(
            {
                "id": "cells", "type": "fill", "source": "crime", "source-layer": "cells",
                "minzoom": CELL_ZOOMS[0], "maxzoom": CELL_ZOOMS[1], "filter": COUNTED,
                "paint": {"fill-color": colour, "fill-opacity": CELL_OPACITY, "fill-outline-color": CELL_LINE},
            },
            popup="cell",
        ),
        Layer({"id": "supply", "type": "fill", **supply, "paint": {"fill-pattern": hatch}}, popup="supply"),
    ]  # fmt: skip


def radius_of(n: int, zoom: float) -> float:
    """The radius of a snap point's circle in pixels, by the rule of `point_layers`.

    >>> radius_of(1, 15), round(radius_of(100, 12), 1)
    (5.2, 17.5)
    """
    near = min(max((zoom - CELL_ZOOMS[1]) / (FULL_SIZE_ZOOM - CELL_ZOOMS[1]), 0), 1)
    return min(30, 3 + 2.2 * math.sqrt(n)) * (0.7 + 0.3 * near)


def point_layers() -> list[Layer]:
    """Snap points as circles whose area grows with the count, and the number beside each."""
    radius = ["min", 30, ["+", 3, ["*", 2.2, ["sqrt", COUNT]]]]
    points = {"source": "crime", "source-layer": "points", "minzoom": CELL_ZOOMS[1], "filter": COUNTED}
    steps = [CELL_ZOOMS[1], ["*", 0.7, radius], FULL_SIZE_ZOOM, radius]
    paint = {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], *steps],
        "circle-color": POINT_COLOUR, "circle-opacity": POINT_OPACITY,
        "circle-stroke-color": "#ffffff", "circle-stroke-width": 1.5,
    }  # fmt: skip
    layout = {
        **BOLD, "text-field": ["to-string", COUNT], "text-size": 13,
        "text-variable-anchor": ["left", "right", "top", "bottom"], "text-justify": "auto",
        "text-radial-offset": ["/", ["+", 3, radius], 13], "symbol-sort-key": ["-", 0, COUNT],
    }  # fmt: skip
    sort = {"circle-sort-key": ["-", 0, COUNT]}  # small circles lie over large ones
    numbered = [">", COUNT, ["step", ["zoom"], ["global-state", "few"], ALL_NUMBERS_ZOOM, 0]]
    return [
        Layer({"id": "points", "type": "circle", **points, "layout": sort, "paint": paint}, popup="point"),
        Layer(
            {
                "id": "point-numbers", "type": "symbol", **points, "filter": numbered,
                "layout": layout, "paint": {"text-color": NUMBER_COLOUR, **HALO},
            }
        ),
    ]  # fmt: skip


def point_name_layers(near: str, names: Mapping[str, str]) -> list[Layer]:
    """The published name beside each circle, once there is room: on or near which street it is.

    Args:
        near: "On or near" in the page's language.
        names: kinds of place that are called otherwise in it.
    """
    name = ["coalesce", ["get", "name"], ""]
    street = called(names, ["slice", name, len(NEAR)])
    said = ["case", ["==", ["slice", name, 0, len(NEAR)], NEAR], ["concat", f"{near} ", street], name]
    layout = {
        **TEXT, "text-field": ["match", name, list(UNNAMED), "", said], "text-size": 12, "text-max-width": 9,
        "text-variable-anchor": ["top", "bottom"], "text-radial-offset": 1.6, "text-optional": True,
        "symbol-sort-key": ["-", 0, COUNT],
    }  # fmt: skip
    points = {"source": "crime", "source-layer": "points", "minzoom": NAMES_ZOOM, "filter": COUNTED}
    paint = {"text-color": "#4a5261", **HALO}
    return [Layer({"id": "point-names", "type": "symbol", **points, "layout": layout, "paint": paint})]


def called(names: Mapping[str, str], name: list[Any]) -> list[Any]:
    """An expression of a name, or of what the page's language calls it where `names` has that."""
    return ["match", name, *(part for pair in names.items() for part in pair), name] if names else name


def supply_word_layers(words: Mapping[str, str], names: Mapping[str, str]) -> list[Layer]:
    """Whose hatched ground is and what it lacks, before any other name that stands there.

    Args:
        words: by supply state: `partial`, `not_supplied`, `not_held`.
        names: forces that are called otherwise in the page's language.
    """
    state = ["match", ["get", "state"], *(part for state in words.items() for part in state), ""]
    said = ["concat", called(names, NAME), "\n", state]
    layout = {
        **BOLD, "text-field": said, "text-size": 14, "text-padding": 20, "text-radial-offset": 0.8,
        "text-variable-anchor": ["center", "top", "bottom", "left", "right"],
    }  # fmt: skip
    paint = {"text-color": "#333333", **HALO, "text-halo-width": 2.5}
    return [
        Layer(
            {
                "id": "supply-words", "type": "symbol", "source": "crime", "source-layer": "supply",
                "layout": layout, "paint": paint,
            }
        )
    ]  # fmt: skip


def outline_layers(home: tuple[str, str] | None) -> list[Layer]:
    """Outlines of forces and neighbourhoods, the reader's own stronger.

    Args:
        home: (force id, neighbourhood id) of the reader's own, where known.
    """
    ground = {"source": "areas", "source-layer": "neighbourhoods", "minzoom": 9, "paint": {"fill-opacity": 0}}
    layers = [
        Layer({"id": "neighbourhood-ground", "type": "fill", **ground}, popup="neighbourhood"),  # unseen, but clicked
        Layer(_line("neighbourhoods", "#5d6675", 0.8, dash=[3, 2], minzoom=9)),
        Layer(_line("forces", "#333a47", 1.8)),
    ]
    if home is not None:
        own = _line("neighbourhoods", HERE_COLOUR, 2.4, minzoom=9)
        mine = ["all", ["==", ["get", "force"], home[0]], ["==", ["get", "id"], home[1]]]
        layers.append(Layer({**own, "id": "own-neighbourhood", "filter": mine}))
    return layers


def label_layers(mapped: bool, names: Mapping[str, str]) -> list[Layer]:
    """Names: of places, streets and stations where there is a base map, of neighbourhoods and forces always."""
    layers = [
        _label("neighbourhood-labels", "areas", "neighbourhood_labels", 12, "#4a5261", minzoom=10, font=TEXT),
        _label("force-labels", "areas", "force_labels", 15, "#14181f", maxzoom=11, font=BOLD),
    ]
    layers[1].definition["layout"]["text-field"] = called(names, NAME)
    if not mapped:
        return layers
    street = _label("street-labels", "basemap", "street", 12, "#5c5646", minzoom=14, font=TEXT)
    street.definition["layout"]["symbol-placement"] = "line"
    place = _label("place-labels", "basemap", "place", 14, "#2f3542", font=BOLD)
    rank = ["coalesce", ["get", "rank"], 4]
    place.definition["filter"] = ["<=", rank, ["step", ["zoom"], 1, 7, 2, 9, 3, 11, 4]]
    station = _label("station-labels", "basemap", "station", 12, "#7a1f4b", minzoom=12, font=TEXT)
    return [street, station, place, *layers]


def sources(addresses: Mapping[str, str], here: Mapping[str, Any]) -> list[Source]:
    """The sources the layers read: tile addresses by name (`crime`, `areas`, `basemap`), and our own circle."""
    vectors = [Source(name, tile_source(address)) for name, address in addresses.items()]
    return [*vectors, Source("here", {"type": "geojson", "data": dict(here)})]


def _area(name: str, colour: str) -> Layer:
    return Layer(
        {"id": name, "type": "fill", "source": "basemap", "source-layer": name, "paint": {"fill-color": colour}}
    )


def _street(layer_id: str, colour: str, width: Sequence[Any]) -> dict[str, Any]:
    return {
        "id": layer_id, "type": "line", "source": "basemap", "source-layer": "street",
        "layout": {"line-cap": "round", "line-join": "round"},
        "paint": {"line-color": colour, "line-width": list(width)},
    }  # fmt: skip


def _line(
    source_layer: str, colour: str, width: float, dash: Sequence[float] | None = None, minzoom: int = 0
) -> dict[str, Any]:
    paint: dict[str, Any] = {"line-color": colour, "line-width": width}
    if dash:
        paint["line-dasharray"] = list(dash)
    return {
        "id": source_layer, "type": "line", "source": "areas", "source-layer": source_layer,
        "minzoom": minzoom, "paint": paint,
    }  # fmt: skip


def _label(
    layer_id: str,
    source: str,
    source_layer: str,
    size: int,
    colour: str,
    *,
    font: Mapping[str, Any],
    minzoom: int = 0,
    maxzoom: int = 24,
) -> Layer:
    return Layer(
        {
            "id": layer_id, "type": "symbol", "source": source, "source-layer": source_layer,
            "minzoom": minzoom, "maxzoom": maxzoom,
            "layout": {**font, "text-field": NAME, "text-size": size, "text-max-width": 8},
            "paint": {"text-color": colour, **HALO},
        }
    )  # fmt: skip
