import numpy as np
import pytest

from geo.errors import BadMonth, DamagedFile, UnknownRelease
from geo.month import Month
from geo.store.release import Release, live_release_id


def test_nothing_is_live_in_a_new_folder(county):
    with pytest.raises(UnknownRelease, match="No release is live yet"):
        live_release_id(county.folder)


def test_the_pointer_names_the_live_release(county):
    county.activate("r1")
    assert live_release_id(county.folder) == "r1"


@pytest.mark.parametrize("written", ["", "{}", "[]", '"r1"', "{"], ids=["empty", "no key", "list", "text", "cut short"])
def test_a_pointer_that_names_nothing_is_damaged(county, written):
    county.folder.live.write_text(written)
    with pytest.raises(DamagedFile, match=r"live\.json does not name a release"):
        live_release_id(county.folder)


def test_a_release_that_is_not_there_is_unknown(county):
    with pytest.raises(UnknownRelease, match="no release 'r9'"):
        Release.open(county.folder, "r9")


def test_a_release_opens_with_all_that_its_manifest_names(county):
    manifest = county.release("r1")
    release = Release.open(county.folder, "r1")
    assert release.id == "r1"
    assert [force.id for force in release.register] == ["testshire", "nextshire", "railway"]
    assert release.months == (Month(2025, 11), Month(2025, 12), Month(2026, 1))
    assert release.month_newest == Month(2026, 1)
    assert release.tiles == {"month-2025-12": f"month-2025-12-{manifest.tiles['month-2025-12'].sha256[:16]}"}
    assert release.tile_files["month-2025-12"].archive.header["max_zoom"] == 5
    assert release.snap_ids_in(0).tolist() == [0, 1, 2]
    assert release.snap_ids_in(1).tolist() == [3]
    assert release.snap_ids_in(2).tolist() == []
    assert int(np.sum(release.counts(Month(2025, 11)).n)) == 28


def test_a_release_with_nothing_in_it_opens_and_says_so(county):
    empty = county.manifest("r1", 1).model_copy(
        update={"publications": (), "counts": {}, "tiles": {}, "generations": (), "force_areas": None,
                "postcodes": None, "snap_register": None, "placement": None, "force_register": None}
    )  # fmt: skip
    county.folder.release("r1").write_text(empty.to_json())
    release = Release.open(county.folder, "r1")
    assert release.month_newest is None
    assert release.register.name == "uk"
    with pytest.raises(BadMonth, match="No crimes are held yet"):
        release.counts(Month(2025, 12))


def test_a_month_that_is_not_held_says_which_are(county):
    county.release("r1")
    with pytest.raises(BadMonth, match=r"March 2024 are held.*from November 2025 to January 2026"):
        Release.open(county.folder, "r1").counts(Month(2024, 3))


@pytest.mark.parametrize("kind", ["gone", "cut short"])
def test_a_file_that_is_gone_or_cut_short_is_named_when_opening(county, kind):
    ref = county.release("r1").counts["2025-12"]
    if kind == "gone":
        county.folder.file(ref.path).unlink()
    else:
        county.folder.file(ref.path).write_bytes(b"x")
    with pytest.raises(DamagedFile, match=ref.path) as error:
        Release.open(county.folder, "r1")
    assert "activate an earlier release" in str(error.value)


def test_a_file_of_the_right_size_and_wrong_content_is_damaged(county):
    ref = county.release("r1").snap_register
    county.folder.file(ref.path).write_bytes(bytes(ref.size))
    with pytest.raises(DamagedFile):
        Release.open(county.folder, "r1")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"placement": None}, "not that of its snap points"),
        ({"generations": ()}, "of other boundaries"),
        ({"counts": {}}, "no counts"),
    ],
    ids=["no placement", "fewer neighbourhoods than placed in", "no counts of a month that is held"],
)
def test_files_that_do_not_belong_together_are_damage(county, changes, said):
    county.release("r1", **changes)
    with pytest.raises(DamagedFile, match=said):
        Release.open(county.folder, "r1")


def test_a_manifest_under_another_id_is_damage(county):
    county.release("r1")
    county.folder.release("r1").rename(county.folder.release("r2"))
    with pytest.raises(DamagedFile, match="holds release 'r1'"):
        Release.open(county.folder, "r2")


def test_what_did_not_change_is_shared_with_the_release_before(county):
    county.release("r1", scale=1)
    county.release("r2", scale=2)
    first = Release.open(county.folder, "r1")
    second = Release.open(county.folder, "r2", like=[first])
    assert second.snap_register is first.snap_register
    assert second.neighbourhoods is first.neighbourhoods
    assert second.counts(Month(2025, 12)) is not first.counts(Month(2025, 12))
    assert second.tiles != first.tiles
