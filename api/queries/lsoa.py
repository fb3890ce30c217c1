"""Crimes by LSOA: the code is an attribute of a record, so records are read; nothing derived holds it."""

from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt

from api.queries.ground import Ground
from geo.errors import UnknownLsoa
from geo.month import Month
from geo.store.arrow import numbers
from geo.store.layout import DataFolder
from geo.store.release import Release
from geo.store.snap_register import vintage_of
from geo.supply import Kind

_ROWS = """
    select force, row, category, lat_e6, lng_e6 from read_parquet($files)
    where (lsoa21 = $code or lsoa11 = $code) and lat_e6 is not null order by force, row
"""


@dataclass(frozen=True, slots=True)
class LsoaRows:
    """The crimes of one month that carry an LSOA's code; each shape (n,).

    Attributes:
        slot: of the reporting force.
        row: of its file.
        category: code.
        snap_ids: the snap points at their positions, ascending, shape (m,).
    """

    slot: npt.NDArray[np.int64]
    row: npt.NDArray[np.int64]
    category: npt.NDArray[np.int64]
    snap_ids: npt.NDArray[np.int64]


def lsoa_ground(release: Release, folder: DataFolder, code: str) -> Ground:
    """The ground of an LSOA: its snap points in the newest month that has any, and the forces they lie in.

    Raises:
        UnknownLsoa: no crime that is held carries the code.
    """
    for month in reversed(release.months):
        found = lsoa_rows(release, folder, code, month)
        if len(found.row):
            slots = release.placement.force[found.snap_ids]
            by_slot = release.register.by_slot()
            forces = {by_slot[slot] for slot in slots.tolist() if slot in by_slot}
            return Ground(found.snap_ids, tuple(sorted(forces, key=lambda force: force.id)), lsoa=code)
    raise UnknownLsoa(f"No crime that is held carries the LSOA code {code}.")


def lsoa_rows(release: Release, folder: DataFolder, code: str, month: Month) -> LsoaRows:
    """The crimes of a month that count, have a position and carry an LSOA's code."""
    counted = [one for one in release.manifest.counted(Kind.STREET) if one.month == month]
    if not counted:
        nothing = np.empty(0, np.int64)
        return LsoaRows(nothing, nothing, nothing, nothing)
    with duckdb.connect(config={"threads": 1}) as database:
        files = [str(folder.file(one.file.path)) for one in counted]
        found = database.execute(_ROWS, {"files": files, "code": code}).fetchnumpy()
    slots = {force.id: force.slot for force in release.register}
    key = _key(found["lat_e6"], found["lng_e6"])
    register = release.snap_register
    at = np.isin(_key(numbers(register.table, "lat_e6"), numbers(register.table, "lng_e6")), np.unique(key))
    at &= numbers(register.table, "vintage") == vintage_of(month)
    return LsoaRows(
        slot=np.array([slots[force] for force in np.asarray(found["force"]).tolist()], np.int64),
        row=np.asarray(found["row"], np.int64),
        category=np.asarray(found["category"], np.int64),
        snap_ids=np.flatnonzero(at),
    )


def _key(lat_e6: npt.ArrayLike, lng_e6: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """One number for each position."""
    return np.asarray(lat_e6, np.int64) * (1 << 32) + np.asarray(lng_e6, np.int64)
