"""Mistakes are told: what was wrong, and what would be right."""

from pathlib import Path

import pytest

from api.problems import STATUSES, problem_of
from geo import errors

MARKET = {"lat": "54.005", "lng": "1.01"}


@pytest.mark.parametrize(
    ("parameters", "status", "kind", "said"),
    [
        ({**MARKET, "category": "burglery"}, 404, "unknown-category", "shoplifting"),
        ({**MARKET, "category": "all-crime"}, 404, "unknown-category", "Leave the parameter out for all crime"),
        ({**MARKET, "month": "2024-04"}, 400, "bad-month", "newest month held is 2024-03"),
        ({**MARKET, "month": "2024-3"}, 400, "bad-month", "YYYY-MM"),
        ({**MARKET, "month": "2009-01"}, 400, "bad-month", "2010-12"),
        ({**MARKET, "from": "2024-03", "to": "2024-01"}, 400, "bad-month", "after `to`"),
        ({**MARKET, "month": "2024-03", "to": "2024-03"}, 422, "bad-parameter", "`month` is one month"),
        ({"lat": "1.01", "lng": "54.005"}, 400, "bad-lat-lng", "swapped"),
        ({"lat": "54.005"}, 422, "bad-parameter", "go together"),
        ({"lat": "nan", "lng": "1"}, 422, "bad-parameter", "`lat`: Input should be a finite number"),
        ({"lat": "1_0", "lng": "1"}, 422, "bad-parameter", "`lat`"),
        ({"lat": "91", "lng": "1"}, 422, "bad-parameter", "`lat`: Input should be less than or equal to 90"),
        ({**MARKET, "radius": "20001"}, 422, "bad-parameter", "`radius`"),
        ({**MARKET, "radius": "0"}, 422, "bad-parameter", "`radius`"),
        ({"radius": "5", "force": "testshire"}, 422, "bad-parameter", "`radius` goes with"),
        ({**MARKET, "force": "testshire"}, 422, "bad-parameter", "Several places"),
        ({}, 422, "bad-parameter", "No place"),
        ({**MARKET, "longitude": "3"}, 422, "bad-parameter", "no parameter 'longitude'"),
        ({**MARKET, "categories": "burglary"}, 422, "bad-parameter", "Did you mean 'category'?"),
        ({"neighbourhood": "T1"}, 422, "bad-parameter", "name its `force`"),
        ({"force": "testshire", "neighbourhood": "t1"}, 404, "unknown-neighbourhood", "'t1' is not a neighbourhood"),
        ({"force": "btp", "neighbourhood": "T1"}, 404, "unknown-neighbourhood", "No boundaries of that force"),
        ({"force": "nowhere"}, 404, "unknown-force", "'nowhere'"),
        ({"poly": "54,1:54,1:54,1:55,2"}, 400, "bad-polygon", "fewer than three"),
        ({"poly": "54,1:55"}, 400, "bad-polygon", "Corner 2"),
        ({"poly": "54,1:55,nan:55,2"}, 400, "bad-polygon", "Corner 2"),
        ({"poly": "154,1:153,1:155,2"}, 400, "bad-polygon", "no globe"),
        ({"cell": "xyz"}, 400, "bad-cell", "15 hex digits"),
        ({"cell": "831944fffffffff"}, 400, "bad-cell", "drawn are 4 to 9"),
        ({"lsoa": "E02000001"}, 422, "bad-parameter", "one looks like"),
        ({"lsoa": "E01000001"}, 404, "unknown-lsoa", "E01000001"),
    ],
)
def test_a_mistake_is_told(refused, parameters, status, kind, said):
    found = refused("counts", **parameters)
    assert (found[0], found[1]) == (status, kind)
    assert said in found[2]


@pytest.mark.parametrize("path", ["nowhere", "", "counts/x", "counts.xml", "counts.geojson"])
def test_an_address_that_is_none_is_a_problem_too(refused, path):
    assert refused(path)[:2] == (404, "about:blank")


def test_what_was_given_is_not_repeated_where_it_may_be_where_somebody_lives(client):
    assert "LE1" not in client.get("/v1/counts?lat=LE1%205YA&lng=1").text


def test_every_kind_of_problem_is_told_to_whoever_calls_with_its_status():
    told = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
    theirs = {kind: status for kind, (status, _) in STATUSES.items() if status < 500 or kind is errors.UnknownRelease}
    for kind, status in theirs.items():
        type_ = problem_of(kind("x")).type
        row = next((line for line in told.splitlines() if f"`{type_}`" in line), "")
        assert str(int(status)) in row, type_
