"""The map of an area page: what is drawn for one answer of one release."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely

from api.queries.area import AreaAnswer
from api.queries.neighbourhood import NeighbourhoodAnswer
from geo.category import Category, categories_of
from geo.latlng import EARTH_RADIUS_M, LatLng
from geo.month import Month
from geo.supply import SupplyState
from web import cartography
from web.address import neighbourhood_address
from web.asset import Assets
from web.language import Language
from web.map import Layer, MapLibreMap, PageFigure
from web.map_word import map_words, names_there, state_words
from web.own_layer import here_layers, unknown_layers

Answer = AreaAnswer | NeighbourhoodAnswer

MAP_ID = "area-map"
FORM_ID = "map-form"
STATUS_ID = "map-status"
MONTHS_A_YEAR = 12
OUTLINE_TOLERANCE = 0.0001  # degrees, about 10 m: a pixel at the first view
DECIMALS = 5  # of its corners: a metre, a tenth of what was simplified away
RING_CORNERS = 96  # a chord lies less than a metre inside a circle of a mile


@dataclass(frozen=True)
class MapFrame:
    """What a page shows on its map besides the figures.

    Attributes:
        label: what the map shows, for those who do not see it.
        bounds: west, south, east, north of the first view, in degrees.
        near: whether the first view comes so near that dots are drawn, though it then shows less than `bounds`.
        here: the page's own shapes, as GeoJSON.
        layers: that draw them, over all else.
    """

    label: str
    bounds: tuple[float, float, float, float]
    near: bool
    here: Mapping[str, Any]
    layers: tuple[Layer, ...]


def area_map(
    answer: AreaAnswer,
    tiles: Mapping[str, str],
    assets: Assets,
    language: Language,
    chosen: Category | None = None,
    *,
    waiting: str = "",
    attribution: str = "",
) -> MapLibreMap | None:
    """The map round a postcode, or `None` where the release has no tiles of that month.

    Args:
        answer: what the page states; the map itself states no number that the page does not hold.
        tiles: tile archives of the release, name to address stem.
        assets: for the addresses of fonts.
        language: of the words on the map.
        chosen: the category to show alone.
        waiting: HTML that stands in its place until it is drawn.
        attribution: whose data they are, as licences ask for it.
    """
    _ = language.words.gettext
    corners = ring(answer.position, answer.radius_m)
    lngs, lats = [corner[0] for corner in corners], [corner[1] for corner in corners]
    frame = MapFrame(
        label=_("Map of recorded crime round %(postcode)s") % {"postcode": answer.postcode.spaced},
        bounds=(min(lngs), min(lats), max(lngs), max(lats)),
        near=True,
        here=here_geojson(answer, corners),
        layers=(
            *unknown_layers(state_words(language)["not_held"]),
            *here_layers(answer.postcode.spaced),
        ),
    )
    return map_of(frame, answer, tiles, assets, language, chosen, waiting=waiting, attribution=attribution)


def map_of(
    frame: MapFrame,
    answer: Answer,
    tiles: Mapping[str, str],
    assets: Assets,
    language: Language,
    chosen: Category | None = None,
    *,
    waiting: str = "",
    attribution: str = "",
) -> MapLibreMap | None:
    """The map that a page frames as it likes; arguments and absence as for `area_map`."""
    addresses = source_addresses(answer.month, tiles)
    if "crime" not in addresses:
        return None
    settings = _settings(frame, answer, tiles, language, chosen)
    drawn = MapLibreMap(
        MAP_ID,
        frame.label,
        settings={**settings, "words": map_words(language, attribution)},
        style={
            "font-faces": cartography.font_faces(assets.fonts()),
            "state": {"count": {"default": _count_property(chosen)}, "few": {"default": cartography.FEW}},
        },
        waiting=waiting,
    )
    for source in cartography.sources(addresses, frame.here):
        source.add_to(drawn)
    for layer in _layers(frame, answer, addresses, language):
        layer.add_to(drawn)
    return drawn


def figure_of(drawn: MapLibreMap, assets: Assets, language: Language, base_url: str | None = None) -> PageFigure:
    """A whole page with that map, for a notebook or a preview.

    Args:
        drawn: the map.
        assets: whose script draws it.
        language: of the page.
        base_url: where a site serves scripts and tiles, for a page that is not served there itself.
    """
    figure = PageFigure(
        drawn.label, language.code, base_url, css=[assets.address("site.css")], modules=[assets.address("page.js")]
    )
    drawn.add_to(figure)
    return figure


def source_addresses(month: Month, tiles: Mapping[str, str]) -> dict[str, str]:
    """Tile addresses of the map's sources, leaving out the archives that the release does not have."""
    basemap = next((name for name in sorted(tiles) if name.startswith("basemap")), "")
    archives = {"crime": f"month-{month}", "areas": "areas", "basemap": basemap}
    return {source: tile_address(tiles[name]) for source, name in archives.items() if name in tiles}


def tile_address(stem: str) -> str:
    """Where the tiles of an archive are served, on this site."""
    return f"/tiles/{stem}/{{z}}/{{x}}/{{y}}.mvt"


def here_geojson(answer: AreaAnswer, corners: list[list[float]]) -> dict[str, Any]:
    """The postcode's own point, the ring of `corners` round it and its unknown ground, as GeoJSON (longitude first)."""
    position, unknown = answer.position, answer.unknown_ground
    shapes: dict[str, Any] = {
        "mile": {"type": "LineString", "coordinates": corners},
        "here": {"type": "Point", "coordinates": [position.lng, position.lat]},
    }
    if unknown is not None:
        drawn = shapely.transform(unknown.outline.simplify(OUTLINE_TOLERANCE), lambda corners: corners.round(DECIMALS))
        shapes["unknown"] = shapely.geometry.mapping(drawn)
    features = [{"type": "Feature", "properties": {"what": what}, "geometry": shape} for what, shape in shapes.items()]
    return {"type": "FeatureCollection", "features": features}


def ring(centre: LatLng, radius_m: float) -> list[list[float]]:
    """A closed ring of [lng, lat] at that distance on the ground, to six decimals (0.1 m)."""
    angle, lat = radius_m / EARTH_RADIUS_M, math.radians(centre.lat)
    corners = []
    for step in range(RING_CORNERS + 1):
        bearing = 2 * math.pi * (step % RING_CORNERS) / RING_CORNERS
        sine = math.sin(lat) * math.cos(angle) + math.cos(lat) * math.sin(angle) * math.cos(bearing)
        east = math.sin(bearing) * math.sin(angle) * math.cos(lat)
        lng = centre.lng + math.degrees(math.atan2(east, math.cos(angle) - math.sin(lat) * sine))
        corners.append([round(lng, 6), round(math.degrees(math.asin(sine)), 6)])
    return corners


def _layers(frame: MapFrame, answer: Answer, addresses: Mapping[str, str], language: Language) -> list[Layer]:
    states, names = state_words(language), names_there(language)
    ref = answer.neighbourhood.ref if answer.neighbourhood else None
    mapped = "basemap" in addresses
    layers = [
        *cartography.ground_layers(mapped),
        *cartography.figure_layers(),
        *cartography.outline_layers((ref.force_id, ref.id) if ref else None),
        *cartography.point_layers(),
        *cartography.point_name_layers(language.words.gettext("On or near"), names),
        *cartography.label_layers(mapped, names),
        *cartography.supply_word_layers(states, names),
        *frame.layers,
    ]
    drawable = {*addresses, "here", None}  # a layer of a source that the release lacks is left out
    return [layer for layer in layers if layer.definition.get("source") in drawable]


def _settings(
    frame: MapFrame, answer: Answer, tiles: Mapping[str, str], language: Language, chosen: Category | None
) -> dict[str, Any]:
    months = {
        str(choice.month): {
            "name": language.month(choice.month),
            "tiles": tile_address(tiles[f"month-{choice.month}"]),
            "supply": _missing(answer, language, choice.month, choice.state),
        }
        for choice in answer.months
        if f"month-{choice.month}" in tiles
    }
    year = next((name for name in sorted(tiles, reverse=True) if name.startswith("year-")), None)
    if year is not None:
        last = Month.parse(year.removeprefix("year-"))
        months[year] = {
            "name": language.words.gettext("Twelve months to %(month)s") % {"month": language.month(last)},
            "tiles": tile_address(tiles[year]),
            "supply": _year_words(answer, language, last),
        }
    return {
        "bounds": list(frame.bounds),
        "near": frame.near,
        "month": str(answer.month), "page_month": str(answer.month), "year": year, "months": months,
        "count": _count_property(chosen), "page_category": chosen.slug if chosen else "",
        "few": {"month": cartography.FEW, "year": cartography.FEW_A_YEAR},
        "categories": [
            {"code": one.code, "slug": one.slug, "name": language.words.gettext(one.name)}
            for one in categories_of(answer.month)
        ],
        "form": FORM_ID, "status": STATUS_ID, "neighbourhoods": f"{language.prefix}/neighbourhood/",
        "crimes": f"{language.prefix}{_page_of(answer)}/crime",
    }  # fmt: skip


def _page_of(answer: Answer) -> str:
    if isinstance(answer, AreaAnswer):
        return f"/area/{answer.postcode.slug}"
    return neighbourhood_address(answer.neighbourhood.ref)


def _count_property(chosen: Category | None) -> str:
    return f"c{chosen.code}" if chosen else "n"


def supply_words(answer: Answer, language: Language, month: Month | None = None) -> str:
    """What the map of a month lacks, in a sentence for those who do not see its hatching; nothing where it is whole.

    Args:
        answer: of the page, which knows all of its own month and of others only the place's own force.
        language: of the sentence.
        month: the page's own by default.
    """
    asked = month or answer.month
    held = (choice.state for choice in answer.months if choice.month == asked)
    return _missing(answer, language, asked, next(held, SupplyState.NOT_HELD))


def _missing(answer: Answer, language: Language, month: Month, state: SupplyState) -> str:
    _ = language.words.gettext
    said = []
    if answer.force is not None and state is not SupplyState.SUPPLIED:
        said.append(f"{_(answer.force.name)}: {state_words(language)[state].lower()}.")
    others = [gap for gap in answer.gaps if answer.force is None or gap.force.id != answer.force.id]
    railway = answer.railway_state not in (None, SupplyState.SUPPLIED)
    if month == answer.month and (others or railway or answer.unknown_ground or answer.force is None):
        said.append(_("Some figures are missing here: see what these figures leave out."))
    return " ".join(said)


def _year_words(answer: Answer, language: Language, last: Month) -> str:
    whole = sum(
        choice.state is SupplyState.SUPPLIED for choice in answer.months if last.back(11) <= choice.month <= last
    )
    if answer.force is None or whole == MONTHS_A_YEAR:
        return ""
    said = language.words.gettext("Of these twelve months, %(n)s are missing or incomplete for %(force)s.")
    return said % {"n": MONTHS_A_YEAR - whole, "force": language.the(answer.force.name)}
