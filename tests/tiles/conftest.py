"""Small registers and months for tile tests, and archives read with the format's own tools."""

import gzip
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import numpy as np
import pyarrow as pa
import pytest
from pmtiles.reader import MmapSource, all_tiles

from geo.cell import fine_cells
from geo.store import count, snap_register
from geo.store.count import MonthCounts
from geo.store.snap_register import SnapRegister

Place = tuple[float, float, str]
Row = tuple[int, ...]  # snap id, category code, crimes, and the slot of who recorded them, 0 by default
Tiles = dict[tuple[int, int, int], dict[str, Any]]


@pytest.fixture(scope="session")
def register_of() -> Callable[[Sequence[Place]], SnapRegister]:
    def made(places: Sequence[Place]) -> SnapRegister:
        lat = np.array([place[0] for place in places], float)
        lng = np.array([place[1] for place in places], float)
        columns = {
            "lat_e6": np.rint(lat * 1e6).astype(np.int32),
            "lng_e6": np.rint(lng * 1e6).astype(np.int32),
            "name": [place[2] for place in places],
            "cell": fine_cells(lat, lng),
            "vintage": np.full(len(places), 2022, np.int16),
        }
        return SnapRegister(pa.table(columns, schema=snap_register.SCHEMA))

    return made


@pytest.fixture(scope="session")
def month_of() -> Callable[[Iterable[Row]], MonthCounts]:
    def made(rows: Iterable[Row]) -> MonthCounts:
        listed = sorted(rows)
        columns = {
            "snap_id": np.array([row[0] for row in listed], np.int32),
            "force": np.array([(*row, 0)[3] for row in listed], np.uint8),
            "category": np.array([row[1] for row in listed], np.uint8),
            "n": np.array([row[2] for row in listed], np.int32),
        }
        return MonthCounts(pa.table(columns, schema=count.SCHEMA))

    return made


@pytest.fixture(scope="session")
def tiles_of() -> Callable[[Path], Tiles]:
    """Every tile of an archive, read by other people's code: pmtiles and mapbox-vector-tile."""

    def read(path: Path) -> Tiles:
        with path.open("rb") as file:
            return {
                place: mapbox_vector_tile.decode(gzip.decompress(tile), default_options={"y_coord_down": True})
                for place, tile in all_tiles(MmapSource(file))
            }

    return read
