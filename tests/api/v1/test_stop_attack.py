"""Whoever holds every number that is published of stops, and subtracts them all, pins no suppressed one."""

import random
from collections import Counter

import pytest

from geo.statistics.suppression import SMALLEST_SHOWN, Shown, Table, shown, table_shown

TOTAL = "\0total"
KINDS = ("Arrest", "Caution", "Community resolution", "Nothing found", "Penalty notice", "Summons")
FORCE, UNPLACED = "the force", "unplaced"
Cell = tuple[str, str]
Ranges = dict[Cell, list[int]]


def world(seed: int, neighbourhoods: int, most: int) -> dict[str, Counter[str]]:
    """Stops by kind of each neighbourhood and of those without a place: many small counts, a few kinds common."""
    chance = random.Random(seed)
    common = [most if kind == "Nothing found" else chance.choice([1, 2, 4]) for kind in KINDS]

    def drawn() -> Counter[str]:
        return Counter({kind: chance.randint(0, top) for kind, top in zip(KINDS, common, strict=True)})

    return {**{f"DG{at:02}": drawn() for at in range(neighbourhoods)}, UNPLACED: drawn()}


def told(one: Shown | None, most: int) -> list[int]:
    """Which numbers may be behind what is shown: from, to."""
    if one is None:
        return [0, most]
    return [0, SMALLEST_SHOWN - 1] if one.n is None else [max(SMALLEST_SHOWN, one.n - 2), one.n + 2]


def published(counts: dict[str, Counter[str]]) -> Ranges:
    """All that `/v1/stops` tells of the force and each neighbourhood, and `/v1/coverage` of stops without a place."""
    whole = sum(counts.values(), Counter())
    found: Ranges = {}
    for place, here in {FORCE: whole, **counts}.items():
        table = Table(shown(here.total()), None) if place == UNPLACED else table_shown(here)
        found[place, TOTAL] = told(table.total, whole.total() + 2)
        for kind in KINDS:
            hidden = None if place == UNPLACED else Shown(None)
            listed = hidden if table.counts is None else table.counts.get(kind, Shown(None))
            found[place, kind] = told(listed, whole.total() + 2)
    return found


def equations(counts: dict[str, Counter[str]]) -> list[tuple[Cell, list[Cell]]]:
    """What is the sum of what."""
    rows = [((place, TOTAL), [(place, kind) for kind in KINDS]) for place in (FORCE, *counts)]
    return rows + [((FORCE, column), [(place, column) for place in counts]) for column in (*KINDS, TOTAL)]


def narrowed(found: Ranges, sums: list[tuple[Cell, list[Cell]]]) -> Ranges:
    """The ranges that are left when every sum has been used until none narrows any more."""
    before = None
    while before != (before := {cell: tuple(span) for cell, span in found.items()}):
        for whole, parts in sums:
            low, high = (sum(found[part][end] for part in parts) for end in (0, 1))
            found[whole][:] = max(found[whole][0], low), min(found[whole][1], high)
            for part in parts:
                least, most = found[part]
                found[part][:] = max(least, found[whole][0] - (high - most)), min(most, found[whole][1] - (low - least))
    return found


def pinned(counts: dict[str, Counter[str]], found: Ranges) -> dict[Cell, int]:
    """The suppressed numbers of neighbourhoods that are left one value only."""
    left = narrowed(found, equations(counts))
    places = [place for place in counts if place != UNPLACED]
    truth = {(place, kind): counts[place][kind] for place in places for kind in KINDS}
    truth |= {(place, TOTAL): counts[place].total() for place in places}
    assert all(left[cell][0] <= n <= left[cell][1] for cell, n in truth.items())
    return {cell: n for cell, n in truth.items() if n < SMALLEST_SHOWN and left[cell][0] == left[cell][1]}


WORLDS = [(size, most, month) for size in (2, 3, 8, 24) for most in (4, 9, 30) for month in range(12)]


@pytest.mark.parametrize(("size", "most", "month"), WORLDS)
def test_no_suppressed_number_of_any_neighbourhood_can_be_worked_out(size, most, month):
    counts = world(month + 100 * size + most, size, most)
    assert pinned(counts, published(counts)) == {}


@pytest.mark.parametrize(("size", "most", "month"), [one for one in WORLDS if one[0] > 2])
def test_nor_by_somebody_who_counted_the_raw_rows_of_the_force_and_of_those_without_a_place(size, most, month):
    counts = world(month + 100 * size + most, size, most)
    found, whole = published(counts), sum(counts.values(), Counter())
    for place, exact in ((FORCE, whole), (UNPLACED, counts[UNPLACED])):
        found[place, TOTAL] = [exact.total()] * 2
    found |= {(FORCE, kind): [whole[kind]] * 2 for kind in KINDS}
    assert [n for n in pinned(counts, found).values() if n] == []


def test_the_attack_pins_what_exact_tables_with_small_numbers_named_would_tell():
    names = ("DG01", "DG20", "DG22")  # "fewer than 5" and not none, beside a 6, in a force that shows 9
    found = {(FORCE, "x"): [9, 9], ("DG02", "x"): [6, 6], **{(name, "x"): [1, 4] for name in names}}
    left = narrowed(found, [((FORCE, "x"), [(name, "x") for name in ("DG02", *names)])])
    assert [left[name, "x"] for name in names] == [[1, 1]] * 3


def test_no_sum_pins_a_number_whose_neighbours_are_not_all_at_the_edge_of_what_they_are_rounded_from():
    ones = {f"DG{at:02}": Counter(Arrest=1) for at in range(9)}
    counts = {**ones, "DG09": Counter(Arrest=6), UNPLACED: Counter()}
    assert pinned(counts, published(counts)) == {}
