"""Crimes of one month, counted once for every snap point, reporting force and category."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from geo.store.arrow import numbers
from geo.store.count import SCHEMA, MonthCounts
from geo.store.snap_register import SnapRegister
from ingest.snap_point import Ints, Lookup, Places, each_file, one_array

_BYTE = 8  # bits of a force slot and of a category code
_BELOW = (1 << _BYTE) - 1


def count_month(files: Sequence[Path], register: SnapRegister, vintage: int, slots: Mapping[str, int]) -> MonthCounts:
    """The placed crimes of some street record files of one month.

    Args:
        files: the Parquet files that count.
        register: holds every place that they name.
        vintage: the snap list that the month was made with.
        slots: a force's slot by its id.

    Raises:
        AssertionError: a placed crime has no snap point; the register was not extended first.
    """
    lookup = Lookup(register, vintage)

    def keys(rows: pa.Table, position: Ints) -> tuple[Ints, Ints]:
        """Snap point, force and category packed into one integer, and how many crimes of each."""
        places = Places.of(position, one_array(rows["street"]))
        snap_id = lookup.ids(places)
        if (snap_id < 0).any():
            raise AssertionError(f"{(snap_id < 0).sum()} places of {files[0]} and others are not in the register")
        force = one_array(rows["force"])
        slot = np.array([slots[name] for name in force.dictionary.to_pylist()], np.int64)[force.indices.to_numpy()]
        packed = (snap_id[places.of_row] << 2 * _BYTE) | (slot << _BYTE) | numbers(rows, "category")
        return np.unique(packed, return_counts=True)

    found = each_file(files, ["street", "force", "category"], keys)
    key, at = np.unique(np.concatenate([one for one, _ in found]), return_inverse=True)
    n = np.bincount(at, weights=np.concatenate([count for _, count in found]), minlength=len(key))
    columns = {"snap_id": key >> 2 * _BYTE, "force": (key >> _BYTE) & _BELOW, "category": key & _BELOW, "n": n}
    return MonthCounts(
        pa.table({field.name: pa.array(columns[field.name]).cast(field.type) for field in SCHEMA}, schema=SCHEMA)
    )
