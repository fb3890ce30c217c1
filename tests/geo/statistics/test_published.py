"""Published worked examples."""

import numpy as np
import pytest
from scipy import stats

from geo.statistics.discovery import adjusted
from geo.statistics.dispersion import kept_of_normal, spread_of, winsorised
from geo.statistics.interval import poisson_interval, share_interval

# Benjamini and Hochberg 1995, section 4.1: fifteen probabilities of a trial of thrombolysis, four of them discoveries
THROMBOLYSIS = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0
]  # fmt: skip


@pytest.mark.parametrize(
    ("count", "level", "lower", "upper"),
    [
        (25, 0.90, 17.38, 34.92),  # GraphPad QuickCalcs, "the confidence interval of a count", by Garwood's method
        (25, 0.95, 16.18, 36.90),
        (25, 0.99, 14.00, 41.00),
        (10, 0.95, 4.795, 18.390),  # Garwood 1936, and the tables that follow it
        (1, 0.95, 0.0253, 5.572),
        (0, 0.95, 0.0, 3.689),  # R, epitools::pois.exact
    ],
)
def test_an_interval_of_a_count_is_garwoods(count: int, level: float, lower: float, upper: float) -> None:
    found = poisson_interval(count, level)
    assert (found.lower, found.upper) == (pytest.approx(lower, abs=0.006), pytest.approx(upper, abs=0.006))


def test_an_interval_of_a_share_is_that_of_clopper_and_pearson() -> None:
    # Newcombe, Statistics in Medicine 17 (1998), 857-872, table I: 81 of 263, and 0 of 20
    some, none = share_interval(81, 263), share_interval(0, 20)
    assert (round(some.lower, 4), round(some.upper, 4)) == (0.2527, 0.3676)
    assert (none.lower, round(none.upper, 4)) == (0.0, 0.1684)


def test_four_of_fifteen_probabilities_are_discoveries_at_five_per_cent() -> None:
    assert [one <= 0.05 for one in adjusted(THROMBOLYSIS)] == [True] * 4 + [False] * 11


def test_winsorising_a_tenth_keeps_as_much_of_a_normal_distribution_as_integration_gives() -> None:
    z = stats.norm.ppf((np.arange(100_000) + 0.5) / 100_000)
    assert float(np.mean(winsorised(z) ** 2)) == pytest.approx(kept_of_normal(0.1), abs=1e-4)
    assert kept_of_normal(0) == 1


def test_a_spread_by_hand_is_that_of_the_formulas() -> None:
    """Twelve areas of one size, of which two are drawn in at either end."""
    z = np.array([-3, -2, -2, -1, -1, 0, 0, 1, 1, 2, 2, 9], np.float64)
    found = spread_of(z, np.full(12, 0.04))
    assert found is not None
    assert found.phi == pytest.approx(28 / 12 / kept_of_normal(1 / 6))  # the 9 is drawn in to 2, the -3 to -2
    assert found.tau == pytest.approx((0.04 * (12 * found.phi - 11) / 11) ** 0.5)
