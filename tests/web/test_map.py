"""The map element, and the map of an area made with it."""

import json
import re
from typing import Any

import numpy as np
import pytest
import shapely

from api.queries.area import MonthChoice
from api.queries.unknown_ground import UnknownGround
from geo.category import category_of
from geo.latlng import MILE_M, distance_m
from geo.month import Month
from geo.supply import SupplyState
from web.area_map import area_map, ring
from web.language import ENGLISH
from web.map import Layer, MapLibreMap, PageFigure, Source

TILES = {name: f"{name}-abc" for name in ("month-2025-12", "month-2025-11", "year-2025-12", "areas", "basemap-county")}


def settings_of(drawn: MapLibreMap) -> dict[str, Any]:
    """What the page's script is told."""
    found = re.search(r'<script type="application/json" data-map="[^"]+">(.*)</script>', drawn.fragment())
    assert found
    settings: dict[str, Any] = json.loads(found[1])
    return settings


def small_map() -> MapLibreMap:
    drawn = MapLibreMap("small", "A <small> map", {"near": False})
    Source("crime", {"type": "vector", "tiles": ["/tiles/x/{z}/{x}/{y}.mvt"]}).add_to(drawn)
    Layer({"id": "dots", "type": "circle", "source": "crime"}, popup="point").add_to(drawn)
    return drawn


def test_sources_and_layers_added_to_a_map_make_its_style() -> None:
    settings = settings_of(small_map())
    assert settings["style"] == {
        "version": 8,
        "sources": {"crime": {"type": "vector", "tiles": ["/tiles/x/{z}/{x}/{y}.mvt"]}},
        "layers": [{"id": "dots", "type": "circle", "source": "crime"}],
    }
    assert settings["popups"] == {"dots": "point"}


def test_a_map_made_twice_is_the_same_map() -> None:
    assert small_map().fragment() == small_map().fragment()


def test_a_map_brings_no_script_that_runs_and_no_inline_style() -> None:
    fragment = small_map().fragment()
    assert re.findall(r"<script [^>]*>", fragment) == ['<script type="application/json" data-map="small">']
    assert "style=" not in fragment


def test_words_in_a_map_cannot_end_its_script_or_its_attribute() -> None:
    fragment = MapLibreMap("m", '"><b>', {"words": "</script><b>"}).fragment()
    assert fragment.count("</script>") == 1
    assert "<b>" not in fragment


def test_words_in_a_figure_are_not_read_as_a_template() -> None:
    figure = PageFigure("{{ 6 * 7 }} <b>")
    MapLibreMap("m", "{{ 6 * 7 }}", {"words": "{% raise %}"}).add_to(figure)
    html = figure.render()
    assert "{{ 6 * 7 }}" in html
    assert "{% raise %}" in html
    assert "<title>{{ 6 * 7 }} &lt;b&gt;</title>" in html


def test_a_figure_is_a_whole_page_with_a_language() -> None:
    figure = PageFigure("A map", "cy", base_url="https://area.example/", css=["/a.css"], modules=["/a.js"])
    small_map().add_to(figure)
    html = figure.render()
    assert html.startswith('<!DOCTYPE html>\n<html lang="cy">')
    assert '<base href="https://area.example/">' in html
    assert '<script type="module" src="/a.js"></script>' in html
    assert "<style" not in html


def test_a_notebook_shows_a_map_in_a_frame() -> None:
    assert small_map()._repr_html_().startswith("<iframe srcdoc=")


def test_a_map_outside_a_figure_says_how_it_is_shown() -> None:
    with pytest.raises(TypeError, match="fragment"):
        small_map().render()


def test_every_layer_of_an_area_map_reads_a_source_that_is_there(city: Any) -> None:
    for tiles in (TILES, {name: stem for name, stem in TILES.items() if name.startswith("month")}):
        drawn = area_map(city.answer(), tiles, city.assets, ENGLISH)
        assert drawn is not None
        style = drawn.style()
        assert {layer["source"] for layer in style["layers"] if "source" in layer} <= set(style["sources"])
        assert len({layer["id"] for layer in style["layers"]}) == len(style["layers"])


def test_hexagons_end_where_snap_points_begin(city: Any) -> None:
    drawn = area_map(city.answer(), TILES, city.assets, ENGLISH)
    assert drawn is not None
    zooms = {layer["id"]: (layer.get("minzoom"), layer.get("maxzoom")) for layer in drawn.style()["layers"]}
    assert zooms["cells"] == (4, 12)
    assert zooms["points"] == zooms["point-numbers"] == (12, None)


def test_a_month_is_an_address_of_its_own_and_twelve_months_another(city: Any) -> None:
    drawn = area_map(city.answer(), TILES, city.assets, ENGLISH)
    assert drawn is not None
    months = settings_of(drawn)["months"]
    assert {month: (told["name"], told["tiles"]) for month, told in months.items()} == {
        "2025-12": ("December 2025", "/tiles/month-2025-12-abc/{z}/{x}/{y}.mvt"),
        "2025-11": ("November 2025", "/tiles/month-2025-11-abc/{z}/{x}/{y}.mvt"),
        "year-2025-12": ("Twelve months to December 2025", "/tiles/year-2025-12-abc/{z}/{x}/{y}.mvt"),
    }


def test_the_map_says_of_each_month_what_it_lacks(city: Any) -> None:
    states = (SupplyState.SUPPLIED, SupplyState.PARTIAL)
    choices = tuple(MonthChoice(Month(2025, 12 - back), state) for back, state in enumerate(states))
    drawn = area_map(city.answer(months=choices), TILES, city.assets, ENGLISH)
    assert drawn is not None
    assert {month: told["supply"] for month, told in settings_of(drawn)["months"].items()} == {
        "2025-12": "",
        "2025-11": "Testshire Police: figures incomplete.",
        "year-2025-12": "Of these twelve months, 11 are missing or incomplete for Testshire Police.",
    }


def test_unknown_ground_is_drawn_and_hatched(city: Any) -> None:
    ground = UnknownGround(0.3, "Scotland", shapely.box(-1.14, 52.63, -1.13, 52.64))
    drawn = area_map(city.answer(unknown_ground=ground), TILES, city.assets, ENGLISH)
    assert drawn is not None
    features = drawn.style()["sources"]["here"]["data"]["features"]
    kinds = {feature["properties"]["what"]: feature["geometry"]["type"] for feature in features}
    assert kinds == {"mile": "LineString", "here": "Point", "unknown": "Polygon"}
    hatched = next(layer for layer in drawn.style()["layers"] if layer["id"] == "unknown")
    assert hatched["paint"] == {"fill-pattern": "hatch-missing"}


def test_a_chosen_category_is_one_word_of_the_style(city: Any) -> None:
    drawn = area_map(city.answer(), TILES, city.assets, ENGLISH, category_of("shoplifting"))
    assert drawn is not None
    assert drawn.style()["state"]["count"] == {"default": "c9"}


def test_without_tiles_of_the_month_there_is_no_map(city: Any) -> None:
    assert area_map(city.answer(), {"areas": "areas-abc"}, city.assets, ENGLISH) is None


def test_the_ring_lies_one_mile_away_all_round(city: Any) -> None:
    corners = np.array(ring(city.position, MILE_M))
    away_m = distance_m(city.position, corners[:, 1], corners[:, 0])
    assert np.abs(away_m - 1_609.344).max() < 0.2
    assert corners[0].tolist() == corners[-1].tolist()
