"""No small count of people can be read, nor worked out from what is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.statistics.suppression import SMALLEST_SHOWN, Shown, Suppressed, rounded, shown, table_shown

SMALL = Shown(None, Suppressed.SMALL)


@pytest.mark.parametrize(
    ("counts", "total", "listed"),
    [
        pytest.param({"a": 5, "b": 9}, Shown(15), {"a": Shown(5), "b": Shown(10)}, id="nothing small"),
        pytest.param({"a": 2, "b": 9}, Shown(10), {"b": Shown(10)}, id="a small one is left out"),
        pytest.param({"a": 7, "b": 7, "c": 0}, Shown(15), {"a": Shown(5), "b": Shown(5)}, id="they need not add up"),
        pytest.param({"a": 3, "b": 4}, Shown(5), {}, id="all small"),
        pytest.param({"a": 1, "b": 3}, SMALL, None, id="a small total has no parts"),
        pytest.param({}, SMALL, None, id="none looks like few"),
    ],
)
def test_what_is_shown(counts, total, listed):
    table = table_shown(counts)
    assert table.total == total
    assert table.counts == listed


@given(st.integers(SMALLEST_SHOWN, 10_000))
def test_a_number_is_rounded_to_the_nearest_5_and_is_never_below_it(n):
    assert rounded(n) % 5 == 0
    assert abs(rounded(n) - n) <= 2
    assert shown(n) == Shown(rounded(n))


@pytest.mark.parametrize("n", range(SMALLEST_SHOWN))
def test_0_to_4_look_the_same(n):
    assert shown(n) == SMALL
