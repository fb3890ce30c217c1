"""What statistics promise: against SciPy's own tests, as properties, and in words."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from geo.month import Month, months_between
from geo.statistics.comparison import change_spread, compare, enough
from geo.statistics.discovery import adjusted
from geo.statistics.dispersion import Spread, spread_of
from geo.statistics.funnel import INNER, OUTER, limits, position
from geo.statistics.interval import poisson_interval
from geo.statistics.rate import NoRate, Rate, why_no_rate
from geo.statistics.series import LeftOut, window
from geo.statistics.verdict import Verdict, change_verdicts, level_verdicts

COUNTS = st.integers(0, 5_000)
LEVELS = st.sampled_from([0.9, 0.95, 0.998])
SPREADS = st.builds(Spread, st.integers(10, 900), st.floats(1, 40), st.floats(0, 2))
PLAIN = Spread(10_000, 1.0, 0.0)


@given(COUNTS, LEVELS)
def test_a_poisson_interval_leaves_as_much_in_either_tail_as_it_says(count: int, level: float) -> None:
    found = poisson_interval(count, level)
    assert stats.poisson.cdf(count, found.upper) == pytest.approx((1 - level) / 2)
    assert count == 0 or stats.poisson.sf(count - 1, found.lower) == pytest.approx((1 - level) / 2)


@given(COUNTS, COUNTS, st.floats(0.2, 5))
def test_without_a_spread_a_comparison_is_the_exact_binomial_test(before: int, after: int, norm: float) -> None:
    found = compare(before, after, None, norm)
    share, whole = norm / (1 + norm), before + after
    tails = [stats.binom.cdf(after, whole, share), stats.binom.sf(after - 1, whole, share)]
    assert found.p == pytest.approx(min(1.0, 2 * min(tails)), rel=1e-6, abs=1e-12)
    if whole:
        ends = stats.binomtest(after, whole).proportion_ci(0.95, "exact")
        assert found.interval.lower * norm == pytest.approx(ends.low / (1 - ends.low))
        assert ends.high == 1 or found.interval.upper * norm == pytest.approx(ends.high / (1 - ends.high))


@given(COUNTS, COUNTS, SPREADS)
def test_a_spread_never_narrows_an_interval_nor_lowers_a_probability(before: int, after: int, spread: Spread) -> None:
    exact, wide = compare(before, after, None), compare(before, after, spread)
    assert wide.p >= exact.p - 1e-12
    assert wide.interval.lower <= exact.interval.lower + 1e-12
    assert wide.interval.upper >= exact.interval.upper - 1e-12


@given(COUNTS, COUNTS, SPREADS)
def test_two_periods_change_places_as_a_ratio_and_its_inverse(before: int, after: int, spread: Spread) -> None:
    one, other = compare(before, after, spread), compare(after, before, spread)
    assert one.p == pytest.approx(other.p, abs=1e-9)  # of a tail too small for a float, Student's makes up to 1e-10
    if one.interval.lower > 1e-6:
        assert 1 / one.interval.lower == pytest.approx(other.interval.upper)


@given(st.floats(1, 1e5), SPREADS)
def test_outer_limits_lie_outside_inner_ones_and_close_in_as_areas_grow(expected: float, spread: Spread) -> None:
    inner, outer, larger = limits(expected, spread, INNER), limits(expected, spread), limits(expected * 2, spread)
    assert outer.lower < inner.lower < 1 < inner.upper < outer.upper
    assert larger.upper < outer.upper


def test_an_area_on_its_outer_limit_has_two_chances_in_a_thousand() -> None:
    spread = Spread(60, 3.0, 0.3)
    count = (400 + 0.5) * limits(400, spread).upper - 0.5
    assert position(count, 400, spread).p == pytest.approx(1 - OUTER)


@given(st.lists(st.floats(0, 1), max_size=30))
def test_adjusted_probabilities_are_scipys(p: list[float]) -> None:
    assert adjusted(p) == pytest.approx(list(stats.false_discovery_control(p)) if p else [])


def test_fewer_than_ten_areas_teach_no_spread() -> None:
    assert spread_of(np.zeros(9), np.ones(9)) is None
    assert change_spread(np.full(30, 9), np.full(30, 9)) is None  # each expects nine: nothing is said of any of them


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (9, 10, Verdict.TOO_FEW),  # nine and a half expected
        (0, 19, Verdict.TOO_FEW),  # however great the ratio
        (100, 110, Verdict.NO_CLEAR_CHANGE),
        (100, 190, Verdict.HIGHER),
        (190, 100, Verdict.LOWER),
        (0, 40, Verdict.HIGHER),  # from none to many
    ],
)
def test_a_change_is_said_in_one_of_few_words(before: int, after: int, said: Verdict) -> None:
    assert change_verdicts([compare(before, after, PLAIN)]) == [said]


def test_what_is_clear_alone_is_not_clear_among_fourteen_categories() -> None:
    close, quiet = compare(100, 152, PLAIN), compare(100, 100, PLAIN)
    assert 0.01 / 14 < close.p < 0.002
    assert change_verdicts([close]) == [Verdict.HIGHER]
    assert change_verdicts([close, *[quiet] * 13]) == [Verdict.NO_CLEAR_CHANGE] * 14


def test_what_lies_within_limits_is_never_claimed_however_many_others_are() -> None:
    clear, close = compare(100, 300, PLAIN), compare(100, 147, PLAIN)
    assert 0.002 < close.p < 0.01
    assert change_verdicts([close, *[clear] * 13]) == [Verdict.NO_CLEAR_CHANGE, *[Verdict.HIGHER] * 13]


def test_categories_of_which_nothing_is_said_do_not_blunt_the_others() -> None:
    close, few = compare(100, 152, PLAIN), compare(3, 4, PLAIN)
    assert change_verdicts([close, *[few] * 13]) == [Verdict.HIGHER, *[Verdict.TOO_FEW] * 13]


def test_where_no_spread_is_known_nothing_is_judged_but_the_exact_interval_stands() -> None:
    found = compare(100, 300, None)
    assert change_verdicts([found]) == [Verdict.NOT_JUDGED]
    assert found.interval.lower > 2


def test_an_area_is_compared_with_others_in_the_same_few_words() -> None:
    spread = Spread(30, 4.0, 0.2)
    found = [position(count, expected, spread) for count, expected in [(50, 20), (22, 20), (5, 60), (30, 9)]]
    assert level_verdicts(found) == [Verdict.AS_EXPECTED, Verdict.AS_EXPECTED, Verdict.LOWER, Verdict.TOO_FEW]


def test_a_rate_says_its_denominator_and_months_and_its_interval_holds_it() -> None:
    rate = Rate(count=120, people=8_000, months=12)
    plain, wide = rate.interval(), rate.interval(dispersion=4)
    assert rate.value == 15
    assert wide.lower < plain.lower < rate.value < plain.upper < wide.upper
    with pytest.raises(ValueError, match="no rate"):
        Rate(count=1, people=0, months=12)


@pytest.mark.parametrize(
    ("residents", "workday", "why"),
    [
        (1_000, 2_000, None),
        (1_000, 2_001, NoRate.VISITED),  # more than twice as many come as live there
        (499, 400, NoRate.FEW_RESIDENTS),
        (1_000, None, NoRate.NO_WORKDAY),
        (None, 400, NoRate.NO_POPULATION),
    ],
)
def test_crimes_are_divided_by_residents_only_where_that_is_fair(
    residents: float | None, workday: float | None, why: NoRate | None
) -> None:
    assert why_no_rate(residents, workday) is why


def months(first: str, last: str) -> set[Month]:
    return set(months_between(Month.parse(first), Month.parse(last)))


def test_twelve_months_are_compared_with_the_twelve_before() -> None:
    found = window(months("2023-12", "2025-11"), Month(2025, 11))
    assert (found.after[0], found.after[-1], len(found.after)) == (Month(2024, 12), Month(2025, 11), 12)
    assert (found.before[0], found.before[-1]) == (Month(2023, 12), Month(2024, 11))
    assert found.left_out == ()
    assert found.enough


def test_a_month_is_left_out_where_it_or_that_of_a_year_before_is_not_supplied() -> None:
    supplied = months("2023-12", "2025-11") - {Month(2025, 3), Month(2024, 7)}
    found = window(supplied, Month(2025, 11))
    assert found.left_out == (
        (Month(2025, 3), LeftOut.NOT_SUPPLIED),
        (Month(2025, 7), LeftOut.YEAR_BEFORE_NOT_SUPPLIED),
    )
    assert len(found.after) == len(found.before) == 10


@pytest.mark.parametrize("first", ["2011-09", "2013-05", "2022-07", "2023-06"])
def test_nothing_is_compared_across_a_break(first: str) -> None:
    new = Month.parse(first)
    found = window(set(months_between(Month(2010, 12), Month(2025, 12))), new + 5)
    broken = {month for month, why in found.left_out if why is LeftOut.BREAK}
    assert {new + 3, new + 4, new + 5} <= broken
    assert not any(before < new <= after for before, after in zip(found.before, found.after, strict=True))


def test_fewer_than_six_pairs_of_months_are_not_enough() -> None:
    assert not window(months("2024-01", "2025-05"), Month(2025, 5)).enough
    assert window(months("2024-01", "2025-06"), Month(2025, 6)).enough


@given(COUNTS, COUNTS)
def test_nothing_is_said_below_ten_expected_of_either_period(before: int, after: int) -> None:
    assert enough(compare(before, after, PLAIN)) == (before + after >= 20)
    assert not enough(compare(before, after, PLAIN, norm=math.inf))
