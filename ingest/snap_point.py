"""New snap points into the register: every place that a counted file names, once, for ever.

A position is packed into one integer, and names are compared only where positions are equal: the distinct places of a
file are found, and found again in the register, by sorting and binary search instead of by joining text.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geo.cell import fine_cells
from geo.store.arrow import numbers
from geo.store.snap_register import SCHEMA, SnapRegister
from geo.supply import Kind

Found = TypeVar("Found")
Ints = npt.NDArray[np.int64]
_UNNAMED = ""  # what a stop-and-search file knows of a place's name
_LNG_BITS = 32
_LNG_ZERO = 1 << (_LNG_BITS - 1)  # makes the lower half of a packed position a positive number
_THREADS = 2


@dataclass(frozen=True)
class Places:
    """The distinct places that some rows name, in order of position, then name by its bytes.

    Attributes:
        position: packed latitude and longitude of each place, shape (n,).
        name: of each place, as published; empty where the rows have none; shape (n,).
        of_row: the place of each row, shape (rows,).
    """

    position: Ints
    name: pa.StringArray
    of_row: Ints

    @classmethod
    def of(cls, position: Ints, name: pa.DictionaryArray) -> "Places":
        """The distinct places of rows with those positions and names."""
        names = pa.concat_arrays([name.dictionary, pa.array([_UNNAMED], pa.string())])
        code = pc.fill_null(name.indices, len(names) - 1).to_numpy()
        rank = pc.rank(names, tiebreaker="dense").to_numpy().astype(np.int64) - 1
        at, at_row = np.unique(position, return_inverse=True)
        found, of_row = np.unique(at_row * len(names) + rank[code], return_inverse=True)
        first = np.unique(rank, return_index=True)[1]
        return cls(at[found // len(names)], names.take(pa.array(first[found % len(names)])), of_row)


class Lookup:
    """The snap points of one vintage, to be found by place."""

    def __init__(self, register: SnapRegister, vintage: int) -> None:
        ids = np.flatnonzero(numbers(register.table, "vintage") == vintage)
        position = packed(*(numbers(register.table, name)[ids] for name in ("lat_e6", "lng_e6")))
        order = np.argsort(position, kind="stable")
        self.position, self._ids = position[order], ids[order]
        self._names = register.table["name"]

    def ids(self, places: Places) -> Ints:
        """The snap id of each place, -1 where there is none; shape (n,).

        A place without a name is the first snap point at its position.
        """
        first, last = (np.searchsorted(self.position, places.position, side=side) for side in ("left", "right"))
        found = np.full(len(places.position), -1, np.int64)
        unnamed = pc.equal(places.name, _UNNAMED).to_numpy(zero_copy_only=False)
        for step in range(int((last - first).max(initial=0))):  # as many as there are names at one position
            sought = np.flatnonzero((found < 0) & (first + step < last))
            candidate = self._ids[first[sought] + step]
            same = pc.equal(self._names.take(pa.array(candidate)), places.name.take(pa.array(sought)))
            hit = np.asarray(same.to_numpy(), bool) | unnamed[sought]
            found[sought[hit]] = candidate[hit]
        return found


def packed(lat_e6: npt.NDArray[np.int32], lng_e6: npt.NDArray[np.int32]) -> Ints:
    """Positions as single integers that sort by latitude, then longitude; shape (n,)."""
    return (lat_e6.astype(np.int64) << _LNG_BITS) + (lng_e6.astype(np.int64) + _LNG_ZERO)


def each_file(files: Sequence[Path], columns: Sequence[str], found: Callable[[pa.Table, Ints], Found]) -> list[Found]:
    """What a function finds in the placed rows of each record file, given those columns and the rows' positions."""

    def look(file: Path) -> Found:
        table = pq.ParquetFile(file).read(["lat_e6", "lng_e6", *columns], use_threads=False)
        if table["lat_e6"].null_count:
            table = table.filter(table["lat_e6"].is_valid())
        table = table.combine_chunks()
        return found(table, packed(numbers(table, "lat_e6"), numbers(table, "lng_e6")))

    with ThreadPoolExecutor(_THREADS) as pool:
        return list(pool.map(look, files))


def extended(register: SnapRegister, files: Sequence[tuple[Path, Kind, int]]) -> SnapRegister:
    """The register with the places of some record files that it lacks, in order of vintage, position and name.

    Street files bring named points. A stop's place is the named point at its position; only where there is none does it
    become a point without a name. Outcomes are at the places of their crimes and bring none.

    Args:
        register: the register so far; its ids stay.
        files: (Parquet file, kind, vintage) of each.
    """
    new = [register.table]
    for vintage in sorted({year for _, _, year in files}):
        street, stops = (
            [path for path, of, year in files if (of, year) == (kind, vintage)] for kind in (Kind.STREET, Kind.STOPS)
        )
        named = each_file(street, ["street"], lambda rows, at: Places.of(at, one_array(rows["street"])))
        bare = each_file(stops, [], lambda _, at: np.unique(at))
        new.append(_lacking(Lookup(register, vintage), named, bare, vintage))
    return SnapRegister(pa.concat_tables(new)) if any(rows.num_rows for rows in new[1:]) else register


def one_array(column: pa.ChunkedArray) -> pa.DictionaryArray:
    """A column of coded text in one piece."""
    whole = column.unify_dictionaries().combine_chunks()
    return whole if isinstance(whole, pa.Array) else pa.concat_arrays(whole.chunks)


def _lacking(held: Lookup, named: Sequence[Places], bare: Sequence[Ints], vintage: int) -> pa.Table:
    """The register's rows for the places that it lacks."""
    none = pa.array([], pa.string())
    names = pa.concat_arrays([none, *(one.name for one in named)]).dictionary_encode()
    places = Places.of(np.concatenate([np.empty(0, np.int64), *(one.position for one in named)]), names)
    unnamed = pc.equal(places.name, _UNNAMED).to_numpy(zero_copy_only=False)
    new = ~unnamed & (held.ids(places) < 0)
    taken = np.concatenate([held.position, places.position[~unnamed]])
    alone = np.setdiff1d(np.concatenate([places.position[unnamed], *bare]), taken)
    position = np.concatenate([places.position[new], alone])
    order = np.argsort(position, kind="stable")
    text = pa.concat_arrays([places.name.filter(pa.array(new)), pa.array([_UNNAMED] * len(alone), pa.string())])
    return _rows(position[order], text.take(pa.array(order)), vintage)


def _rows(position: Ints, name: pa.StringArray, vintage: int) -> pa.Table:
    lat_e6 = position >> _LNG_BITS
    lng_e6 = (position & ((1 << _LNG_BITS) - 1)) - _LNG_ZERO
    columns = {
        "lat_e6": lat_e6,
        "lng_e6": lng_e6,
        "name": name,
        "cell": fine_cells(lat_e6 / 1e6, lng_e6 / 1e6),
        "vintage": np.full(len(position), vintage),
    }
    return pa.table({field.name: pa.array(columns[field.name]).cast(field.type) for field in SCHEMA}, schema=SCHEMA)
