"""What became of crimes: five groups, known counts, nothing in a share that cannot be in it."""

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path

import pytest

from api.queries.ground import neighbourhood_index
from api.queries.outcome import Age, AgeOutcomes, LeftOut, OutcomeAnswer, age_of, outcomes_in
from geo.category import category_of
from geo.errors import UnknownNeighbourhood
from geo.month import Month
from geo.neighbourhood import NeighbourhoodRef
from geo.outcome import OutcomeGroup, outcomes
from geo.store.layout import DataFolder
from geo.store.manifest import Hold
from geo.store.release import Release
from geo.supply import Kind, SupplyState
from ingest.build import build
from ingest.judge import accept
from ingest.load import LoadOrder, load
from ingest.reference import load_register
from ingest.workspace import workspace

T1, T2 = NeighbourhoodRef("testshire", "T1"), NeighbourhoodRef("testshire", "T2")
MARKET = "1.010000,54.005000,On or near Market Street,E01999001,Testham 001A"
NOWHERE = ",,No Location,,"
COURT, OUT_OF_COURT, NO_SUSPECT, NOT_PROSECUTED, OPEN = OutcomeGroup
RAILWAY = {
    "id": "btp", "name": "Railway Police", "slot": 45, "gss": None, "nation": "invented", "territorial": False,
    "publishes_outcomes": False, "url": None, "reported_as": ["Railway Police"],
}  # fmt: skip
# month: what was recorded in T1 (category, outcome, how many), all of it published in the issue of March 2024
MONTHS = {
    "2022-03": [("Robbery", "Offender sent to prison", 1)],
    "2023-01": [("Burglary", "Offender given a caution", 9)],
    "2023-08": [
        ("Burglary", "Investigation complete; no suspect identified", 6), ("Drugs", "Local resolution", 2),
        ("Robbery", "Court result unavailable", 1), ("Robbery", "Unable to prosecute suspect", 1),
        ("Robbery", "Status update unavailable", 2), ("Robbery", "", 3), ("Anti-social behaviour", "", 4),
    ],
    "2023-11": [("Robbery", "Awaiting court outcome", 1)],
}  # fmt: skip


def lines(month: str, place: str, kind: str, outcome: str, n: int, who: str = "Testshire Police") -> list[str]:
    return [f",{month},{who},{who},{place},{kind},{outcome},"] * n


@pytest.fixture
def with_railway(testshire: Path, tmp_path: Path) -> Path:
    """The invented register, and a railway police that publishes no outcomes."""
    forces = json.loads((testshire / "forces.json").read_text(encoding="utf-8"))
    forces["forces"].append(RAILWAY)
    path = tmp_path / "forces.json"
    path.write_text(json.dumps(forces), encoding="utf-8")
    return path


@pytest.fixture
def open_release(
    loaded: DataFolder, street_csv: Callable[..., Path], with_railway: Path, executor: Executor
) -> Callable[..., Release]:
    """`open_release(held)`: Testshire, the months above and two crimes on the railway; the month named is held back."""

    def opened(held: str = "") -> Release:
        for month, rows in MONTHS.items():
            written = [line for kind, outcome, n in rows for line in lines(month, MARKET, kind, outcome, n)]
            source = street_csv("testshire", month, [*written, *lines(month, NOWHERE, "Drugs", "Suspect charged", 2)])
        street_csv("btp", "2024-03", lines("2024-03", MARKET, "Bicycle theft", "", 2, "Railway Police"))
        with workspace(loaded) as work:
            register = load_register(work, with_railway)
            load(work, LoadOrder([source], Month(2024, 3)), register, executor, lambda _: None)
            odd = build(work, register, lambda _: None)
            for key in odd.held:
                odd = accept(odd, *key, "So few by design.")
            work.stage(odd)
            manifest = build(work, register, lambda _: None).changed(release_id="r1")
        if held:
            key = ("testshire", Month.parse(held), Kind.STREET)
            hold = Hold(force=key[0], month=key[1], kind=key[2], content=manifest.live[key].content, reason="Odd.")
            manifest = manifest.changed(holds=(hold,))
        loaded.release("r1").write_text(manifest.to_json(), encoding="utf-8")
        return Release.open(loaded, "r1")

    return opened


def by_age(answer: OutcomeAnswer) -> dict[Age, dict[OutcomeGroup, int]]:
    return {one.age: {group: n for group, n in one.counts.items() if n} for one in answer.ages}


def test_every_outcome_is_in_exactly_one_of_five_groups() -> None:
    assert len(outcomes()) == 28
    assert Counter(one.group for one in outcomes()) == {
        COURT: 16, OUT_OF_COURT: 4, NO_SUSPECT: 1, NOT_PROSECUTED: 5, OPEN: 2,
    }  # fmt: skip
    group = {one.slug: one.group for one in outcomes()}
    assert group["court-result-unavailable"] is COURT  # a result is missing only of what went to court
    assert group["awaiting-court-result"] is COURT
    assert group["status-update-unavailable"] is OPEN  # nobody knows that anything ended


def test_crimes_are_counted_by_group_and_by_how_old_they_were_when_published(
    open_release: Callable[..., Release], loaded: DataFolder
) -> None:
    answer = outcomes_in(open_release(), loaded, T1)
    assert by_age(answer) == {
        Age.TOO_EARLY: {OPEN: 16},
        Age.HALF_YEAR: {COURT: 1},
        Age.YEAR: {COURT: 1, OUT_OF_COURT: 2, NO_SUSPECT: 6, NOT_PROSECUTED: 1, OPEN: 2},
        Age.TWO_YEARS: {OUT_OF_COURT: 9},
        Age.OLDER: {COURT: 1},
    }
    assert [str(month) for one in answer.ages for month in one.months] == [
        "2024-03", "2023-11", "2023-08", "2023-01", "2022-03",
    ]  # fmt: skip


def test_what_can_have_no_outcome_and_what_has_none_published_is_left_out_and_counted(
    open_release: Callable[..., Release], loaded: DataFolder
) -> None:
    left = outcomes_in(open_release(), loaded, T1).left_out
    assert (left.silent_forces, left.unpublished) == (2, 3)
    assert left.incidents == 4 + 3  # those of August 2023, and of March 2024


def test_every_crime_of_the_counts_is_in_a_group_or_left_out(
    open_release: Callable[..., Release], loaded: DataFolder
) -> None:
    release = open_release()
    for ref in (T1, T2):
        answer = outcomes_in(release, loaded, ref)
        snap_ids = release.snap_ids_in(neighbourhood_index(release, ref))
        counts = [release.counts(month) for month in answer.months]
        assert sum(int(one.n[one.rows_at(snap_ids)].sum()) for one in counts) == (
            sum(one.n for one in answer.ages) + answer.left_out.n
        )


def test_a_category_is_counted_alone_and_anti_social_behaviour_has_no_group(
    open_release: Callable[..., Release], loaded: DataFolder
) -> None:
    release = open_release()
    drugs = outcomes_in(release, loaded, T1, category_of("drugs"))
    assert by_age(drugs)[Age.YEAR] == {OUT_OF_COURT: 2}
    assert drugs.left_out == LeftOut(0, 0, 0)
    incidents = outcomes_in(release, loaded, T1, category_of("anti-social-behaviour"))
    assert {one.n for one in incidents.ages} == {0}
    assert incidents.left_out == LeftOut(7, 0, 0)


def test_a_month_held_back_is_a_gap_and_so_are_months_without_a_file(
    open_release: Callable[..., Release], loaded: DataFolder
) -> None:
    answer = outcomes_in(open_release("2023-08"), loaded, T1)
    gaps = dict(answer.gaps)
    assert gaps[Month(2023, 8)] is SupplyState.PARTIAL
    assert gaps[Month(2024, 2)] is SupplyState.NOT_HELD
    assert Month(2023, 8) not in answer.months
    assert Age.YEAR not in by_age(answer)
    assert answer.left_out.unpublished == 0
    assert len(answer.months) + len(gaps) == 25  # March 2022 to March 2024


def test_a_month_that_was_never_published_again_is_as_young_as_its_only_issue(
    open_release: Callable[..., Release],
) -> None:
    first = open_release().manifest.live["testshire", Month(2022, 3), Kind.STREET]
    assert age_of(first) is Age.OLDER
    assert age_of(first.changed(published=Month(2022, 5))) is Age.TOO_EARLY
    assert age_of(first.changed(published=Month(2022, 6))) is Age.HALF_YEAR
    assert age_of(first.changed(published=Month(2024, 2))) is Age.TWO_YEARS


@pytest.mark.parametrize(
    ("age", "n", "shared"),
    [(Age.YEAR, 10, True), (Age.YEAR, 9, False), (Age.TOO_EARLY, 1_000, False)],
    ids=["enough", "too few", "too early"],
)
def test_a_share_is_stated_of_ten_crimes_that_are_old_enough(age: Age, n: int, shared: bool) -> None:
    found = AgeOutcomes(age, (), {**dict.fromkeys(OutcomeGroup, 0), COURT: n - 1, OPEN: 1})
    assert (found.n, found.ended, found.shared) == (n, n - 1, shared)


def test_a_neighbourhood_that_is_not_held_has_no_answer(
    open_release: Callable[..., Release], loaded: DataFolder
) -> None:
    with pytest.raises(UnknownNeighbourhood):
        outcomes_in(open_release(), loaded, NeighbourhoodRef("testshire", "T9"))
