"""What is said of a comparison, in one of few words."""

from collections.abc import Sequence
from enum import StrEnum

from geo.statistics.comparison import EXPECTED_MIN, Comparison, enough
from geo.statistics.discovery import adjusted
from geo.statistics.funnel import OUTER, Position

CHANCE = 1 - OUTER  # of an area without a change to lie outside its limits
DISCOVERY = 0.01  # rate of false discoveries over the categories of one page


class Verdict(StrEnum):
    """The only words there are for a comparison."""

    TOO_FEW = "too_few"  # fewer than 10 expected: nothing can be said
    NOT_JUDGED = "not_judged"  # too few areas to learn from how much figures vary by themselves
    HIGHER = "higher"
    LOWER = "lower"
    NO_CLEAR_CHANGE = "no_clear_change"  # of a comparison in time
    AS_EXPECTED = "as_expected"  # of a comparison with other areas


def change_verdicts(comparisons: Sequence[Comparison]) -> list[Verdict]:
    """The verdict on each category of one area, all judged together.

    Higher or lower must lie outside limits that hold 99.8 % of areas that did not change, and be a discovery at a rate
    of 1 % among the categories that are looked at (Benjamini and Hochberg): one page has many chances to be wrong.
    """
    return _verdicts(
        [_plain(one) for one in comparisons],
        [one.p for one in comparisons],
        [one.after > one.expected for one in comparisons],
        Verdict.NO_CLEAR_CHANGE,
    )


def level_verdicts(positions: Sequence[Position]) -> list[Verdict]:
    """The verdict on each category of one area against other areas, all judged together by the same rule."""
    return _verdicts(
        [None if one.expected >= EXPECTED_MIN else Verdict.TOO_FEW for one in positions],
        [one.p for one in positions],
        [one.ratio > 1 for one in positions],
        Verdict.AS_EXPECTED,
    )


def _plain(comparison: Comparison) -> Verdict | None:
    """What is said without looking at the difference; `None` where it is to be looked at."""
    if not enough(comparison):
        return Verdict.TOO_FEW
    return None if comparison.spread else Verdict.NOT_JUDGED


def _verdicts(
    plain: Sequence[Verdict | None], p: Sequence[float], above: Sequence[bool], otherwise: Verdict
) -> list[Verdict]:
    judged = iter(adjusted([chance for said, chance in zip(plain, p, strict=True) if said is None]))
    return [
        said or (_word(higher) if next(judged) <= DISCOVERY and chance <= CHANCE else otherwise)
        for said, chance, higher in zip(plain, p, above, strict=True)
    ]


def _word(higher: bool) -> Verdict:
    return Verdict.HIGHER if higher else Verdict.LOWER
