"""`/v1/counts`: what pages and `/api` count too, and never a nought where nothing is held."""

import csv
from dataclasses import replace

import pytest

from api.queries.area import area_near
from api.queries.count import counts_of
from api.queries.ground import circle_ground
from api.v1.count import Counts
from geo.cell import DRAWN_RESOLUTIONS
from geo.latlng import LatLng
from geo.month import Month
from geo.postcode import Postcode
from geo.store.release import Release
from tiles.cell import RESOLUTION

MARCH = "2024-03"
MARKET = {"lat": 54.005, "lng": 1.01}


def by_category(month):
    return {one["category"]: one["n"] for one in month["counts"]}


@pytest.fixture(scope="module")
def release(land):
    return Release.open(land, "r1")


def test_the_shape_is_the_one_that_is_documented(ask):
    answer = ask("counts", **MARKET, **{"from": "2023-05", "to": MARCH})
    assert Counts.model_validate(answer).model_dump(mode="json") == answer


def test_a_mile_round_a_postcode_counts_what_its_page_counts(ask, release):
    page = area_near(release, Postcode.parse("ZZ1 1AA"), Month(2024, 3))
    [month] = ask("counts", **MARKET, month=MARCH)["months"]
    assert by_category(month) == {one.category.slug: one.in_circle for one in page.counts}
    assert (month["total"], page.circle_total) == (28, 28)
    [inside] = ask("counts", force="testshire", neighbourhood="T1", month=MARCH)["months"]
    assert by_category(inside) == {one.category.slug: one.in_neighbourhood for one in page.counts}


@pytest.mark.parametrize(
    "where",
    [
        {"lat": "54.005", "lng": "1.01"},
        {"poly": "53.9,0.9:54.1,0.9:54.1,1.2:53.9,1.2"},
        {"poly": "54,1:54.01,1.02:54.01,1:54,1.02"},
    ],
    ids=["a mile", "a polygon", "a polygon that crosses itself"],
)
@pytest.mark.parametrize("month", ["2024-02", MARCH])
def test_an_area_counts_what_api_gives(ask, client, where, month):
    crimes = client.get("/api/crimes-street/all-crime", params={**where, "date": month}).json()
    [found] = ask("counts", **where, month=month)["months"]
    assert found["total"] == len(crimes) > 0
    assert by_category(found) == {
        slug: sum(crime["category"] == slug for crime in crimes) for slug in by_category(found)
    }


def test_a_force_counts_all_that_it_recorded_placed_or_not(ask):
    [month] = ask("counts", force="testshire", month=MARCH)["months"]
    [table] = ask("coverage", force="testshire", month=MARCH, kind="street")["coverage"]
    assert (month["total"], table["records"], table["unplaced"]) == (33, 33, 3)
    assert month["railway"] is None


def test_cells_are_asked_for_at_every_resolution_that_maps_draw():
    assert set(DRAWN_RESOLUTIONS) == set(RESOLUTION.values())


def test_an_lsoa_counts_the_records_that_carry_its_code(ask):
    [month] = ask("counts", lsoa="E01999001", month=MARCH)["months"]
    assert month["total"] == 30  # of 31 with a position one has no code
    assert [one["force"] for one in month["force_months"]] == ["elsewhere", "testshire"]


def test_a_month_that_is_not_whole_has_a_number_and_one_that_is_not_held_has_none(ask):
    reaching_over = {"lat": 54.005, "lng": 1.039}
    months = ask("counts", **reaching_over, **{"from": "2023-12"})["months"]
    assert [(one["month"], one["state"], one["total"]) for one in months] == [
        ("2023-12", "not_held", None), ("2024-01", "partial", 0), ("2024-02", "partial", 25), (MARCH, "supplied", 7),
    ]  # fmt: skip


def test_ground_without_any_figures_has_null_and_its_state(ask):
    months = ask("counts", force="elsewhere", **{"from": "2023-12", "to": MARCH})["months"]
    assert [(one["month"], one["state"], one["total"]) for one in months] == [
        ("2023-12", "not_held", None), ("2024-01", "supplied", 1), ("2024-02", "not_supplied", None),
        (MARCH, "supplied", 1),
    ]  # fmt: skip
    assert {one["n"] for one in months[2]["counts"]} == {None}
    assert months[2]["force_months"] == [
        {"force": "elsewhere", "state": "not_supplied", "counted": False, "note": "A change of system."}
    ]


def test_the_sea_has_no_figures_rather_than_none(ask):
    [month] = ask("counts", lat=54.5, lng=2.5)["months"]
    assert (month["state"], month["total"], month["force_months"]) == ("not_held", None, [])


def test_generation_and_breaks_are_named(ask):
    answer = ask("counts", force="testshire", neighbourhood="T1", **{"from": "2023-05", "to": MARCH})
    assert answer["generation"] == "2024-01"
    assert answer["breaks"] == [{"month": "2023-06", "what": "lsoa"}]


def test_several_categories_are_counted_and_no_other(ask):
    [month] = ask("counts", **MARKET, month=MARCH, category=["burglary", "shoplifting"])["months"]
    assert by_category(month) == {"burglary": 4, "shoplifting": 3}
    assert month["total"] == 7


def test_as_csv_it_is_a_row_for_each_month_and_category(client):
    answer = client.get("/v1/counts.csv?force=elsewhere&from=2024-02&category=drugs")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert list(csv.DictReader(answer.text.splitlines())) == [
        {"month": "2024-02", "category": "drugs", "n": "", "state": "not_supplied"},
        {"month": "2024-03", "category": "drugs", "n": "1", "state": "supplied"},
    ]


def test_ground_of_which_no_area_is_held_is_never_called_whole(land):
    release = Release.open(land, "r1")
    only_testshire = replace(release.force_areas, **{name: getattr(release.force_areas, name)[1:]
                             for name in ("force_ids", "ids", "names", "polygons")})  # fmt: skip
    half = replace(release, force_areas=only_testshire)
    assert only_testshire.ids == ("testshire",)
    reaching_over = circle_ground(half, LatLng(54.005, 1.039), 500)
    assert 0.3 < reaching_over.unknown < 0.6
    [month] = counts_of(half, land, reaching_over, (Month(2024, 3),))
    assert (month.state, month.total) == ("partial", 0)
    assert circle_ground(release, LatLng(54.005, 1.039), 500).unknown == 0.0
