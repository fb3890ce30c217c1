"""What cannot be a whole month is held back, and by which rule."""

from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path

import pytest

from geo.force import uk_forces
from geo.month import Month
from geo.store.layout import DataFolder
from geo.store.manifest import Manifest
from geo.supply import Kind, SupplyState
from ingest.judge import accept, judged
from ingest.load import LoadOrder, load
from ingest.workspace import workspace

USUAL = ["Burglary"] * 20 + ["Drugs"] * 20 + ["Robbery"] * 20
Write = Callable[..., Path]


def rows(month: str, categories: list[str], *, unplaced: int = 0, shift: int = 0) -> list[str]:
    found = []
    for at, category in enumerate(categories):
        place = ",," if at < unplaced else f"-1.1{at % 10 + shift:04d},52.6,On or near Street {at % 10 + shift}"
        place = place if at >= unplaced else ",,No Location"
        found.append(f"{at:064x},{month},Kent Police,Kent Police,{place},,,{category},Under investigation,")
    return found


def judge(tmp_path: Path, executor: Executor, write: Write, odd: dict[str, list[str]], usual: int = 4) -> Manifest:
    """Holds over some usual months from 2024-01 on, and the odd ones."""
    months = {f"2024-{at:02d}": rows(f"2024-{at:02d}", USUAL) for at in range(1, usual + 1)} | odd
    folder = DataFolder(tmp_path / "data")
    for month, lines in months.items():
        write("kent", month, lines)
    with workspace(folder) as work:
        load(work, LoadOrder([tmp_path / "crimes"]), uk_forces(), executor, lambda _: None)
        return judged(folder, work.staged())


def reasons(manifest: Manifest) -> dict[str, str]:
    return {str(hold.month): hold.reason for hold in manifest.holds}


def test_usual_months_are_not_held(tmp_path: Path, executor: Executor, street_csv: Write) -> None:
    assert reasons(judge(tmp_path, executor, street_csv, {})) == {}


def test_a_month_of_one_category_is_held_even_without_history(
    tmp_path: Path, executor: Executor, street_csv: Write
) -> None:
    odd = {"2024-09": rows("2024-09", ["Burglary"] * 25)}
    found = judge(tmp_path, executor, street_csv, odd, usual=0)
    assert reasons(found) == {"2024-09": "All 25 records are Burglary: a filtered file is not a total."}
    assert found.state("kent", Month(2024, 9), Kind.STREET) is SupplyState.PARTIAL
    assert found.months == ()


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        (rows("2024-05", USUAL * 3), "180 records, where 60 are usual."),
        (rows("2024-05", USUAL[::3]), "20 records, where 60 are usual."),
        (rows("2024-05", ["Robbery"] * 50 + ["Drugs"] * 10), "of another category"),
        (rows("2024-05", USUAL, unplaced=40), "67% of the records have no position, where 0% is usual."),
        (rows("2024-05", USUAL, shift=500), "100% of the snap points are in no other month of this force."),
        ([], "The file has no records."),
    ],
)
def test_an_odd_month_is_held_with_its_reason(
    tmp_path: Path, executor: Executor, street_csv: Write, odd: list[str], reason: str
) -> None:
    held = reasons(judge(tmp_path, executor, street_csv, {"2024-05": odd}))
    assert list(held) == ["2024-05"]
    assert reason in held["2024-05"]


def test_three_months_of_history_are_the_least_that_is_compared_with(
    tmp_path: Path, executor: Executor, street_csv: Write
) -> None:
    assert reasons(judge(tmp_path, executor, street_csv, {"2024-05": rows("2024-05", USUAL * 3)}, usual=2)) == {}


def test_nothing_is_compared_across_the_renewal_of_the_snap_list(
    tmp_path: Path, executor: Executor, street_csv: Write
) -> None:
    odd = {"2022-06": rows("2022-06", USUAL * 3, shift=900)}
    months = {f"2022-{at:02d}": rows(f"2022-{at:02d}", USUAL) for at in range(7, 11)}
    assert reasons(judge(tmp_path, executor, street_csv, odd | months, usual=0)) == {}


def test_what_is_accepted_counts_and_stays_accepted(tmp_path: Path, executor: Executor, street_csv: Write) -> None:
    found = judge(tmp_path, executor, street_csv, {"2024-05": rows("2024-05", USUAL * 3)})
    taken = accept(found, "kent", Month(2024, 5), Kind.STREET, "A festival")
    assert taken.state("kent", Month(2024, 5), Kind.STREET) is SupplyState.SUPPLIED
    assert judged(DataFolder(tmp_path / "data"), taken) == taken


def test_what_was_accepted_is_not_held_again_after_it_looked_usual_for_a_while(
    tmp_path: Path, executor: Executor, street_csv: Write
) -> None:
    found = judge(tmp_path, executor, street_csv, {"2024-05": rows("2024-05", USUAL * 3)})
    taken = accept(found, "kent", Month(2024, 5), Kind.STREET, "A festival")
    folder = DataFolder(tmp_path / "data")
    without_history = taken.changed(publications=taken.publications[-1:])
    usual = judged(folder, without_history)
    assert usual.held == {}
    again = judged(folder, usual.changed(publications=taken.publications))
    assert again.state("kent", Month(2024, 5), Kind.STREET) is SupplyState.SUPPLIED


def test_months_without_records_are_held_and_are_nobodys_history(
    tmp_path: Path, executor: Executor, street_csv: Write
) -> None:
    empty: dict[str, list[str]] = {f"2024-{at:02d}": [] for at in range(1, 5)}
    found = judge(tmp_path, executor, street_csv, empty | {"2024-05": rows("2024-05", USUAL[:6])}, usual=0)
    assert reasons(found) == dict.fromkeys(empty, "The file has no records.")
    assert found.state("kent", Month(2024, 1), Kind.STREET) is SupplyState.PARTIAL


def test_what_is_not_held_cannot_be_accepted(tmp_path: Path, executor: Executor, street_csv: Write) -> None:
    found = judge(tmp_path, executor, street_csv, {})
    with pytest.raises(LookupError, match="Nothing is held back"):
        accept(found, "kent", Month(2024, 1), Kind.STREET, "why not")
