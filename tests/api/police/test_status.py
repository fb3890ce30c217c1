"""The status table of data.police.uk's API, row by row."""

import pytest

MARKET = {"lat": "54.005", "lng": "1.01"}
SQUARE = "54.0,1.0:54.0,1.02:54.02,1.02:54.02,1.0"
AROUND = ["crimes-street/all-crime", "crimes-at-location", "outcomes-at-location", "stops-street"]
UNKNOWN_ID = "ab" * 32


@pytest.mark.parametrize(
    "date", ["2024-01", "2010-12", "0001-01", "2026-13", "July2026", "2026-07-15", "2024-3", "٢٠٢٤-٠٣"]
)
@pytest.mark.parametrize(
    "path", ["crimes-street/all-crime", "outcomes-at-location", "stops-street", "crimes-at-location"]
)
def test_a_month_before_the_window_or_malformed_is_404_and_empty(call, path, date):
    answer = call(path, date=date, **MARKET)
    assert (answer.status, answer.body) == (404, b"")
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("date", ["2024-04", "2032-03", "2099-12", "9999-01"])
@pytest.mark.parametrize(
    "path", ["crimes-street/all-crime", "outcomes-at-location", "stops-street", "crimes-at-location"]
)
def test_a_month_still_to_come_is_empty(call, path, date):
    answer = call(path, date=date, **MARKET)
    assert (answer.status, answer.body) == (200, b"[]")


@pytest.mark.parametrize("parameters", [{}, {"date": ""}, {"dat": "2024-02"}, {"Date": "2024-02"}])
def test_a_date_that_is_missing_or_misspelled_means_the_newest_month(call, parameters):
    answer = call("crimes-street/all-crime", **MARKET, **parameters)
    assert answer.status == 200
    assert {crime["month"] for crime in answer.json} == {"2024-03"}


def test_an_unknown_parameter_is_ignored(call):
    path = "crimes-street/all-crime"
    assert call(path, **MARKET, colour="blue").body == call(path, **MARKET).body


@pytest.mark.parametrize("category", ["piracy", "Burglary", "all-crime", "violent-crimes", "%00"])
def test_an_unknown_category_means_all_crime(call, category):
    answer = call(f"crimes-street/{category}", **MARKET)
    assert answer.status == 200
    assert answer.body == call("crimes-street/all-crime", **MARKET).body


@pytest.mark.parametrize(
    "parameters",
    [
        {"lat": "north", "lng": "1.01"}, {"lat": "54.005"}, {"lng": "1.01"}, {}, {"lat": "", "lng": ""},
        {"lat": "nan", "lng": "1.01"}, {"lat": "inf", "lng": "1.01"}, {"lat": "54.005", "lng": "-inf"},
        {"lat": "5_4.005", "lng": "1.01"}, {"lat": "\0", "lng": "1.01"}, {"lat": "1e999", "lng": "0"},
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "path", ["crimes-street/all-crime", "crimes-at-location", "outcomes-at-location", "stops-street"]
)
def test_no_position_or_half_of_one_or_no_number_is_400(call, path, parameters):
    answer = call(path, **parameters)
    assert (answer.status, answer.body) == (400, b"")


@pytest.mark.parametrize(
    ("lat", "lng"), [("48.85", "2.35"), ("53.9", "-4.9"), ("999", "1.01"), ("54", "-999"), ("-90", "180"), ("90", "0")]
)
@pytest.mark.parametrize(
    "path", ["crimes-street/all-crime", "crimes-at-location", "outcomes-at-location", "stops-street"]
)
def test_a_position_outside_coverage_is_empty(call, path, lat, lng):
    answer = call(path, lat=lat, lng=lng)
    assert (answer.status, answer.body) == (200, b"[]")


@pytest.mark.parametrize(
    "poly", ["", "here", "54,1:54,2:55", "54,1:54,2:55,x", "54,1,2:54,2:55,2", "54,1::55,2", "5_4,1:54,2:55,2", "\0"]
)
@pytest.mark.parametrize("path", ["crimes-street/all-crime", "outcomes-at-location", "stops-street"])
def test_a_malformed_polygon_is_404_and_empty(call, path, poly):
    for answer in (call(path, poly=poly), call.post(path, poly=poly)):
        assert (answer.status, answer.body) == (404, b"")


@pytest.mark.parametrize("poly", ["54,1:54,2", "54,1:54,2:54,1", "54,1", "54,nan:54,2:55,2", "inf,1:54,2:55,2"])
def test_a_polygon_of_two_vertices_or_of_no_numbers_is_400(call, poly):
    answer = call("crimes-street/all-crime", poly=poly)
    assert (answer.status, answer.body) == (400, b"")


@pytest.mark.parametrize(("length", "status"), [(4094, 200), (4095, 400)])
def test_a_request_line_is_at_most_4094_characters(call, length, status):
    query = "lat=54.005&lng=1.01&x="
    path = f"crimes-street/all-crime?{query}"
    line = f"GET /api/{path} HTTP/1.1"
    assert call(path + "y" * (length - len(line))).status == status


def test_a_json_body_is_400(call):
    body = b'{"lat": 54.005, "lng": 1.01}'
    answer = call("crimes-street/all-crime", "POST", body, {"content-type": "application/json"}, **MARKET)
    assert (answer.status, answer.body) == (400, b"")


@pytest.mark.parametrize("location", ["999999", "-1", "x", "", "1.5", "9" * 400, "٣"])
@pytest.mark.parametrize(
    ("path", "status", "body"),
    [("crimes-at-location", 404, b""), ("outcomes-at-location", 404, b""), ("stops-at-location", 200, b"[]")],
)
def test_an_unknown_location_is_404_or_for_stops_empty(call, path, status, body, location):
    answer = call(path, location_id=location)
    assert (answer.status, answer.body) == (status, body)


@pytest.mark.parametrize(
    ("path", "force", "status", "body"),
    [
        ("crimes-no-location", "nowhere", 400, b""),
        ("crimes-no-location", "", 400, b""),
        ("crimes-no-location", "btp", 200, b"[]"),
        ("stops-force", "nowhere", 200, b"[]"),
        ("stops-no-location", "nowhere", 200, b"[]"),
        ("stops-force", "", 400, b""),
    ],
)
def test_forces_that_are_not_known_or_have_no_ground(call, path, force, status, body):
    answer = call(path, force=force, category="all-crime")
    assert (answer.status, answer.body) == (status, body)


@pytest.mark.parametrize("persistent_id", [UNKNOWN_ID, "AB" * 32, "0" * 63 + "A", "xyz", "0" * 65, "%00"])
def test_an_unknown_or_upper_cased_persistent_id_is_404_and_empty(call, persistent_id):
    answer = call(f"outcomes-for-crime/{persistent_id}")
    assert (answer.status, answer.body) == (404, b"")


@pytest.mark.parametrize(
    "path",
    ["forces/nowhere", "forces/btp", "nowhere/neighbourhoods", "testshire/T99", "testshire/t1", "locate-neighbourhood",
     "locate-neighbourhood?q=48.85,2.35", "locate-neighbourhood?q=x", "outcomes-for-crime", "crimes-street/a/b",
     "crimes-at-location/1", "nothing", "a/b/c/d/e", ""],
)  # fmt: skip
def test_what_is_not_there_says_so_in_plain_text(call, path):
    answer = call(path)
    assert (answer.status, answer.body) == (404, b"Not Found")
    assert answer.headers["content-type"].startswith("text/plain")


def test_over_the_limit_in_an_area_is_503_whatever_the_category(calling, call):
    with calling(area_limit=5) as few:
        for path in ("crimes-street/all-crime", "crimes-street/robbery"):
            for asked in (MARKET, {"poly": SQUARE}):
                assert few(path, **asked).status == 503
        assert few("crimes-street/all-crime", lat="54.005", lng="1.065").status == 200  # three crimes
        assert few("crimes-at-location", **MARKET).status == 200  # one place is no area
    assert call("crimes-street/all-crime", **MARKET).status == 200


def test_outcomes_in_an_area_have_the_limit_and_stops_have_none(calling):
    with calling(area_limit=1) as few:
        assert few("outcomes-at-location", **MARKET).status == 503
        assert len(few("stops-street", **MARKET).json) > 1
