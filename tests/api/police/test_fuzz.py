"""Anything at all may be asked: there is never a fault, and an answer always comes soon."""

import json
import math
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SOON_S = 5.0
FAULTS = range(500, 600)
EXAMPLES = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
FORM = {"content-type": "application/x-www-form-urlencoded"}

numbers = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True).map(repr),
    st.floats(-200, 200).map(repr),
    st.sampled_from(
        ["", "NaN", "inf", "-inf", "1e400", "-0", "0x10", "1_0", "\0", "54.005\0", "٥٤", "54,005", " 54 ", "+1"]
    ),
    st.text(max_size=20),
)
dates = st.one_of(
    st.sampled_from(["2024-03", "2024-02", "2024-13", "9999-99", "-001-01", "2024-03\n", "\0", "２０２４-03"]),
    st.text(max_size=12),
)
pairs = st.tuples(st.floats(allow_nan=True, allow_infinity=True), st.floats(allow_nan=True, allow_infinity=True))
near = st.tuples(st.floats(53.9, 54.1), st.floats(0.9, 1.1))
rings = st.lists(st.one_of(near, pairs), max_size=12).map(lambda ring: ":".join(f"{lat},{lng}" for lat, lng in ring))
polygons = st.one_of(rings, st.lists(near, min_size=3, max_size=12).map(
    lambda ring: ":".join(f"{lat!r},{lng!r}" for lat, lng in ring)), st.text(max_size=60))  # fmt: skip
words = st.text(max_size=30)
asked = st.fixed_dictionaries(
    {}, optional={"lat": numbers, "lng": numbers, "poly": polygons, "date": dates, "q": words, "force": words,
                  "location_id": st.one_of(words, st.integers(-(10**20), 10**20).map(str)), "category": words},
)  # fmt: skip
bodies = st.one_of(st.binary(max_size=300), polygons.map(lambda text: b"poly=" + text.encode("utf-8", "replace")))
paths = st.sampled_from([
    "crimes-street/all-crime", "crimes-street/burglary", "crimes-at-location", "crimes-no-location",
    "outcomes-at-location", "stops-street", "stops-at-location", "stops-no-location", "stops-force",
    "crimes-street-dates", "crime-categories", "crime-last-updated", "locate-neighbourhood", "forces",
])  # fmt: skip


def sound(answer):
    """Whether an answer is one that the contract has."""
    if answer.status == 200:
        json.loads(answer.body)
    return answer.status in (200, 400, 404) or (answer.status == 405 and "allow" in answer.headers)


@EXAMPLES
@given(path=paths, parameters=asked)
def test_whatever_the_parameters_there_is_no_fault(call, path, parameters):
    assert sound(call(path, **{name: value.encode("utf-8", "replace") for name, value in parameters.items()}))


@EXAMPLES
@given(
    path=paths,
    body=st.one_of(st.binary(max_size=300), polygons.map(lambda text: b"poly=" + text.encode("utf-8", "replace"))),
)
def test_whatever_the_body_there_is_no_fault(call, path, body):
    assert sound(call(path, "POST", body, FORM))


@EXAMPLES
@given(path=st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="?#"), max_size=40))
def test_whatever_the_path_there_is_no_fault(call, path):
    assert sound(call(path))


@settings(EXAMPLES, max_examples=60)
@given(ring=st.lists(near, min_size=3, max_size=40))
def test_a_polygon_that_crosses_itself_is_answered(call, ring):
    answer = call.post("crimes-street/all-crime", poly=":".join(f"{lat},{lng}" for lat, lng in ring))
    assert answer.status == (200 if len(ring) - (ring[0] == ring[-1]) >= 3 else 400)


BOW_TIE = "53.9,0.9:54.1,1.1:53.9,1.1:54.1,0.9"
STAR = ":".join(f"{54 + 0.1 * math.sin(n * 2.4)},{1 + 0.1 * math.cos(n * 2.4)}" for n in range(10_000))


@pytest.mark.parametrize(
    ("body", "statuses"),
    [
        pytest.param(b"poly=" + STAR.encode(), {200}, id="10,000 vertices that cross each other"),
        pytest.param(b"poly=" + BOW_TIE.encode(), {200}, id="self-crossing"),
        pytest.param(b"poly=" + b"54,1:" * 200_000 + b"55,2", {200, 400}, id="1 MB of one vertex"),
        pytest.param(b"poly=" + b"9" * 1_000_000, {404}, id="1 MB of digits"),
        pytest.param(b"poly=" + b"," * 1_000_000, {404}, id="1 MB of commas"),
        pytest.param(b"poly=" + b"1,1:" * 250_000 + b"x", {404}, id="1 MB that goes wrong at the end"),
        pytest.param(b"&".join(b"a=%d" % n for n in range(120_000)), {400}, id="1 MB of parameters"),
        pytest.param(b"%00" * 300_000, {400}, id="1 MB of NUL"),
        pytest.param(b"\0" * 1_000_000, {400}, id="1 MB of bytes"),
        pytest.param(b"poly=1e308,1e308:-1e308,1e308:-1e308,-1e308", {200}, id="as large as numbers get"),
        pytest.param(b"poly=-90,-180:-90,180:90,180:90,-180", {200, 503}, id="the whole world"),
        pytest.param(b"x" * (3 << 20), {413}, id="3 MB"),
    ],
)
def test_a_large_or_odd_body_is_answered_soon(call, body, statuses):
    began = time.monotonic()
    answer = call("crimes-street/all-crime", "POST", body, FORM)
    assert answer.status in statuses
    assert time.monotonic() - began < SOON_S


def test_others_are_answered_while_a_large_polygon_is_looked_at(call):
    assert call("crimes-street/all-crime", "POST", b"poly=" + STAR.encode(), FORM).status == 200
    assert call("crime-last-updated").status == 200
