"""Every row of Testshire's files is the witness of one rule."""

import os
import pickle
import shutil
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from geo.errors import Busy, UnreadableSource
from geo.force import ForceRegister, uk_forces
from geo.month import Month
from geo.store.layout import DataFolder
from geo.store.manifest import Publication
from geo.supply import Kind, SupplyState
from ingest.load import LoadOrder, LoadReport, load
from ingest.member import Loaded, inflated, load_member
from ingest.source import find_content
from ingest.workspace import staged_manifest, workspace

MARCH = Month(2024, 3)
ASB_ROW = ",{month},Kent Police,Kent Police,-1.1,52.6,On or near A Street,E01,X 001,Anti-social behaviour,,"
BURGLARY_ROW = (
    "{id:064x},{month},Kent Police,Kent Police,-1.1,52.6,On or near A Street,E01,X 001,Burglary,Under investigation,"
)


def published(folder: DataFolder, kind: Kind) -> Publication:
    return staged_manifest(folder).live["testshire", MARCH, kind]


def records(folder: DataFolder, kind: Kind) -> list[dict[str, object]]:
    return list(pq.read_table(folder.file(published(folder, kind).file.path)).to_pylist())


def run(
    root: Path, executor: Executor, *sources: Path, register: ForceRegister | None = None, **order: object
) -> LoadReport:
    with workspace(DataFolder(root)) as work:
        asked = LoadOrder(list(sources), **order)  # type: ignore[arg-type]
        return load(work, asked, register or uk_forces(), executor, lambda _: None)


def test_every_street_row_is_a_record_or_a_counted_reject(loaded: DataFolder) -> None:
    street = published(loaded, Kind.STREET)
    assert (street.rows, street.records) == (42, 33)
    assert street.rejects == {
        "bad-crime-id": 1,
        "bad-latitude": 1,
        "bad-longitude": 1,
        "half-a-position": 1,
        "not-utf-8": 1,
        "other-month": 1,
        "unknown-crime-type": 1,
        "unknown-outcome": 1,
        "wrong-number-of-columns": 1,
    }


def test_a_reject_keeps_its_line_and_reason_and_nothing_of_the_row(loaded: DataFolder) -> None:
    ref = published(loaded, Kind.STREET).reject_file
    assert ref is not None
    rejects = pq.read_table(loaded.file(ref.path)).to_pylist()
    assert [(one["line"], one["reason"]) for one in rejects[:3]] == [
        (7, "unknown-crime-type"),
        (8, "unknown-outcome"),
        (9, "bad-crime-id"),
    ]
    assert set(rejects[0]) == {"line", "line_sha256", "reason"}


def test_outcomes_and_stops_lose_only_their_bad_rows(loaded: DataFolder) -> None:
    outcomes, stops = published(loaded, Kind.OUTCOMES), published(loaded, Kind.STOPS)
    assert (outcomes.rows, outcomes.rejects) == (6, {"unknown-outcome": 1})
    assert (stops.rows, stops.rejects) == (7, {"bad-date": 1, "neither-true-nor-false": 1, "unknown-stop-type": 1})


def test_a_row_is_known_by_its_place_in_the_file_and_not_by_its_crime_id(loaded: DataFolder) -> None:
    rows = records(loaded, Kind.STREET)
    ids = Counter(row["persistent_id"] for row in rows if row["persistent_id"] is not None)
    assert max(ids.values()) == 2
    assert [row["row"] for row in rows] == sorted({row["row"] for row in rows})


def test_identical_anti_social_behaviour_rows_are_separate_incidents(loaded: DataFolder) -> None:
    assert sum(row["category"] == 0 for row in records(loaded, Kind.STREET)) == 3


def test_a_row_without_a_place_is_still_a_record(loaded: DataFolder) -> None:
    assert published(loaded, Kind.STREET).unplaced == 3  # two left empty, one zeroed


@pytest.mark.parametrize(
    "name",
    [
        "On or near Nook, The",
        "On or near Sqwâr Owain Glyndŵr",
        "On or near ",
        "On or near St  Pancras International (Station)",
        "No Location",
    ],
)
def test_a_street_name_is_kept_as_it_was_published(loaded: DataFolder, name: str) -> None:
    assert name in {row["street"] for row in records(loaded, Kind.STREET)}


def test_a_coordinate_is_compared_by_value(loaded: DataFolder) -> None:
    market = {
        (row["lat_e6"], row["lng_e6"])
        for row in records(loaded, Kind.STREET)
        if row["street"] == "On or near Market Street"
    }
    assert market == {(54_005_000, 1_010_000)}


def test_both_wordings_of_a_penalty_notice_are_one_outcome(loaded: DataFolder) -> None:
    outcomes = Counter(row["outcome"] for row in records(loaded, Kind.STREET))
    assert outcomes[10] == 2


def test_lsoa_codes_carry_their_vintage_in_their_name(loaded: DataFolder) -> None:
    row = records(loaded, Kind.STREET)[0]
    assert (row["lsoa21"], row["lsoa11"]) == ("E01999001", None)


def test_a_stop_of_the_hour_before_the_month_stays_in_the_files_month(loaded: DataFolder) -> None:
    times = [f"{row['at']:%Y-%m-%d %H:%M}" for row in records(loaded, Kind.STOPS)]
    assert times[1] == "2024-02-29 23:30"


def test_a_three_valued_field_stays_three_valued(loaded: DataFolder) -> None:
    assert [row["in_operation"] for row in records(loaded, Kind.STOPS)] == [False, None, True, None]


def test_a_source_member_is_kept_byte_for_byte(loaded: DataFolder, testshire: Path) -> None:
    delivered = (testshire / "crimes/2024-03/2024-03-testshire-street.csv").read_bytes()
    assert inflated(loaded.file(published(loaded, Kind.STREET).member.path)) == delivered


def test_loading_twice_changes_nothing(
    loaded: DataFolder, testshire: Path, executor: Executor, test_register: ForceRegister
) -> None:
    before = loaded.staged.read_bytes()
    report = run(loaded.root, executor, testshire / "crimes", register=test_register)
    assert len(report.unchanged) == 3
    assert loaded.staged.read_bytes() == before


def test_a_load_that_is_stopped_leaves_what_is_staged_as_it_was_and_its_files_are_found_again(
    tmp_path: Path, executor: Executor, street_csv: Callable[..., Path]
) -> None:
    months = [f"{year}-{month:02d}" for year in range(2014, 2020) for month in range(1, 13)]
    for month in months:
        source = street_csv("kent", month, [ASB_ROW.format(month=month)])
    folder = DataFolder(tmp_path / "data")
    seen: list[object] = []

    def stopped(result: object) -> None:
        seen.append(result)
        if len(seen) == len(months) - 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), workspace(folder) as work:
        load(work, LoadOrder([source]), uk_forces(), executor, stopped)
    assert staged_manifest(folder).publications == ()
    written = {path: path.stat().st_mtime_ns for path in (folder.store / "records").rglob("*.parquet")}
    assert len(written) == len(months) - 1
    run(folder.root, executor, source)
    assert len(staged_manifest(folder).publications) == len(months)
    assert {path: path.stat().st_mtime_ns for path in written} == written


def test_nothing_is_staged_before_its_files_are_flushed_to_the_disk(
    tmp_path: Path, executor: Executor, street_csv: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = street_csv("kent", "2024-03", [ASB_ROW.format(month="2024-03"), "a row of another width"])
    folder = DataFolder(tmp_path / "data")
    with pytest.raises(KeyboardInterrupt), workspace(folder) as work:
        load(work, LoadOrder([source]), uk_forces(), executor, _interrupt)  # leaves files that were never flushed
    flushed: list[tuple[Path, bool]] = []
    fsync = os.fsync

    def noted(handle: int) -> None:
        flushed.append((Path(f"/proc/self/fd/{handle}").readlink(), folder.staged.exists()))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", noted)
    run(folder.root, executor, source)
    before = {path for path, staged in flushed if not staged}
    named = {folder.file(ref.path) for ref in staged_manifest(folder).files()}
    assert len(named) == 3
    assert before >= {place for path in named for place in (path, path.parent)}


def _interrupt(_: object) -> None:
    raise KeyboardInterrupt


def test_a_file_that_comes_twice_is_counted_once(
    tmp_path: Path, executor: Executor, street_csv: Callable[..., Path]
) -> None:
    one, other = (street_csv("kent", "2024-03", [ASB_ROW.format(month="2024-03")], name) for name in ("one", "other"))
    for unchanged in (0, 1):
        report = run(tmp_path / "data", executor, one, other)
        assert (len(report.files), report.rows()["street"], len(report.unchanged)) == (1, 1, unchanged)
        assert report.refused == []


def test_the_account_of_a_load_holds_no_file(
    tmp_path: Path, executor: Executor, street_csv: Callable[..., Path]
) -> None:
    sizes = []
    for name, rows in (("small", 1), ("large", 5_000)):
        lines = [BURGLARY_ROW.format(id=at, month="2024-03") for at in range(rows)]
        report = run(tmp_path / name / "data", executor, street_csv("kent", "2024-03", lines, name))
        sizes.append(len(pickle.dumps(report)))
    assert sizes[1] - sizes[0] < 100


def test_line_ends_do_not_change_the_records(tmp_path: Path, testshire: Path) -> None:
    delivered = testshire / "crimes/2024-03/2024-03-testshire-street.csv"
    feeds = tmp_path / delivered.name
    feeds.write_bytes(delivered.read_bytes().replace(b"\r\n", b"\n"))
    contents = []
    for path in (delivered, feeds):
        loaded = load_member(find_content([path]).members[0], ["Testshire Police"])
        assert isinstance(loaded, Loaded)
        contents.append(loaded.account.content)
    assert contents[0] == contents[1]


@pytest.mark.parametrize("first", ["older", "newer"])
def test_the_newest_publication_rules_in_whatever_order_they_come(
    tmp_path: Path, executor: Executor, street_csv: Callable[..., Path], first: str
) -> None:
    older = street_csv("kent", "2024-03", [BURGLARY_ROW.format(id=1, month="2024-03")], "older")
    newer = street_csv("kent", "2024-03", [BURGLARY_ROW.format(id=2, month="2024-03")], "newer")
    orders = [(older, Month(2024, 5)), (newer, Month(2024, 6))]
    for source, month in orders if first == "older" else reversed(orders):
        run(tmp_path / "data", executor, source, published=month)
    manifest = staged_manifest(DataFolder(tmp_path / "data"))
    assert manifest.live["kent", MARCH, Kind.STREET].published == Month(2024, 6)
    assert len(manifest.publications) == 2


def test_another_file_of_the_same_publication_is_refused_unless_it_is_to_replace(
    tmp_path: Path, executor: Executor, street_csv: Callable[..., Path]
) -> None:
    one = street_csv("kent", "2024-03", [BURGLARY_ROW.format(id=1, month="2024-03")], "one")
    other = street_csv("kent", "2024-03", [BURGLARY_ROW.format(id=2, month="2024-03")], "other")
    run(tmp_path / "data", executor, one)
    refused = run(tmp_path / "data", executor, other)
    assert "--replace" in refused.refused[0].why
    replaced = run(tmp_path / "data", executor, other, replacing=True)
    assert not replaced.refused
    assert len(staged_manifest(DataFolder(tmp_path / "data")).publications) == 1


def test_a_whole_archive_declares_what_it_lacks_and_silence_does_not(
    tmp_path: Path, executor: Executor, street_csv: Callable[..., Path]
) -> None:
    source = street_csv("kent", "2024-03", [ASB_ROW.format(month="2024-03")])
    run(tmp_path / "data", executor, source)
    silent = staged_manifest(DataFolder(tmp_path / "data"))
    assert silent.state("essex", MARCH, Kind.STREET) is SupplyState.NOT_HELD
    run(tmp_path / "data", executor, source, complete=True)
    whole = staged_manifest(DataFolder(tmp_path / "data"))
    assert whole.state("essex", MARCH, Kind.STREET) is SupplyState.NOT_SUPPLIED
    assert whole.state("essex", MARCH, Kind.STOPS) is SupplyState.NOT_HELD
    assert whole.state("kent", MARCH, Kind.STREET) is SupplyState.SUPPLIED


def test_a_coverage_file_declares_states(tmp_path: Path, executor: Executor, street_csv: Callable[..., Path]) -> None:
    source = street_csv("kent", "2024-03", [ASB_ROW.format(month="2024-03")])
    (source / "coverage.csv").write_text(
        "force,month,kind,state,note\n"
        "kent,2024-03,street,partial,Two of three districts\n"
        "greater-manchester,2024-03,street,not_supplied,New record system\n"
    )
    run(tmp_path / "data", executor, source)
    manifest = staged_manifest(DataFolder(tmp_path / "data"))
    assert manifest.state("kent", MARCH, Kind.STREET) is SupplyState.PARTIAL
    assert manifest.note("greater-manchester", MARCH, Kind.STREET) == "New record system"


COVERAGE = "force,month,kind,state,note\n"


def test_silence_never_takes_the_place_of_a_word(
    tmp_path: Path, executor: Executor, street_csv: Callable[..., Path]
) -> None:
    source = street_csv("kent", "2024-03", [ASB_ROW.format(month="2024-03")])
    (source / "coverage.csv").write_text(f"{COVERAGE}essex,2024-03,street,not_supplied,New record system\n")
    run(tmp_path / "data", executor, source, complete=True)
    (source / "coverage.csv").unlink()
    run(tmp_path / "data", executor, source, complete=True, published=Month(2024, 9))
    manifest = staged_manifest(DataFolder(tmp_path / "data"))
    assert manifest.note("essex", MARCH, Kind.STREET) == "New record system"


@pytest.mark.parametrize("first", ["archive", "file"])
def test_silence_says_nothing_of_what_is_held_whichever_comes_first(
    tmp_path: Path, executor: Executor, street_csv: Callable[..., Path], first: str
) -> None:
    archive = street_csv("kent", "2024-03", [ASB_ROW.format(month="2024-03")], "archive")
    row = ASB_ROW.format(month="2024-03").replace("Kent", "Essex")
    orders = [(archive, True), (street_csv("essex", "2024-03", [row], "file"), False)]
    for source, complete in orders if first == "archive" else reversed(orders):
        run(tmp_path / "data", executor, source, complete=complete)
    manifest = staged_manifest(DataFolder(tmp_path / "data"))
    assert ("essex", MARCH, Kind.STREET) not in manifest.declared
    assert manifest.note("essex", MARCH, Kind.STREET) is None
    assert manifest.note("dorset", MARCH, Kind.STREET) == "Not in an archive that is known to be whole."


@pytest.mark.parametrize("newest_first", [True, False])
def test_the_word_of_the_newest_issue_rules_in_whatever_order_they_come(
    tmp_path: Path, executor: Executor, newest_first: bool
) -> None:
    words = [(Month(2024, 5), "not_supplied,No system"), (Month(2024, 6), "not_supplied,Still no system")]
    for issue, word in reversed(words) if newest_first else words:
        (tmp_path / "coverage.csv").write_text(f"{COVERAGE}essex,2024-03,street,{word}\n")
        run(tmp_path / "data", executor, tmp_path / "coverage.csv", published=issue)
    manifest = staged_manifest(DataFolder(tmp_path / "data"))
    assert manifest.note("essex", MARCH, Kind.STREET) == "Still no system"


def test_a_coverage_file_on_its_own_speaks_of_the_newest_issue_held(
    tmp_path: Path, executor: Executor, street_csv: Callable[..., Path]
) -> None:
    source = street_csv("kent", "2024-03", [ASB_ROW.format(month="2024-03")])
    (source / "coverage.csv").write_text(f"{COVERAGE}kent,2024-03,street,partial,Two districts\n")
    run(tmp_path / "data", executor, source, published=Month(2024, 6))
    alone = tmp_path / "coverage.csv"
    alone.write_text(f"{COVERAGE}kent,2024-03,street,partial,One district\n")
    run(tmp_path / "data", executor, alone)
    assert staged_manifest(DataFolder(tmp_path / "data")).note("kent", MARCH, Kind.STREET) == "One district"


@pytest.mark.parametrize("word", ["kent,2024-03,street,not_supplied,Nothing came", "essex,2024-03,street,partial,Half"])
def test_a_word_that_does_not_decide_the_state_is_not_said(
    tmp_path: Path, executor: Executor, street_csv: Callable[..., Path], word: str
) -> None:
    source = street_csv("kent", "2024-03", [ASB_ROW.format(month="2024-03")])
    (source / "coverage.csv").write_text(f"{COVERAGE}{word}\n")
    run(tmp_path / "data", executor, source)
    manifest = staged_manifest(DataFolder(tmp_path / "data"))
    assert manifest.state("kent", MARCH, Kind.STREET) is SupplyState.SUPPLIED
    assert manifest.state("essex", MARCH, Kind.STREET) is SupplyState.NOT_HELD
    assert manifest.note(word.split(",")[0], MARCH, Kind.STREET) is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("kent,2024-13,street,partial,", "2024-13"),
        ("kentt,2024-03,street,partial,", "kentt"),
        ("kent,2024-03,street,supplied,", "cannot be declared"),
        ("kent,2024-03,crimes,partial,", "crimes"),
        ("kent,2024-03", "None"),
        ("kent,2024-03,street,partial,Two weeks, or three", "too many values"),
        ("kent,2024-03,street,partial,Gwe\udcfe", "UTF-8"),
        ('kent,2024-03,street,partial,"Two weeks', "end of data"),
        ("kent,2024-03,street,partial," + "x" * 200_000, "field limit"),
    ],
)
def test_a_wrong_declaration_is_refused_with_its_line(tmp_path: Path, executor: Executor, line: str, said: str) -> None:
    written = f"force,month,kind,state,note\n{line}\n".encode("utf-8", "surrogateescape")
    (tmp_path / "coverage.csv").write_bytes(written)
    with pytest.raises(UnreadableSource, match=f"line 2.*{said}"):
        run(tmp_path / "data", executor, tmp_path / "coverage.csv")


def test_a_file_with_another_header_is_left_out_and_the_rest_is_loaded(
    tmp_path: Path, executor: Executor, street_csv: Callable[..., Path]
) -> None:
    street_csv("kent", "2024-03", [ASB_ROW.format(month="2024-03")])
    source = street_csv("essex", "2024-03", ["1,2"], header="lat,lng")
    report = run(tmp_path / "data", executor, source)
    assert [one.member.force for one in report.refused] == ["essex"]
    assert [one.member.force for one in report.files] == ["kent"]


def test_a_row_that_another_force_reported_is_a_counted_reject(
    tmp_path: Path, executor: Executor, street_csv: Callable[..., Path]
) -> None:
    own = BURGLARY_ROW.format(id=1, month="2024-03")
    foreign = [own.replace("Kent Police", name) for name in ("Essex Police", "kent police", "")]
    run(tmp_path / "data", executor, street_csv("kent", "2024-03", [own, *foreign]))
    kent = staged_manifest(DataFolder(tmp_path / "data")).live["kent", MARCH, Kind.STREET]
    assert (kent.records, kent.rejects) == (1, {"other-force": 3})


@pytest.mark.parametrize("name", ["Hampshire Constabulary", "Hampshire and Isle of Wight Constabulary"])
def test_a_force_may_report_under_each_of_its_names(
    tmp_path: Path, executor: Executor, street_csv: Callable[..., Path], name: str
) -> None:
    row = BURGLARY_ROW.format(id=1, month="2024-03").replace("Kent Police", name)
    assert run(tmp_path / "data", executor, street_csv("hampshire", "2024-03", [row])).rejects() == {}


def test_forces_of_another_register_are_refused(tmp_path: Path, executor: Executor, testshire: Path) -> None:
    report = run(tmp_path / "data", executor, testshire / "crimes")
    assert len(report.refused) == 3
    assert "never" in report.refused[0].why


def test_a_source_without_published_files_is_an_error(tmp_path: Path, executor: Executor) -> None:
    (tmp_path / "notes.csv").write_text("a,b\n")
    with pytest.raises(UnreadableSource, match=r"2025-12-leicestershire-street\.csv"):
        run(tmp_path / "data", executor, tmp_path / "notes.csv")


def test_a_zip_that_is_cut_short_is_an_error(tmp_path: Path, executor: Executor) -> None:
    (tmp_path / "2025-12.zip").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(UnreadableSource, match="cut short"):
        run(tmp_path / "data", executor, tmp_path / "2025-12.zip")


def test_a_publication_before_its_own_months_is_refused(
    tmp_path: Path, executor: Executor, street_csv: Callable[..., Path]
) -> None:
    source = street_csv("kent", "2024-03", [ASB_ROW.format(month="2024-03")])
    with pytest.raises(UnreadableSource, match="before its own month"):
        run(tmp_path / "data", executor, source, published=Month(2024, 2))


def test_a_second_writer_is_kept_out(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    with workspace(folder), pytest.raises(Busy), workspace(folder):
        pass


def test_loading_again_mends_a_damaged_or_missing_file(
    loaded: DataFolder, testshire: Path, executor: Executor, test_register: ForceRegister
) -> None:
    before = published(loaded, Kind.STREET)
    loaded.file(before.file.path).write_bytes(b"gone")
    loaded.file(before.member.path).unlink()
    report = run(loaded.root, executor, testshire / "crimes", register=test_register)
    assert len(report.unchanged) == 2
    assert len(records(loaded, Kind.STREET)) == 33
    assert published(loaded, Kind.STREET).content == before.content


def test_each_zip_of_a_folder_is_a_publication_of_its_own(
    tmp_path: Path, executor: Executor, street_csv: Callable[..., Path]
) -> None:
    (tmp_path / "archives").mkdir()
    for month in ("2024-03", "2024-04"):
        folder = street_csv("kent", month, [BURGLARY_ROW.format(id=1, month=month)], f"of-{month}")
        shutil.make_archive(str(tmp_path / "archives" / month), "zip", folder)
    report = run(tmp_path / "data", executor, tmp_path / "archives")
    assert report.refused == []
    manifest = staged_manifest(DataFolder(tmp_path / "data"))
    assert {str(one.month): str(one.published) for one in manifest.publications} == {
        "2024-03": "2024-03",
        "2024-04": "2024-04",
    }


def test_what_a_killed_writer_left_is_removed_by_the_next(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    with workspace(folder):
        pass
    half = folder.root / ".staged.json.77.half"
    half.write_text("{")
    with workspace(folder):
        assert not half.exists()
