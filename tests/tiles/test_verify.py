"""Verifying archives: whatever is lost, counted twice, broken or too big is told."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tiles.archive import About, LayerAbout, write_archive
from tiles.bounds import Bounds
from tiles.decode import decode
from tiles.geometry import Kind, commands
from tiles.layer import Features, Layer
from tiles.mercator import pack, world
from tiles.property import Properties
from tiles.ragged import Ragged
from tiles.verify import verify_archive

TILE = (2032, 1338)  # at zoom 12
PLACED = np.zeros(32, np.int64)
PLACED[2] = 3


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """An archive with points at zoom 12 only: (id, c2, n), each in a tile so many columns further."""

    def write(points: Sequence[tuple[int, int, int]], columns: Sequence[int], layer: str = "points") -> Path:
        rows = Ragged(
            4 * np.arange(len(points) + 1), np.array([[0, n, 1, c2] for _, c2, n in points], np.int64).ravel()
        )
        properties = Properties.of_numbers(("n", "c2"), rows)
        each = np.arange(len(points) + 1)
        geometry = commands(Kind.POINT, np.full((len(points), 2), 7), each, each)
        tile = pack(TILE[0] + np.array(columns), np.full(len(points), TILE[1]))
        ids = np.array([point[0] for point in points])
        features = Features(Kind.POINT, tile, ids, properties.tag, geometry)
        body = Layer(layer, properties.keys, properties.values).encode(features)
        bounds = Bounds.around([world(np.array([52.5, 52.7]), np.array([-1.3, -1.0]))])
        about = About(
            "month-2025-12", bounds, [LayerAbout("points", 12, 13, {"n": "Number", "c2": "Number"})], first_zoom=12
        )
        write_archive(tmp_path / "a.pmtiles", about, [(12, [body])])
        return tmp_path / "a.pmtiles"

    return write


def told(path: Path, placed: Any = None) -> str:
    return "\n".join(verify_archive(path, placed=placed))


def test_a_sound_archive_is_left_in_peace(written: Any) -> None:
    assert told(written([(1, 1, 1), (2, 2, 2)], [0, 1])) == ""


def test_counts_that_are_not_the_stores_are_told_zoom_by_zoom(written: Any) -> None:
    problems = told(written([(1, 1, 1), (2, 1, 1)], [0, 1]), PLACED)
    assert "zoom 12 counts 2 of c2, and the store 3" in problems
    assert "zoom 13 counts 0 of c2, and the store 3" in problems


def test_a_point_in_two_tiles_is_told(written: Any) -> None:
    assert "the point 1 is in two tiles" in told(written([(1, 1, 1), (1, 1, 1)], [0, 1]))


def test_a_feature_that_says_different_things_in_two_tiles_is_told(written: Any) -> None:
    assert "says something else in another tile" in told(written([(1, 1, 1), (1, 2, 2)], [0, 1]))


def test_an_id_twice_in_a_tile_is_told(written: Any) -> None:
    assert "has the id 1 twice" in told(written([(1, 1, 1), (1, 1, 1)], [0, 0]))


def test_categories_that_do_not_add_up_are_told(written: Any) -> None:
    assert "do not add up to its total" in told(written([(1, 1, 5)], [0]))


def test_a_layer_that_the_metadata_do_not_know_is_told(written: Any) -> None:
    assert "do not tell of a layer 'cells' at zoom 12" in told(written([(1, 1, 1)], [0], layer="cells"))


def test_a_tile_far_from_the_bounds_is_told(written: Any) -> None:
    assert f"tile 12/{TILE[0] + 50}/{TILE[1]} lies outside" in told(written([(1, 1, 1)], [50]))


def test_a_tile_too_big_for_a_phone_is_told(written: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("tiles.verify.LARGEST_BYTES", 40)
    assert "the largest tile takes" in told(written([(1, 1, 1)], [0]))


def test_a_tile_that_cannot_be_unpacked_is_told(written: Any) -> None:
    path = written([(1, 1, 1)], [0])
    content = bytearray(path.read_bytes())
    content[-12] ^= 0xFF
    path.write_bytes(content)
    assert f"tile 12/{TILE[0]}/{TILE[1]}: " in told(path)


def test_a_file_that_is_not_an_archive_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.pmtiles").write_bytes(b"PMTiles\x03")
    assert "cannot be read as a tile archive" in told(tmp_path / "a.pmtiles")


def test_no_more_is_told_than_one_would_read(written: Any) -> None:
    problems = verify_archive(written([(at, 1, 5) for at in range(100)], [0] * 100))
    assert problems[-1] == "and 80 problems more"


@pytest.mark.parametrize("broken", [b"\x1a\x05\x0a", b"\x1a\x02\x12\x09", b"\x1a\x01", b"\x1a\x02\x0d\x00", b"\xff"])
def test_a_message_that_breaks_off_is_not_a_tile(broken: bytes) -> None:
    with pytest.raises(ValueError, match=r"field|unexpected"):
        decode(broken)
