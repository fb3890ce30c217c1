"""No small count of people can be read, nor worked out from what is shown."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.statistics.suppression import SMALLEST_SHOWN, Shown, Suppressed, table_shown

SMALL, BESIDE = Shown(None, Suppressed.SMALL), Shown(None, Suppressed.WITH_ANOTHER)


@pytest.mark.parametrize(
    ("counts", "total", "shown"),
    [
        pytest.param({}, 0, {}, id="nothing is nought"),
        pytest.param({"a": 5, "b": 9}, 14, {"a": Shown(5), "b": Shown(9)}, id="nothing small"),
        pytest.param({"a": 2, "b": 9, "c": 7}, 18, {"a": SMALL, "b": Shown(9), "c": BESIDE}, id="the next larger goes"),
        pytest.param({"a": 3, "b": 1, "c": 12}, 16, {"a": SMALL, "b": SMALL, "c": Shown(12)}, id="two keep each other"),
        pytest.param({"a": 1, "b": 1, "c": 12}, 14, {"a": SMALL, "b": SMALL, "c": BESIDE}, id="two ones do not"),
        pytest.param({"a": 4, "b": 4, "c": 12}, 20, {"a": SMALL, "b": SMALL, "c": BESIDE}, id="nor two fours"),
        pytest.param({"a": 1, "b": 5, "c": 9}, 15, {"a": SMALL, "b": BESIDE, "c": BESIDE}, id="nor one and five"),
        pytest.param({"a": 1, "b": 5}, 6, None, id="where all would not do, no breakdown"),
        pytest.param({"a": 1, "b": 1, "c": 1, "d": 1, "e": 1}, 5, None, id="five ones"),
    ],
)
def test_what_is_shown(counts, total, shown):
    table = table_shown(counts)
    assert table.total == Shown(total)
    assert table.counts == shown


@pytest.mark.parametrize("counts", [{"a": 4}, {"a": 1, "b": 3}, {"a": 1, "b": 1, "c": 1, "d": 1}])
def test_a_small_total_is_not_shown_and_has_no_breakdown(counts):
    assert table_shown(counts).total == SMALL
    assert table_shown(counts).counts is None


@given(st.dictionaries(st.sampled_from("abcde"), st.integers(0, 9), max_size=5))
def test_every_small_count_could_have_been_another(counts):
    table = table_shown(counts)
    if table.counts is None:
        return
    hidden = {name: one.suppressed for name, one in table.counts.items() if one.n is None}
    known = table.total.n - sum(one.n for one in table.counts.values() if one.n is not None)
    ranges = [range(1, SMALLEST_SHOWN) if why is Suppressed.SMALL else range(SMALLEST_SHOWN, known + 1)
              for why in hidden.values()]  # fmt: skip
    possible = [values for values in product(*ranges) if sum(values) == known]
    for at, why in enumerate(hidden.values()):
        if why is Suppressed.SMALL:
            assert len({values[at] for values in possible}) > 1
