"""What is derived from Testshire's records, and what a rebuild leaves alone."""

from collections import Counter
from concurrent.futures import Executor
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from geo.force import ForceRegister
from geo.latlng import LatLng, distance_m
from geo.store.count import MonthCounts
from geo.store.layout import DataFolder
from geo.store.manifest import Manifest
from geo.store.placement import Placement
from geo.store.snap_register import SnapRegister
from ingest.attachment import account
from ingest.build import build, open_snap_register
from ingest.load import LoadOrder, load
from ingest.workspace import workspace

MARKET, NOOK, NORTH, MOOR, FAR, DEEP = (
    "Market Street",
    "Nook, The",
    "North Road",
    "Moor Edge",
    "Far Street",
    "Deep Water",
)


def built(folder: DataFolder, register: ForceRegister) -> Manifest:
    with workspace(folder) as work:
        return build(work, register, lambda _: None)


def snap_ids(register: SnapRegister) -> dict[str, int]:
    return {name.removeprefix("On or near "): at for at, name in enumerate(register.table["name"].to_pylist())}


def test_a_snap_point_is_a_position_and_a_name(loaded: DataFolder, test_register: ForceRegister) -> None:
    points = open_snap_register(loaded, built(loaded, test_register))
    ids = snap_ids(points)
    assert points.lat[ids[MARKET]] == points.lat[ids["Market Hall"]] == 54.005
    assert ids[MARKET] != ids["Market Hall"]


def test_a_stop_at_a_named_point_brings_no_new_one_and_elsewhere_a_point_without_a_name(
    loaded: DataFolder, test_register: ForceRegister
) -> None:
    points = open_snap_register(loaded, built(loaded, test_register))
    unnamed = [at for at, name in enumerate(points.table["name"].to_pylist()) if name == ""]
    assert [(points.lat[at], points.lng[at]) for at in unnamed] == [(54.012345, 1.012345)]


def test_points_get_their_neighbourhood_and_the_force_whose_ground_it_is(
    loaded: DataFolder, test_register: ForceRegister
) -> None:
    manifest = built(loaded, test_register)
    ids = snap_ids(open_snap_register(loaded, manifest))
    assert manifest.placement is not None
    placement = Placement.open(loaded.file(manifest.placement.path))
    names = ["T 3.b", "T1", "T2"]
    lying = {
        name: (names[placement.neighbourhood[at]] if placement.neighbourhood[at] >= 0 else None, placement.force[at])
        for name, at in ids.items()
    }
    assert lying[MARKET] == ("T1", 0)
    assert lying[NOOK] == ("T2", 0)
    assert lying[NORTH] == ("T 3.b", 0)
    assert lying[MOOR] == (None, 0)  # in the force, in no neighbourhood
    assert lying[FAR] == (None, 1)  # recorded by Testshire, lies in Elsewhere
    assert lying[DEEP] == (None, -1)


def test_every_placed_crime_is_counted_once_at_its_snap_point(loaded: DataFolder, test_register: ForceRegister) -> None:
    manifest = built(loaded, test_register)
    counts = MonthCounts.open(loaded.file(manifest.counts["2024-03"].path))
    ids = snap_ids(open_snap_register(loaded, manifest))
    at_point: Counter[int] = Counter()
    for snap_id, n in zip(counts.snap_id.tolist(), counts.n.tolist(), strict=True):
        at_point[snap_id] += n
    assert counts.n.sum() == 33 - 3
    assert at_point[ids[MARKET]] == 14 + 2 + 1 + 1
    assert counts.by_category()[0] == 3  # anti-social behaviour


def test_an_outcome_goes_to_the_crime_of_its_id_at_its_place_only(
    loaded: DataFolder, test_register: ForceRegister
) -> None:
    manifest = built(loaded, test_register)
    table = pq.read_table(loaded.file(manifest.attachments["testshire"].path))
    assert account(table) == {"attached": 3, "unattached": 2, "several": 0, "disagreeing": 2}


def test_a_rebuild_of_the_same_changes_nothing(loaded: DataFolder, test_register: ForceRegister) -> None:
    first = built(loaded, test_register)
    files = {path: path.stat().st_mtime_ns for path in loaded.store.rglob("*") if path.is_file()}
    assert built(loaded, test_register) == first
    assert {path: path.stat().st_mtime_ns for path in loaded.store.rglob("*") if path.is_file()} == files


def test_ids_of_snap_points_stay_when_more_are_loaded(
    loaded: DataFolder, test_register: ForceRegister, executor: Executor, tmp_path: Path
) -> None:
    before = open_snap_register(loaded, built(loaded, test_register))
    april = tmp_path / "2024-04-testshire-street.csv"
    march = next((Path(__file__).parent.parent / "testshire").rglob("*-street.csv")).read_text("utf-8", "replace")
    april.write_text(march.replace("2024-03", "2024-04").replace("1.010000,54.005000", "1.000100,54.000100"))
    with workspace(loaded) as work:
        load(work, LoadOrder([april]), test_register, executor, lambda _: None)
    after = open_snap_register(loaded, built(loaded, test_register))
    assert len(after) > len(before)
    assert after.table.slice(0, len(before)).equals(before.table)


def test_points_of_another_snap_list_are_other_points(
    loaded: DataFolder, test_register: ForceRegister, executor: Executor, tmp_path: Path
) -> None:
    before = len(open_snap_register(loaded, built(loaded, test_register)))
    earlier = tmp_path / "2022-06-testshire-street.csv"
    march = next((Path(__file__).parent.parent / "testshire").rglob("*-street.csv")).read_text("utf-8", "replace")
    earlier.write_text(march.replace("2024-03", "2022-06"))
    with workspace(loaded) as work:
        load(work, LoadOrder([earlier]), test_register, executor, lambda _: None)
    points = open_snap_register(loaded, built(loaded, test_register))
    vintages = Counter(points.table["vintage"].to_pylist())
    assert vintages[2022] == before
    assert vintages[2011] > 0


def test_the_nearest_points_are_those_within_the_radius(loaded: DataFolder, test_register: ForceRegister) -> None:
    points = open_snap_register(loaded, built(loaded, test_register))
    centre = LatLng(54.005, 1.01)
    for radius in (1.0, 900.0, 1_609.344, 60_000.0):
        inside = np.flatnonzero(distance_m(centre, points.lat, points.lng) <= radius)
        assert points.within(centre, radius).tolist() == inside.tolist()


def test_a_crime_whose_place_has_no_name_is_counted_at_a_point_of_its_own(
    loaded: DataFolder, test_register: ForceRegister, executor: Executor, tmp_path: Path
) -> None:
    april = tmp_path / "2024-04-testshire-street.csv"
    march = next((Path(__file__).parent.parent / "testshire").rglob("*-street.csv")).read_text("utf-8", "replace")
    april.write_text(march.replace("2024-03", "2024-04").replace("On or near Market Hall", ""))
    with workspace(loaded) as work:
        load(work, LoadOrder([april]), test_register, executor, lambda _: None)
    manifest = built(loaded, test_register)
    counts = MonthCounts.open(loaded.file(manifest.counts["2024-04"].path))
    assert int(counts.n.sum()) == 30 + 1  # and the row that was not UTF-8 now is
