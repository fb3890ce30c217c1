"""Each method's answer, key for key, on Testshire; and what the answers have to do with each other."""

import json
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"
MARKET = {"lat": "54.005", "lng": "1.01"}
SQUARE = "54.0,1.0:54.0,1.02:54.02,1.02:54.02,1.0"  # the first of Testshire's neighbourhoods, and more
FIRST, REUSED, DATED = (f"{number:064x}" for number in (1, 0x3E8, 0x3E9))

METHODS = {
    "crimes-street-dates": {},
    "crime-last-updated": {},
    "crime-categories": {},
    "crimes-street/burglary": MARKET,
    "crimes-at-location": {"lat": "54.017", "lng": "1.035"},
    "crimes-no-location": {"force": "testshire", "category": "drugs"},
    "outcomes-at-location": MARKET,
    f"outcomes-for-crime/{FIRST}": {},
    "stops-street": MARKET,
    "stops-at-location": {"location_id": "@54.012345,1.012345"},
    "stops-no-location": {"force": "testshire"},
    "stops-force": {"force": "testshire"},
}


@pytest.mark.parametrize("path", METHODS)
def test_each_method_answers_as_the_golden_file_says(call, path):
    answer = call(path, **located(call, METHODS[path]))
    assert answer.headers["content-type"] == "application/json"
    golden = (GOLDEN / f"{path.partition('/')[0]}.json").read_text(encoding="utf-8")
    assert json.dumps(answer.json, indent=1, ensure_ascii=False) + "\n" == golden  # order of keys too


def located(call, parameters):
    """The parameters, with a position in place of a snap id, whose number depends on the order of loading."""
    at = parameters.get("location_id", "")
    if not at.startswith("@"):
        return parameters
    lat, lng = at[1:].split(",")
    stop = next(one for one in call("stops-street", lat=lat, lng=lng).json if one["location"]["latitude"] == lat)
    return {"location_id": stop["location"]["street"]["id"]}


def test_a_polygon_holds_what_lies_in_it(call):
    found = call("crimes-street/all-crime", poly=SQUARE, date="2024-02").json
    assert [one["persistent_id"] for one in found] == [REUSED, DATED]


def test_an_outcome_has_the_month_of_the_newest_attached_outcome_that_says_the_same(call):
    crimes = {one["persistent_id"]: one for one in call("crimes-street/all-crime", **MARKET).json}
    assert crimes[f"{2:064x}"]["outcome_status"] == {"category": "Under investigation", "date": "2024-03"}
    before = {one["persistent_id"]: one for one in call("crimes-street/all-crime", **MARKET, date="2024-02").json}
    assert before[DATED]["outcome_status"] == {"category": "Suspect charged", "date": "2024-02"}  # no file says when


def test_of_several_crimes_of_one_persistent_id_the_newest_has_the_history(call):
    answer = call(f"outcomes-for-crime/{REUSED}").json
    assert answer["crime"]["month"] == "2024-03"
    assert answer["crime"]["location"]["street"]["name"] == "On or near Other Street"
    assert answer["outcomes"] == []


def test_a_history_has_the_outcomes_of_the_crime_in_order_of_month(call):
    outcomes = call(f"outcomes-for-crime/{DATED}").json["outcomes"]
    assert [(one["category"]["code"], one["date"]) for one in outcomes] == [("under-investigation", "2024-02")]


def test_a_crime_of_which_no_outcomes_file_tells_has_its_last_outcome_as_history(call):
    answer = call(f"outcomes-for-crime/{0x10:064x}").json
    assert "outcome_status" not in answer["crime"]
    assert answer["outcomes"] == [
        {
            "category": {"code": "under-investigation", "name": "Under investigation"},
            "date": "2024-03",
            "person_id": None,
        }
    ]


def test_railway_crimes_are_of_another_type_and_at_a_station(call):
    crime = next(one for one in call("crimes-street/bicycle-theft", **MARKET).json if one["location_type"] == "BTP")
    assert (crime["location_subtype"], crime["persistent_id"], crime["outcome_status"]) == ("STATION", "", None)


def test_the_nearest_place_with_a_name_is_taken_with_all_its_names(call):
    near = call("crimes-at-location", lat="54.0051", lng="1.0099").json
    assert {one["location"]["street"]["name"] for one in near} == {"On or near Market Street", "On or near Market Hall"}


def test_every_crime_is_found_at_its_own_street_id(call):
    crimes = call("crimes-street/all-crime", poly="53,0:53,3:56,3:56,0").json
    assert len(crimes) > 25
    for street in {one["location"]["street"]["id"] for one in crimes}:
        here = [one for one in crimes if one["location"]["street"]["id"] == street]
        assert call("crimes-at-location", location_id=street).json == here


def test_a_category_is_a_part_of_all_crime(call):
    every = call("crimes-street/all-crime", **MARKET).json
    for category in {one["category"] for one in every}:
        assert call(f"crimes-street/{category}", **MARKET).json == [one for one in every if one["category"] == category]


def test_crime_ids_are_force_month_and_row_below_two_to_the_31(call):
    crimes = call("crimes-street/all-crime", poly="53,0:53,3:56,3:56,0").json
    assert len({one["id"] for one in crimes}) == len(crimes)
    assert max(one["id"] for one in crimes) < 2**31
    first = min(one["id"] for one in crimes)
    assert divmod(first, 1 << 17) == (0 * 256 + (2024 * 12 + 2 - (2010 * 12 + 11)), 0)  # Testshire, March 2024, row 0
