"""Do limits hold what they say, and do words keep quiet where nothing happened? On real months, and on simulated ones.

Figures are those of docs/adr/0016; whoever changes the method measures again.
"""

import csv
import io
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from geo.month import Month, months_between
from geo.statistics.comparison import change_spread, compare, enough
from geo.statistics.funnel import OUTER, level_spread, position
from geo.statistics.verdict import Verdict, change_verdicts

Counts = npt.NDArray[np.int64]
Found = Counter[tuple[str, str, Month]]  # by LSOA, category and month
CLAIMS = (Verdict.HIGHER, Verdict.LOWER)
CLEVELAND = list(months_between(Month(2023, 12), Month(2025, 11)))
LEICESTERSHIRE = list(months_between(Month(2025, 1), Month(2025, 12)))
AREAS_MIN = 20  # categories with fewer areas that can be judged are too small a sample to count in


@pytest.fixture(scope="module")
def real(shared: Path) -> dict[str, Found]:
    """Placed crimes of both forces by LSOA, category and month, straight from the published files."""
    found: dict[str, Found] = {"cleveland": Counter(), "leicestershire": Counter()}
    for path in sorted((shared / "crimes").glob("20*.zip")):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                force = name.split("/")[-1][8:].removesuffix("-street.csv")
                if force in found:
                    for row in csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))):
                        key = row["LSOA code"], row["Crime type"], Month.parse(row["Month"])
                        found[force][key] += bool(key[0])
    return found


def periods(found: Found, first: list[Month], second: list[Month]) -> dict[str, tuple[Counts, Counts]]:
    """Category to the counts of either period by LSOA; areas outside the force, with next to nothing, left out."""
    every = Counter[str]()
    for (lsoa, _, month), n in found.items():
        every[lsoa] += n if month in first or month in second else 0
    areas = sorted(lsoa for lsoa, n in every.items() if n >= 24)
    table = {}
    for category in sorted({key[1] for key in found}):
        sums = ([sum(found[lsoa, category, month] for month in period) for lsoa in areas] for period in (first, second))
        table[category] = tuple(np.array(one, np.int64) for one in sums)
    return table  # type: ignore[return-value]


def held_and_claimed(table: dict[str, tuple[Counts, Counts]]) -> tuple[float, float, int]:
    """The share of areas and categories within 99.8 % limits, that of sentences that claim a change, and of how many.

    Every area is compared with the norm of its force: a change of all together is none of one of them.
    """
    spreads = {category: change_spread(*pair) for category, pair in table.items()}
    judged = {name: spread for name, spread in spreads.items() if spread and spread.units >= AREAS_MIN}
    held, said = list[bool](), list[Verdict]()
    for area in range(len(next(iter(table.values()))[0])):
        pairs = {name: (int(table[name][0][area]), int(table[name][1][area])) for name in judged}
        norms = {name: table[name][1].sum() / table[name][0].sum() for name in judged}
        found = [compare(*pairs[name], judged[name], float(norms[name])) for name in judged]
        held += [one.p >= 1 - OUTER for one in found if enough(one)]
        said += [word for word in change_verdicts(found) if word is not Verdict.TOO_FEW]
    return float(np.mean(held)), sum(word in CLAIMS for word in said) / len(said), len(said)


@pytest.mark.real
@pytest.mark.parametrize(("force", "months"), [("cleveland", CLEVELAND), ("leicestershire", LEICESTERSHIRE)])
def test_between_odd_and_even_months_limits_hold_what_they_say_and_nothing_is_claimed(
    real: dict[str, Found], force: str, months: list[Month]
) -> None:
    """Real areas and real months, and no change between them but chance."""
    held, claimed, sentences = held_and_claimed(periods(real[force], months[::2], months[1::2]))
    assert sentences > 1_000
    assert 0.995 <= held <= 1
    assert claimed <= 0.005


@pytest.mark.real
def test_from_year_to_year_limits_hold_nearly_all_areas_and_let_out_those_that_did_change(
    real: dict[str, Found],
) -> None:
    held, claimed, sentences = held_and_claimed(periods(real["cleveland"], CLEVELAND[:12], CLEVELAND[12:]))
    assert sentences > 1_500
    assert 0.985 <= held <= 0.999
    assert 0.001 < claimed < 0.02


@pytest.mark.real
def test_areas_sixteen_times_as_large_vary_no_more_than_a_factor_tells(real: dict[str, Found]) -> None:
    """So a change is widened by a factor, and a factor learnt from neighbourhoods does for a mile."""
    ratios = list[float]()
    for before, after in periods(real["cleveland"], CLEVELAND[:12], CLEVELAND[12:]).values():
        small = change_spread(before, after)
        whole = len(before) // 16 * 16
        large = change_spread(*(one[:whole].reshape(-1, 16).sum(axis=1) for one in (before, after)))
        if small and large:
            ratios.append(large.phi / small.phi)
    assert len(ratios) >= 10
    assert 0.7 < float(np.median(ratios)) < 1.4


@pytest.mark.real
def test_limits_of_how_much_hold_about_998_of_a_thousand_real_areas(real: dict[str, Found]) -> None:
    """LSOAs are drawn to hold about as many residents each, so each is expected to have the mean."""
    held = list[bool]()
    for force, months in (("cleveland", CLEVELAND[12:]), ("leicestershire", LEICESTERSHIRE)):
        for count, _ in periods(real[force], months, months).values():
            expected = np.full(len(count), count.mean())
            spread = level_spread(count.astype(np.float64), expected)
            if spread and count.mean() >= 10:
                held += [position(float(n), float(count.mean()), spread).p >= 1 - OUTER for n in count]
    assert len(held) > 5_000
    assert 0.995 <= np.mean(held) <= 1


@pytest.mark.parametrize("areas", [10, 30, 120])
@pytest.mark.parametrize("phi", [1.0, 2.0, 5.0])
def test_where_nothing_changed_at_most_one_sentence_in_twenty_says_so(areas: int, phi: float) -> None:
    """Negative binomial counts of a variance `phi` times their mean, the same mean in both periods."""
    dice = np.random.default_rng(20_261_122)
    claims = sentences = 0
    for _ in range(600 // areas):
        table = [no_change(dice, areas, phi) for _ in range(14)]
        spreads = [change_spread(*pair) for pair in table]
        for area in range(areas):
            found = [
                compare(int(pair[0][area]), int(pair[1][area]), spread)
                for pair, spread in zip(table, spreads, strict=True)
            ]
            said = [word for word in change_verdicts(found) if word not in (Verdict.TOO_FEW, Verdict.NOT_JUDGED)]
            sentences += len(said)
            claims += sum(word in CLAIMS for word in said)
    assert sentences > 1_000
    assert claims <= 0.05 * sentences


def test_a_doubling_among_many_quiet_areas_is_said() -> None:
    dice = np.random.default_rng(20_261_122)
    before, after = no_change(dice, 60, 2.0)
    before[7], after[7] = 110, 220
    spread = change_spread(before, after)
    assert spread is not None
    assert change_verdicts([compare(110, 220, spread)]) == [Verdict.HIGHER]


def no_change(dice: np.random.Generator, areas: int, phi: float) -> tuple[Counts, Counts]:
    mean = dice.lognormal(np.log(40), 0.8, areas)
    if phi == 1:
        return dice.poisson(mean), dice.poisson(mean)
    return tuple(dice.negative_binomial(mean / (phi - 1), 1 / phi) for _ in range(2))  # type: ignore[return-value]
