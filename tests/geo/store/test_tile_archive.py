"""Tile archives at rest: read as the format's own reader reads them, and refused where they are damaged."""

from pathlib import Path

import pytest
from pmtiles.reader import MmapSource, Reader, all_tiles
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from geo.errors import DamagedFile
from geo.store.tile_archive import TileArchive

SOUND = ["london.pmtiles", "test_fixture_1.pmtiles", "test_fixture_2.pmtiles"]
HEADER = {"tile_compression": Compression.GZIP, "tile_type": TileType.MVT}


def written(path: Path, tiles: dict[tuple[int, int, int], bytes]) -> Path:
    with path.open("wb") as file:
        writer = Writer(file)
        for place in sorted(tiles, key=lambda place: zxy_to_tileid(*place)):
            writer.write_tile(zxy_to_tileid(*place), tiles[place])
        writer.finalize(dict(HEADER), {"name": "squares"})
    return path


def all_of(archive: TileArchive) -> dict[tuple[int, int, int], bytes]:
    return {(z, x, y): bytes(tile) for z, x, y, tile in archive.tiles()}


@pytest.mark.real
@pytest.mark.parametrize("name", SOUND)
def test_every_tile_is_the_one_that_the_formats_own_reader_gives(shared: Path, name: str) -> None:
    archive = TileArchive.open(shared / "basemap" / name)
    with (shared / "basemap" / name).open("rb") as file:
        source = MmapSource(file)
        expected = dict(all_tiles(source))
        reader = Reader(source)
        assert archive.header == reader.header()
        assert archive.metadata == reader.metadata()
    assert all_of(archive) == expected
    for place, tile in expected.items():
        assert archive.get(*place) == tile


@pytest.mark.real
def test_the_formats_own_invalid_archive_is_refused(shared: Path) -> None:
    with pytest.raises(DamagedFile, match=r"invalid\.pmtiles"):
        TileArchive.open(shared / "basemap" / "invalid.pmtiles")


def test_a_tile_that_is_not_there_is_none(tmp_path: Path) -> None:
    archive = TileArchive.open(written(tmp_path / "a.pmtiles", {(1, 1, 0): b"one"}))
    assert archive.get(1, 1, 0) == b"one"
    assert archive.get(0, 0, 0) is None
    assert archive.get(1, 0, 0) is None
    assert archive.get(13, 8191, 8191) is None


def test_equal_tiles_in_a_run_are_each_found(tmp_path: Path) -> None:
    tiles = {(2, x, y): b"sea" for x in range(4) for y in range(4)} | {(3, 0, 0): b"land", (3, 7, 7): b"sea"}
    archive = TileArchive.open(written(tmp_path / "a.pmtiles", tiles))
    assert archive.header["tile_entries_count"] < len(tiles)
    assert all_of(archive) == tiles
    assert all(archive.get(*place) == tile for place, tile in tiles.items())


def test_directories_below_the_root_are_read_too(tmp_path: Path) -> None:
    tiles = {(9, x, y): f"{x} {y}".encode() * (1 + x * y * 7919 % 509) for x in range(128) for y in range(0, 256, 2)}
    archive = TileArchive.open(written(tmp_path / "a.pmtiles", tiles))
    assert archive.header["leaf_directory_length"] > 0
    assert all_of(archive) == tiles


def test_no_such_column_is_an_error_of_the_caller(tmp_path: Path) -> None:
    archive = TileArchive.open(written(tmp_path / "a.pmtiles", {(1, 1, 0): b"one"}))
    with pytest.raises(ValueError, match="outside"):
        archive.get(1, 2, 0)


@pytest.mark.parametrize("length", [0, 6, 126, 140, 400])
def test_an_archive_that_was_cut_short_is_refused(tmp_path: Path, length: int) -> None:
    tiles = {(4, x, y): bytes([x, y]) * 40 for x in range(8) for y in range(8)}
    path = written(tmp_path / "a.pmtiles", tiles)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(DamagedFile):
        TileArchive.open(path)


def test_an_archive_whose_directory_is_garbled_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.pmtiles", {(1, 1, 0): b"one", (1, 1, 1): b"two"})
    content = bytearray(path.read_bytes())
    content[140] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(DamagedFile):
        TileArchive.open(path)


def test_an_archive_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DamagedFile):
        TileArchive.open(tmp_path / "none.pmtiles")
