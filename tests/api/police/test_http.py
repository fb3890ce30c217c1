"""What clients of data.police.uk do with HTTP besides asking."""

import gzip

import pytest

PATH = "crimes-street/all-crime"
MARKET = {"lat": "54.005", "lng": "1.01"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
SQUARE = "54.0,1.0:54.0,1.02:54.02,1.02:54.02,1.0"
ALL = [
    "crimes-street-dates", "crime-last-updated", "crime-categories", f"{PATH}?lat=54.005&lng=1.01",
    "crimes-at-location?lat=54.005&lng=1.01", "crimes-no-location?force=testshire&category=all-crime",
    "outcomes-at-location?lat=54.005&lng=1.01", f"outcomes-for-crime/{1:064x}", "forces", "forces/testshire",
    "forces/testshire/people", "testshire/neighbourhoods", "testshire/T1", "testshire/T1/boundary",
    "testshire/T1/people", "testshire/T1/events", "testshire/T1/priorities", "locate-neighbourhood?q=54.005,1.005",
    "stops-street?lat=54.005&lng=1.01", "stops-at-location?location_id=0", "stops-no-location?force=testshire",
    "stops-force?force=testshire",
]  # fmt: skip


@pytest.mark.parametrize("path", ALL)
def test_every_method_answers_get_and_head_to_pages_from_anywhere(call, path):
    answer, head = call(path), call(path, "HEAD")
    assert (answer.status, head.status, head.body) == (200, 200, b"")
    assert answer.headers["content-type"] == head.headers["content-type"] == "application/json"
    assert head.headers["content-length"] == str(len(answer.body))
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", ALL)
def test_slashes_too_many_are_one(call, path):
    for written in (
        f"/{path}",
        f"//{path}",
        path.replace("/", "//"),
        f"{path.partition('?')[0]}/?{path.partition('?')[2]}",
    ):
        assert call(written).body == call(path).body
        assert call(written).status == 200  # and nobody is sent elsewhere


@pytest.mark.parametrize("path", [*ALL, "nothing", "forces/nowhere", f"{PATH}?date=1999-01&lat=1&lng=1"])
def test_a_browser_that_asks_first_may_read(call, path):
    answer = call(path, "OPTIONS", headers={"origin": "https://x.example", "access-control-request-method": "GET"})
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert call(path).headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", [PATH, "outcomes-at-location", "stops-street"])
def test_a_form_may_be_posted_and_a_get_says_the_same(call, path):
    assert call.post(path, poly=SQUARE).body == call(path, poly=SQUARE).body
    assert call.post(f"/{path}/", **MARKET).body == call(path, **MARKET).body
    assert (
        call(path, "POST", b"lat=54.005&lng=1.01", {"content-type": f"{FORM['content-type']}; charset=utf-8"}).status
        == 200
    )
    assert call(path, "POST", b"", **MARKET).body == call(path, **MARKET).body


@pytest.mark.parametrize(
    "given", [{"content-type": "application/json"}, {"content-type": "multipart/form-data; boundary=x"}, {}]
)
def test_a_body_that_is_no_form_is_400(call, given):
    assert call(PATH, "POST", b"lat=54.005&lng=1.01", given, **MARKET).status == 400


@pytest.mark.parametrize("path", [one for one in ALL if not one.startswith((PATH, "outcomes-at", "stops-street"))])
def test_nothing_may_be_posted_to_the_other_methods(call, path):
    answer = call(path, "POST", b"x=1", FORM)
    assert (answer.status, answer.body) == (405, b"")
    assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_nothing_can_be_changed(call, method):
    assert call(f"{PATH}?lat=54.005&lng=1.01", method).status == 405


@pytest.mark.parametrize("takes", ["gzip", "gzip, deflate", "br, GZIP;q=0.5", "*", "deflate, gzip;q=1.0"])
def test_answers_are_packed_where_the_client_takes_it(call, takes):
    plain = call(PATH, **MARKET)
    answer = call(PATH, headers={"accept-encoding": takes}, **MARKET)
    assert "content-encoding" not in plain.headers
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"].lower() == "accept-encoding"
    assert gzip.decompress(answer.body) == plain.body
    head = call(PATH, "HEAD", headers={"accept-encoding": takes}, **MARKET)
    assert head.headers["content-length"] == str(len(answer.body))


@pytest.mark.parametrize("takes", ["identity", "gzip;q=0", "gzip; q=0.0, br", "br", ""])
def test_answers_are_plain_where_it_does_not(call, takes):
    assert "content-encoding" not in call(PATH, headers={"accept-encoding": takes}, **MARKET).headers


def test_before_anything_is_live_every_method_says_so(tmp_path, calling):
    from geo.store.layout import DataFolder

    folder = DataFolder(tmp_path / "empty")
    folder.root.mkdir()
    with calling(folder=folder) as early:
        for path in ALL:
            answer = early(path)
            assert (answer.status, answer.headers["retry-after"]) == (503, "30"), path


def test_of_a_parameter_that_is_repeated_the_last_rules(call):
    assert call(f"{PATH}?lat=1&lat=54.005&lng=1.01").body == call(PATH, **MARKET).body
