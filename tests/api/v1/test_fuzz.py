"""Anything at all may be asked: there is never a fault, and an answer always comes soon."""

import json
import math
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SOON_S = 5.0
EXAMPLES = settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))

numbers = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True).map(repr), st.floats(-200, 200).map(repr),
    st.sampled_from(["", "NaN", "inf", "-inf", "1e400", "-0", "90", "-90", "180", "0x10", "1_0", "\0", "٥٤", "+1"]),
    st.text(max_size=20),
)  # fmt: skip
months = st.one_of(
    st.sampled_from(["2024-03", "2023-05", "2024-13", "9999-99", "-001-01", "2024-03\n", "\0", "２０２４-03"]),
    st.text(max_size=12),
)
near = st.tuples(st.floats(53.9, 54.1), st.floats(0.9, 1.1))
pairs = st.tuples(st.floats(allow_nan=True, allow_infinity=True), st.floats(allow_nan=True, allow_infinity=True))
rings = st.lists(st.one_of(near, pairs), max_size=12).map(lambda ring: ":".join(f"{lat},{lng}" for lat, lng in ring))
words = st.text(max_size=30)
cells = st.one_of(words, st.integers(0, 2**64 - 1).map(lambda cell: f"{cell:x}"))
asked = st.fixed_dictionaries(
    {},
    optional={
        "lat": numbers, "lng": numbers, "radius": numbers, "poly": st.one_of(rings, words), "force": words,
        "neighbourhood": words, "cell": cells, "lsoa": words, "month": months, "from": months, "to": months,
        "category": words, "limit": numbers, "cursor": words, "by": words, "generation": months, "kind": words,
    },
)  # fmt: skip
paths = st.sampled_from(
    ["crimes", "crimes.csv", "crimes.geojson", "counts", "coverage", "stops", "boundaries", "generations"]
)
REFUSED = (400, 404, 405, 406, 410, 413, 414, 415, 422)


def sound(answer):
    if answer.status_code == 200:
        return True
    document = json.loads(answer.content)
    return answer.status_code in REFUSED and set(document) == {"type", "title", "status", "detail"}


@EXAMPLES
@given(path=paths, parameters=asked)
def test_whatever_the_parameters_there_is_no_fault(client, path, parameters):
    assert sound(client.get(f"/v1/{path}", params=parameters))


@settings(EXAMPLES, max_examples=40)
@given(lat=st.floats(-90, 90), lng=st.floats(-180, 180), radius=st.floats(1, 20_000))
def test_everywhere_on_the_globe_is_answered(client, lat, lng, radius):
    answer = client.get("/v1/counts", params={"lat": lat, "lng": lng, "radius": radius})
    assert answer.status_code == 200 or answer.json()["type"] == "/problems/bad-lat-lng"


@EXAMPLES
@given(path=st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="?#"), max_size=40))
def test_whatever_the_path_there_is_no_fault(client, path):
    assert sound(client.get(f"/v1/{path}"))


@settings(EXAMPLES, max_examples=40)
@given(body=st.one_of(st.binary(max_size=300), rings.map(lambda ring: b"poly=" + ring.encode())))
def test_whatever_the_body_there_is_no_fault(client, body):
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert sound(client.post("/v1/crimes", content=body, headers=headers))


@settings(EXAMPLES, max_examples=30)
@given(ring=st.lists(near, min_size=3, max_size=40))
def test_a_polygon_that_crosses_itself_is_answered(client, ring):
    answer = client.post("/v1/counts", data={"poly": ":".join(f"{lat},{lng}" for lat, lng in ring)})
    assert answer.status_code == (200 if len(set(ring)) >= 3 else 400)


STAR = ":".join(f"{54 + 0.1 * math.sin(n * 2.4):.6f},{1 + 0.1 * math.cos(n * 2.4):.6f}" for n in range(10_000))


@pytest.mark.parametrize(
    ("body", "statuses"),
    [
        pytest.param(b"poly=" + STAR.encode(), {200}, id="10,000 vertices that cross each other"),
        pytest.param(b"poly=54,1:54.01,1.01:54.02,1.02", {200}, id="corners in a line"),
        pytest.param(b"poly=53.9,0.9:54.1,1.1:53.9,1.1:54.1,0.9", {200}, id="self-crossing"),
        pytest.param(b"poly=" + b"54,1:" * 50_000 + b"55,2", {400}, id="many vertices at one place"),
        pytest.param(b"poly=" + b"54,1:" * 200_000 + b"55,2", {413}, id="1 MB of one vertex"),
        pytest.param(b"poly=" + b"9" * 500_000, {400}, id="half a MB of digits"),
        pytest.param(b"&".join(b"a=%d" % n for n in range(40_000)), {400, 422}, id="many parameters"),
        pytest.param(b"\0" * 1_000_000, {413}, id="1 MB of NUL"),
        pytest.param(b"cursor=" + b"A" * 500_000, {400, 422}, id="half a MB of cursor"),
        pytest.param(b"poly=1e308,1e308:-1e308,1e308:-1e308,-1e308", {400}, id="as large as numbers get"),
        pytest.param(b"poly=-90,-180:-90,180:90,180:90,-180", {200}, id="the whole world"),
    ],
)
def test_a_large_or_odd_body_is_answered_soon(client, body, statuses):
    began = time.monotonic()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = client.post("/v1/crimes", content=body, headers=headers)
    assert answer.status_code in statuses, answer.text[:300]
    assert time.monotonic() - began < SOON_S
