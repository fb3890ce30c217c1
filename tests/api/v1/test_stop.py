"""`/v1/stops`: months and nothing finer, and no small count."""

import csv

import pytest

from api.queries.stop import ON_PAGES, By, stops_in
from api.v1.stop import Stops
from geo.errors import BadMonth
from geo.month import Month
from geo.neighbourhood import NeighbourhoodRef
from geo.statistics.suppression import Shown
from geo.store.release import Release

SMALL = {"n": None, "suppressed": "fewer than 5"}


def test_the_shape_is_the_one_that_is_documented(ask):
    answer = ask("stops", force="testshire", **{"from": "2024-01"})
    assert Stops.model_validate(answer).model_dump(mode="json") == answer


@pytest.mark.parametrize("where", [{}, {"neighbourhood": "T1"}], ids=["the force", "a neighbourhood"])
def test_numbers_are_to_the_nearest_5_and_small_ones_are_not_listed(ask, where):
    [february] = ask("stops", force="testshire", month="2024-02", **where)["months"]
    assert february == {
        "month": "2024-02", "state": "supplied", "total": {"n": 15, "suppressed": None},
        "counts": [{"value": "Controlled drugs", "n": 10, "suppressed": None}],
    }  # fmt: skip


def test_by_what_all_share_there_is_nothing_small(ask):
    [february] = ask("stops", force="testshire", month="2024-02", by="outcome")["months"]
    assert february["counts"] == [{"value": "Arrest", "n": 15, "suppressed": None}]
    [reason] = ask("stops", force="testshire", month="2024-02", by="reason")["months"]
    assert reason["counts"] == [{"value": None, "n": 15, "suppressed": None}]


def test_a_small_total_is_not_told_and_has_no_parts(ask):
    [march] = ask("stops", force="testshire", month="2024-03")["months"]
    assert (march["total"], march["counts"]) == (SMALL, None)  # four stops


def test_a_month_that_is_not_held_has_no_number_rather_than_nought(ask):
    months = ask("stops", force="elsewhere", **{"from": "2024-02"})["months"]
    assert [(one["state"], one["total"]["n"], one["counts"]) for one in months] == [("not_held", None, None)] * 2


def test_a_neighbourhood_without_stops_looks_like_one_with_few(ask):
    [february] = ask("stops", force="testshire", neighbourhood="T2", month="2024-02")["months"]
    assert (february["total"], february["counts"]) == (SMALL, None)


def test_stops_that_another_force_made_here_are_not_counted(ask):
    february = {"force": "testshire", "month": "2024-02"}
    [own] = ask("stops", **february)["months"]
    [here] = ask("stops", **february, neighbourhood="T1")["months"]
    assert own == here  # all of them lie in T1, and so do seven of the railway's
    [railway] = ask("stops", force="btp", month="2024-02")["months"]
    assert (railway["total"]["n"], railway["counts"][0]["value"]) == (5, "Knives")


def test_coverage_rounds_what_it_tells_of_stops_and_nothing_else(ask):
    march, stops = {"force": "testshire", "month": "2024-03"}, {"force": "testshire", "kind": "stops"}
    assert {one["kind"]: one["records"] for one in ask("coverage", **march)["coverage"]}["stops"] is None  # four
    [february] = ask("coverage", **stops, month="2024-02")["coverage"]
    assert (february["records"], february["unplaced"]) == (15, None)  # 16, and none


def test_as_csv_it_has_a_total_and_a_row_for_each(client):
    text = client.get("/v1/stops.csv?force=testshire&month=2024-02").text
    rows = [(row["value"], row["total"], row["n"], row["suppressed"]) for row in csv.DictReader(text.splitlines())]
    assert rows == [
        ("", "True", "15", ""), ("Controlled drugs", "False", "10", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("parameters", "status", "kind"),
    [
        ({}, 422, "bad-parameter"),
        ({"force": "testshire", "by": "ethnicity"}, 422, "bad-parameter"),
        ({"force": "testshire", "lat": "54"}, 422, "bad-parameter"),
        ({"force": "nowhere"}, 404, "unknown-force"),
        ({"force": "testshire", "neighbourhood": "T9"}, 404, "unknown-neighbourhood"),
    ],
)
def test_nothing_finer_can_be_asked(refused, parameters, status, kind):
    assert refused("stops", **parameters)[:2] == (status, kind)


def test_a_page_tells_of_each_month_what_this_tells_and_nothing_more(ask, land):
    release = Release.open(land, "r1")
    page = stops_in(release, land, NeighbourhoodRef("testshire", "T1"), Month(2024, 2))
    assert [str(one.month) for one in page.months] == ["2024-03", "2024-02"]
    for by in ON_PAGES:
        here = {"force": "testshire", "neighbourhood": "T1", "by": by, "from": "2024-02", "to": "2024-03"}
        february, march = ask("stops", **here)["months"]
        table = page.tables[by]
        told = [] if table.counts is None else [(name, one.n) for name, one in sorted(table.counts.items())]
        assert told == [(one["value"], one["n"]) for one in february["counts"] or []]
        assert (table.total.n, page.months[0].total.n) == (february["total"]["n"], march["total"]["n"])
    assert page.tables[By.OBJECT].counts == {"Controlled drugs": Shown(10)}


@pytest.mark.parametrize("month", [Month(2024, 1), Month(2031, 5)])
def test_a_page_of_a_month_that_cannot_be_chosen_is_no_page(land, month):
    with pytest.raises(BadMonth, match="No stops and searches of"):
        stops_in(Release.open(land, "r1"), land, NeighbourhoodRef("testshire", "T1"), month)
