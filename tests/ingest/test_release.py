"""From staged to live, and back."""

import json
from concurrent.futures import Executor
from pathlib import Path

import pytest

from geo.errors import CheckFailed, DamagedFile, UnknownRelease
from geo.force import ForceRegister
from geo.month import Month
from geo.store.layout import DataFolder
from geo.store.manifest import Manifest
from ingest.build import build
from ingest.load import LoadOrder, load
from ingest.release import activate, check, live_release, prune, releases
from ingest.workspace import Workspace, workspace


def ready(work: Workspace, register: ForceRegister, note: bytes = b"tiles") -> Manifest:
    """Staged data that can be checked; what the tiles hold is of no interest here."""
    manifest = build(work, register, lambda _: None)
    manifest = manifest.changed(tiles={"areas": work.keep("tiles/areas", ".pmtiles", note, 0)})
    work.stage(manifest)
    return manifest


def test_what_was_not_built_cannot_be_a_release(loaded: DataFolder) -> None:
    with workspace(loaded) as work, pytest.raises(CheckFailed, match="yourarea build"):
        check(work)


def test_what_is_built_but_for_its_tiles_cannot_be_a_release(loaded: DataFolder, test_register: ForceRegister) -> None:
    with workspace(loaded) as work:
        ready(work, test_register)
        check(work)
        build(work, test_register, lambda _: None)  # stopped before the tiles, while earlier ones are still staged
        with pytest.raises(CheckFailed, match="yourarea build"):
            check(work)


def test_an_older_issue_must_be_built_in_for_its_snap_points(
    loaded: DataFolder, test_register: ForceRegister, testshire: Path, executor: Executor, tmp_path: Path
) -> None:
    march = next(testshire.rglob("*-street.csv")).read_text("utf-8", "replace")
    for issue, place in ((Month(2024, 7), "1.000200,54.000200"), (Month(2024, 6), "1.000100,54.000100")):
        with workspace(loaded) as work:
            ready(work, test_register)
            check(work)
            april = tmp_path / "2024-04-testshire-street.csv"
            april.write_text(march.replace("2024-03", "2024-04").replace("1.010000,54.005000", place))
            load(work, LoadOrder([april], issue), test_register, executor, lambda _: None)
            with pytest.raises(CheckFailed, match="yourarea build"):
                check(work)


def test_an_empty_folder_cannot_be_a_release(tmp_path: Path) -> None:
    with workspace(DataFolder(tmp_path)) as work, pytest.raises(CheckFailed, match="yourarea load"):
        check(work)


def test_a_damaged_file_cannot_be_a_release(loaded: DataFolder, test_register: ForceRegister) -> None:
    with workspace(loaded) as work:
        manifest = ready(work, test_register)
        loaded.file(manifest.counts["2024-03"].path).write_bytes(b"not counts")
        with pytest.raises(CheckFailed, match="is damaged"):
            check(work)


def test_a_release_is_live_only_when_it_was_checked_and_activated(
    loaded: DataFolder, test_register: ForceRegister
) -> None:
    with workspace(loaded) as work:
        ready(work, test_register)
        with pytest.raises(UnknownRelease):
            activate(work, "2024-03-000000000000")
        release, warnings = check(work)
        assert live_release(loaded) is None
        assert activate(work) == release.release_id == live_release(loaded)
    assert warnings == []


def test_checking_the_same_twice_is_one_release(loaded: DataFolder, test_register: ForceRegister) -> None:
    with workspace(loaded) as work:
        ready(work, test_register)
        first, _ = check(work)
        written = loaded.release(str(first.release_id)).read_bytes()
        assert check(work)[0] == first
    assert loaded.release(str(first.release_id)).read_bytes() == written


def test_activating_what_is_live_leaves_the_pointer_alone(loaded: DataFolder, test_register: ForceRegister) -> None:
    with workspace(loaded) as work:
        ready(work, test_register)
        check(work)
        activate(work)
        before = loaded.live.stat().st_mtime_ns
        activate(work)
    assert loaded.live.stat().st_mtime_ns == before


def test_going_back_is_activating_an_older_release(loaded: DataFolder, test_register: ForceRegister) -> None:
    with workspace(loaded) as work:
        ready(work, test_register)
        older = str(check(work)[0].release_id)
        ready(work, test_register, b"other tiles")
        newer = str(check(work)[0].release_id)
        assert activate(work) == newer
        assert activate(work, older) == older
    assert {str(one.release_id) for one in releases(loaded)} == {older, newer}


def test_a_release_that_lost_a_file_is_not_made_live(loaded: DataFolder, test_register: ForceRegister) -> None:
    with workspace(loaded) as work:
        manifest = ready(work, test_register)
        check(work)
        loaded.file(manifest.counts["2024-03"].path).unlink()
        with pytest.raises(DamagedFile, match="missing or cut short"):
            activate(work)


def test_prune_keeps_the_newest_the_live_and_every_file_they_name(
    loaded: DataFolder, test_register: ForceRegister
) -> None:
    with workspace(loaded) as work:
        ids = []
        for note in (b"one", b"two", b"three"):
            ready(work, test_register, note)
            ids.append(str(check(work)[0].release_id))
        activate(work, ids[0])
        prune(work, 1)
        kept = releases(loaded)
        assert ids[0] in {str(one.release_id) for one in kept}
        for manifest in kept:
            assert all(loaded.file(ref.path).exists() for ref in manifest.files())
        assert len(list((loaded.store / "tiles").iterdir())) == len({one.tiles["areas"].path for one in kept})


def test_a_release_names_its_files_with_digest_size_and_rows(loaded: DataFolder, test_register: ForceRegister) -> None:
    with workspace(loaded) as work:
        ready(work, test_register)
        release, _ = check(work)
    written = json.loads(loaded.release(str(release.release_id)).read_text())
    street = next(one for one in written["publications"] if one["kind"] == "street")
    assert set(street["file"]) == {"path", "sha256", "size", "rows"}
    assert (street["file"]["rows"], written["store_format"], written["code_version"]) == (33, 1, "0.1.0")


def test_a_damaged_pointer_is_said_and_written_anew(loaded: DataFolder, test_register: ForceRegister) -> None:
    with workspace(loaded) as work:
        ready(work, test_register)
        release, _ = check(work)
        loaded.live.write_text("{half")
        with pytest.raises(DamagedFile, match="does not name a release"):
            live_release(loaded)
        assert activate(work) == release.release_id == live_release(loaded)


def test_building_again_mends_a_damaged_derived_file(loaded: DataFolder, test_register: ForceRegister) -> None:
    with workspace(loaded) as work:
        manifest = ready(work, test_register)
        for ref in (manifest.counts["2024-03"], manifest.attachments["testshire"], manifest.placement):
            assert ref is not None
            path = loaded.file(ref.path)
            path.write_bytes(bytes(len(path.read_bytes())))
        assert ready(work, test_register) == manifest
        check(work)


def test_a_damaged_snap_register_is_never_made_again_from_nothing(
    loaded: DataFolder, test_register: ForceRegister
) -> None:
    with workspace(loaded) as work:
        manifest = ready(work, test_register)
        assert manifest.snap_register is not None
        loaded.file(manifest.snap_register.path).unlink()
        with pytest.raises(DamagedFile, match="stay for ever"):
            build(work, test_register, lambda _: None)
