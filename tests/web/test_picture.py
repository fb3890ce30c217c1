"""The picture of a page's map: what is drawn is what was counted, and what is not known is not left blank."""

from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
import shapely
from fastapi.testclient import TestClient

from api.queries.map_point import GapGround, MapGround, MapPoint, map_ground
from geo.category import category_of
from geo.month import Month
from geo.neighbourhood import Neighbourhood, NeighbourhoodRef
from geo.store.layout import DataFolder
from geo.store.release import Release, live_release_id
from geo.supply import SupplyState
from web import cartography
from web.language import ENGLISH, WELSH, Language
from web.picture import Shown, picture_of
from web.picture_view import SIZE
from web.settings import WebSettings
from web.site import create_site
from web.stage import Stage

SVG = "{http://www.w3.org/2000/svg}"
AREA = "/area/ZZ1-1AA/map.svg"
TESTSHIRE = (0.99, 53.99, 1.06, 54.03)
MARCH = Month(2024, 3)
NOTHING = MapGround((), (), ())


@pytest.fixture(scope="module")
def site(places: DataFolder) -> Iterator[TestClient]:
    with TestClient(create_site(WebSettings(data_dir=places.root)), follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="module")
def release(places: DataFolder) -> Release:
    return Release.open(places, live_release_id(places))


def circles(svg: str) -> list[ElementTree.Element]:
    """The snap points that are drawn."""
    return ElementTree.fromstring(svg).findall(f".//{SVG}g[@id='points']/{SVG}circle")


def texts(svg: str) -> list[str]:
    """Every line of words that is drawn."""
    return [one.text or "" for one in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def gaps(svg: str) -> list[str]:
    """How each ground that is not whole is filled."""
    return [one.attrib["fill"] for one in ElementTree.fromstring(svg).iter(f"{SVG}path") if one.get("class") == "gap"]


def drawn(city: Any, ground: MapGround, language: Language = ENGLISH, **changes: object) -> str:
    """The picture of the city's answer, with these changes, over that ground."""
    picture = picture_of(city.answer(**changes), ground, language, Shown(), ["Contains nobody’s data."])
    context = {"picture": picture, "size": SIZE, "cartography": cartography}
    return Stage(city.assets, language=language).render("picture.svg", context)


def test_every_snap_point_with_a_crime_in_the_month_is_there_with_its_count_most_first(release: Release) -> None:
    found = [
        (point.name.removeprefix("On or near "), point.n) for point in map_ground(release, TESTSHIRE, MARCH).points
    ]
    assert found[:2] == [("Market Street", 18), ("North Road", 3)]
    assert {name for name, n in found[2:] if n == 1} == {
        "Market Hall", "", "Nook Lane", "Nook, The", "Sqwâr Owain Glyndŵr", "St  Pancras International (Station)",
        "Far Street", "Moor Edge",
    }  # fmt: skip
    assert len(found) == 10


def test_a_category_leaves_the_snap_points_that_have_it_with_its_own_count(release: Release) -> None:
    found = map_ground(release, TESTSHIRE, MARCH, category_of("burglary")).points
    assert [point.n for point in found] == [2, 1, 1]


def test_what_lies_outside_the_picture_is_not_drawn(release: Release) -> None:
    ground = map_ground(release, (1.005, 54.001, 1.015, 54.009), MARCH)
    assert [point.n for point in ground.points] == [18, 1]
    assert [outline.ref.id for outline in ground.outlines] == ["T1"]
    assert ground.gaps == ()


def test_ground_of_a_force_that_supplied_nothing_is_a_gap(release: Release) -> None:
    (gap,) = map_ground(release, TESTSHIRE, MARCH).gaps
    assert gap.force
    assert (gap.force.id, gap.state) == ("elsewhere", SupplyState.NOT_HELD)
    assert gap.shape.bounds == (1.04, 54.0, 1.06, 54.02)


def test_a_month_of_which_nothing_counts_is_all_gap_and_has_no_points(release: Release) -> None:
    ground = map_ground(release, TESTSHIRE, Month(2024, 4))
    assert ground.points == ()
    assert {gap.force.id for gap in ground.gaps if gap.force} == {"testshire", "elsewhere"}


def test_the_picture_of_a_postcode_draws_each_snap_point_and_its_own_place(site: TestClient) -> None:
    svg = site.get(AREA).text
    assert len(circles(svg)) == 9  # all within the picture's square but Far Street
    assert {"18", "ZZ1 1AA", "Market Street", "On or near", "0.5 miles", "1 km", "N"} <= set(texts(svg))
    assert len(circles(site.get(AREA, params={"category": "burglary"}).text)) == 3
    assert ElementTree.fromstring(svg).attrib["role"] == "img"


def test_a_larger_count_is_a_larger_circle_and_small_ones_lie_over_it(site: TestClient) -> None:
    radii = [float(one.attrib["r"]) for one in circles(site.get(AREA).text)]
    assert radii == sorted(radii, reverse=True)
    assert radii[0] > 2 * radii[-1]


def test_the_picture_of_a_neighbourhood_stands_before_its_own_page(site: TestClient) -> None:
    answer = site.get("/neighbourhood/testshire/T1/map.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "x-robots-tag" not in answer.headers
    assert "18" in texts(answer.text)
    assert 'id="here"' not in answer.text


def test_it_is_an_image_that_may_load_and_run_nothing_and_that_no_search_engine_keeps(site: TestClient) -> None:
    answer = site.get(AREA)
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert "style=" not in answer.text
    assert "href" not in answer.text


def test_who_holds_the_picture_is_told_that_it_still_holds(site: TestClient) -> None:
    validator = site.get(AREA).headers["etag"]
    held = {"if-none-match": validator}
    assert site.get(AREA, headers=held).status_code == 304
    assert site.get(AREA, headers=held, params={"category": "burglary"}).status_code == 200
    assert site.get(f"/cy{AREA}", headers=held).status_code == 200


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/area/zz11aa/map.svg", 308),
        ("/area/ZZ9-9ZZ/map.svg", 404),
        ("/area/nonsense/map.svg", 400),
        (f"{AREA}?month=1999-01", 400),
        (f"{AREA}?month=x", 400),
        (f"{AREA}?category=x", 404),
        ("/neighbourhood/testshire/T9/map.svg", 404),
        ("/neighbourhood/nobody/T1/map.svg", 404),
    ],
)
def test_what_is_no_address_of_a_picture_is_none(site: TestClient, address: str, status: int) -> None:
    assert site.get(address).status_code == status


def test_another_way_to_write_a_postcode_leads_to_its_one_address(site: TestClient) -> None:
    answer = site.get("/cy/area/zz11aa/map.svg?category=drugs")
    assert answer.headers["location"] == "/cy/area/ZZ1-1AA/map.svg?category=drugs"


def test_in_welsh_its_words_are_welsh(site: TestClient) -> None:
    svg = site.get(f"/cy{AREA}").text
    assert "Un filltir o'i amgylch" in texts(svg)
    assert 'xml:lang="cy"' in svg


@pytest.mark.parametrize("state", [SupplyState.NOT_HELD, SupplyState.NOT_SUPPLIED, SupplyState.PARTIAL])
@pytest.mark.parametrize("language", [ENGLISH, WELSH])
def test_where_nothing_is_known_the_picture_is_hatched_and_says_so(
    city: Any, state: SupplyState, language: Language
) -> None:
    svg = drawn(city, NOTHING, language, **city.without_figures(state))
    assert gaps(svg) == ["url(#missing)"]
    unknown = language.words.gettext("How much was recorded here in this month is not known.")
    assert unknown in " ".join(texts(svg))
    assert unknown in svg[svg.index("<desc") : svg.index("</desc")]


def test_incomplete_ground_is_hatched_otherwise_and_names_its_force(city: Any) -> None:
    ground = MapGround(
        (), (), (GapGround(city.neighbour, SupplyState.PARTIAL, shapely.box(-1.14, 52.63, -1.13, 52.64)),)
    )
    svg = drawn(city, ground)
    assert gaps(svg) == ["url(#partial)"]
    assert {"Bordershire Police", "Figures incomplete"} <= set(texts(svg))


def test_where_all_is_known_nothing_is_hatched(city: Any) -> None:
    assert gaps(drawn(city, NOTHING)) == []


@pytest.mark.parametrize("language", [ENGLISH, WELSH])
@pytest.mark.parametrize("name", ["<b>Rock & Roll</b>", "]]>", 'A "quoted" street', "Bell\x07 Lane\x00"])
def test_no_name_can_break_the_picture(city: Any, language: Language, name: str) -> None:
    points = (MapPoint(city.position, f"On or near {name}", 41),)
    hood = Neighbourhood(NeighbourhoodRef("testshire", "NC04"), name)
    svg = drawn(city, MapGround(points, (), ()), language, neighbourhood=hood)
    clean = "".join(letter for letter in name if letter >= " ")
    assert texts(svg).count(clean) == 2  # the street, and the neighbourhood in the legend
    assert len(circles(svg)) == 1


def test_numbers_and_names_are_never_written_over_one_another_and_no_circle_is_left_out(city: Any) -> None:
    here = city.position
    points = tuple(
        MapPoint(type(here)(here.lat + (at % 30 - 15) / 2_000, here.lng + (at // 30 - 15) / 1_500), "On or near A", 3)
        for at in range(900)
    )
    svg = drawn(city, MapGround(points, (), ()))
    assert len(circles(svg)) == 900
    assert 20 < texts(svg).count("3") < 900
