"""Building tiles: only what changed, the same bytes whoever does it, and nothing of months that no longer count."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from pathlib import Path

import pytest

from geo.month import Month
from geo.store.layout import DataFolder
from geo.store.manifest import Declaration, Manifest
from geo.store.tile_archive import TileArchive
from geo.supply import Kind, SupplyState
from ingest.build import build
from ingest.reference import load_basemap, register_of
from ingest.workspace import workspace
from tiles.build import build_tiles, jobs, needed_archives
from tiles.supply import supply_rows
from tiles.verify import verify_archives

LAND = (
    '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"class": "island"}, "geometry": '
    '{"type": "Polygon", "coordinates": [[[2, 54], [3, 54], [3, 55], [2, 54]]]}}]}'
)


@pytest.fixture
def built(loaded: DataFolder, tmp_path: Path) -> Manifest:
    """Testshire with all that is derived but the tiles, and a base map."""
    (tmp_path / "layers").mkdir()
    (tmp_path / "layers" / "land.geojson").write_text(LAND, encoding="utf-8")
    with workspace(loaded) as work:
        load_basemap(work, tmp_path / "layers")
        return build(work, register_of(loaded, work.staged()), lambda _: None)


@pytest.fixture(scope="module")
def two_processes() -> Iterator[Executor]:
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        yield pool


def with_tiles(folder: DataFolder, manifest: Manifest, executor: Executor) -> Manifest:
    """The manifest with its archives made and put into the store, as the coordinator does it."""
    with workspace(folder) as work:
        made = build_tiles(work.folder, manifest, executor=executor, done=lambda _: None)
        kept = {name: work.adopt(f"tiles/{name}", ".pmtiles", path, 0) for name, path in made.items()}
    return manifest.changed(tiles={**manifest.tiles, **kept})


def test_each_month_the_year_the_areas_and_the_base_map_have_an_archive(
    loaded: DataFolder, built: Manifest, executor: Executor
) -> None:
    told: list[str] = []
    made = build_tiles(loaded, built, executor=executor, done=told.append)
    last = max(built.counts)
    assert list(made) == [*(f"month-{month}" for month in sorted(built.counts)), f"year-{last}", "areas", "basemap"]
    assert tuple(made) == needed_archives(built)
    assert sorted(told) == sorted(made)
    assert {TileArchive.open(path).metadata["name"] for path in made.values()} == set(made)


def test_the_archives_hold_what_the_store_holds(loaded: DataFolder, built: Manifest, executor: Executor) -> None:
    manifest = with_tiles(loaded, built, executor)
    assert verify_archives(loaded, manifest, executor=executor, done=lambda _: None) == []


def test_archives_that_are_not_built_yet_are_told_of(loaded: DataFolder, built: Manifest, executor: Executor) -> None:
    problems = verify_archives(loaded, built, executor=executor, done=lambda _: None)
    assert [problem for problem in problems if "not built" in problem] == problems
    assert len(problems) == len(needed_archives(built))


def test_other_processes_give_the_same_bytes(
    loaded: DataFolder, built: Manifest, executor: Executor, two_processes: Executor
) -> None:
    here = {
        name: path.read_bytes()
        for name, path in build_tiles(loaded, built, executor=executor, done=lambda _: None).items()
    }
    there = build_tiles(loaded, built, executor=two_processes, done=lambda _: None)
    assert {name: path.read_bytes() for name, path in there.items()} == here


def test_what_did_not_change_is_not_made_again(loaded: DataFolder, built: Manifest, executor: Executor) -> None:
    manifest = with_tiles(loaded, built, executor)
    told: list[str] = []
    assert build_tiles(loaded, manifest, executor=executor, done=told.append) == {}
    assert sorted(told) == sorted(needed_archives(manifest))


def test_an_archive_that_is_damaged_is_made_again(loaded: DataFolder, built: Manifest, executor: Executor) -> None:
    manifest = with_tiles(loaded, built, executor)
    loaded.file(manifest.tiles["areas"].path).write_bytes(b"PMTiles")
    assert list(build_tiles(loaded, manifest, executor=executor, done=lambda _: None)) == ["areas"]


def test_a_word_on_a_months_supply_changes_that_month_and_the_year_only(
    loaded: DataFolder, built: Manifest, executor: Executor
) -> None:
    manifest = with_tiles(loaded, built, executor)
    month = Month.parse(max(built.counts))
    (force, *_) = (one.force for one in built.counted(Kind.STREET) if one.month == month)
    said = Declaration(
        force=force, month=month, kind=Kind.STREET, state=SupplyState.PARTIAL, note="Burglary only", published=month
    )
    manifest = Manifest.model_validate(manifest.model_dump() | {"declarations": (*built.declarations, said)})
    made = build_tiles(loaded, manifest, executor=executor, done=lambda _: None)
    assert list(made) == [f"month-{month}", f"year-{month}"]


def test_a_month_that_no_longer_counts_is_not_needed(built: Manifest) -> None:
    first, *rest = sorted(built.counts)
    fewer = built.changed(counts={month: built.counts[month] for month in rest})
    assert f"month-{first}" in needed_archives(built)
    assert f"month-{first}" not in needed_archives(fewer)


def test_a_base_map_that_came_as_tiles_needs_no_archive(built: Manifest) -> None:
    ref = built.basemap["land"].changed(path="store/basemap/protomaps.pmtiles")
    assert "basemap" not in needed_archives(built.changed(basemap={"protomaps": ref}))


def test_there_is_a_job_for_each_archive_needed(loaded: DataFolder, built: Manifest) -> None:
    assert tuple(job.target.name for job in jobs(loaded, built)) == needed_archives(built)


def test_over_a_year_a_force_is_whole_missing_or_partial_with_a_count(loaded: DataFolder, built: Manifest) -> None:
    register = register_of(loaded, built)
    held = Month.parse(max(built.counts))
    states = {row.force_id: (row.state, row.note) for row in supply_rows(built, register, [held.back(1), held])}
    assert states["testshire"] == (SupplyState.PARTIAL, "1 of 2 months are whole")
    alone = {row.force_id for row in supply_rows(built, register, [held])}
    assert "testshire" not in alone
