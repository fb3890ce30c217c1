"""Postcode files as published, to the one table that is looked things up in."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from geo.grid import grid_to_latlng
from geo.postcode import INWARD_SHAPE, OUTWARD_SHAPE
from geo.store.postcode import SCHEMA
from ingest.postcode_source import RawMember, open_source, read_member

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Indexes = npt.NDArray[np.int64]

# Why a row is not a record, in the order in which they are looked for.
MALFORMED = "wrong-number-of-columns"  # found first, by the reader
BAD_POSTCODE = "bad-postcode"  # not the shape of one
BAD_TERMINATION = "bad-termination"  # not a month written 199606
NO_POSITION = "no-position"  # blank, 0,0, 99.999999, quality 9 (Code-Point: 90), or an Irish grid reference only
BAD_POSITION = "bad-position"  # not numbers, or outside OSTN15 and with no latitude and longitude in the United Kingdom
DUPLICATE = "duplicate"  # an earlier row of the source has the postcode
_REASONS = ("", BAD_POSTCODE, BAD_TERMINATION, NO_POSITION, BAD_POSITION, DUPLICATE)

_SHAPE = f"^{OUTWARD_SHAPE}{INWARD_SHAPE}$"
_NUMBER = r"^-?[0-9]{1,9}(\.[0-9]{0,12})?$"
_NO_GRID_REFERENCE = 9
_PRECISE = (1, 2, 3, 4)  # ONS: in a building of its own, in one by eye, within 50 m, mean of its own addresses
_LAT_WITHIN = (49.0, 61.5)  # the United Kingdom, Isle of Man and Channel Islands,
_LNG_WITHIN = (-9.5, 3.5)  # and Dogger Bank, where the invented county lies


@dataclass(frozen=True, slots=True)
class PostcodeReject:
    """A row that is not a record: its file in the source, its line there counted from 1, and why."""

    file: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class PostcodeFile:
    """How many rows one file of a source had, and what became of them: `rows = records + rejects`."""

    name: str
    rows: int
    records: int
    rejects: int


@dataclass(frozen=True, slots=True)
class PostcodeRows:
    """What a source, or several, came to: `rows = records + rejects + replaced`.

    Args:
        kind: `code-point-open`, `onspd` or `nspl`; of several sources joined by `+`.
        records: the postcodes with a position, as `geo.store.postcode.SCHEMA` says: ascending, no two alike.
        rejects: every other row, by file and line.
        files: each file that was read.
        ignored: CSV files of the source that hold no postcodes, or the same ones again.
        replaced: records that a later source replaced.
    """

    kind: str
    records: pa.RecordBatch
    rejects: tuple[PostcodeReject, ...]
    files: tuple[PostcodeFile, ...]
    ignored: tuple[str, ...] = ()
    replaced: int = 0

    def __post_init__(self) -> None:
        if self.rows != len(self.records) + len(self.rejects) + self.replaced:
            raise AssertionError(f"postcode rows were lost: {self.files}")

    @property
    def rows(self) -> int:
        """How many rows the files had, headers not counted."""
        return sum(file.rows for file in self.files)

    @property
    def rejects_by_reason(self) -> dict[str, int]:
        """How many rows were rejected for each reason that occurs."""
        reasons = [reject.reason for reject in self.rejects]
        return {reason: reasons.count(reason) for reason in sorted(set(reasons))}


def read_postcodes(source: Path) -> PostcodeRows:
    """Every row of a postcode source, as a record or a reject.

    Great Britain lies where its grid reference does, by OSTN15; Northern Ireland (BT) where the file's own latitude and
    longitude say, as its grid references are Irish; so does a row whose grid reference is blank or outside OSTN15.

    Args:
        source: Code-Point Open, ONSPD or NSPL: the zip as published, a folder of its files, or one CSV.

    Raises:
        UnreadableSource: none of these, or damaged.
    """
    with open_source(source) as (members, ignored):
        raw = [read_member(member) for member in members]
        kind = members[0].layout.kind
    columns = {role: pa.concat_arrays([member.columns[role] for member in raw]) for role in raw[0].columns}
    keys, reason, values = _classified(columns)
    accepted = np.flatnonzero(reason == 0)
    kept, repeats = _once_each(keys[accepted], keep_last=False)
    reason[accepted[repeats]] = _REASONS.index(DUPLICATE)
    chosen = accepted[kept]
    rejects, files = _accounts(raw, reason)
    return PostcodeRows(kind, _batch(keys[chosen], [value[chosen] for value in values]), rejects, files, ignored)


def merge_postcodes(sources: Sequence[PostcodeRows]) -> PostcodeRows:
    """Several sources as one: where two have a postcode the later one's record stands, and the other is counted.

    Load Code-Point Open after ONSPD where it is the newer: postcodes that only ONSPD has, Northern Ireland's and those
    that have ended, stay.

    Raises:
        ValueError: no source at all.
    """
    records = pa.concat_batches([source.records for source in sources])
    kept, replaced = _once_each(_fixed_width(records["postcode"]), keep_last=True)
    return PostcodeRows(
        kind="+".join(dict.fromkeys(source.kind for source in sources)),
        records=records.take(pa.array(kept)),
        rejects=tuple(reject for source in sources for reject in source.rejects),
        files=tuple(file for source in sources for file in source.files),
        ignored=tuple(name for source in sources for name in source.ignored),
        replaced=len(replaced) + sum(source.replaced for source in sources),
    )


def write_postcodes(rows: PostcodeRows, path: Path) -> None:
    """The records as the file that `PostcodeTable` opens; the same records give the same bytes.

    Raises:
        OSError: no room, or no leave to write there; nothing is left behind under that name.
    """
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        with pa.OSFile(str(unfinished), "wb") as sink, pa.ipc.new_file(sink, SCHEMA) as writer:
            writer.write_batch(rows.records)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _classified(
    columns: dict[str, pa.Array],
) -> tuple[npt.NDArray[np.bytes_], npt.NDArray[np.uint8], list[npt.NDArray[np.generic]]]:
    """Of every row: its packed postcode, the index of the reason against it (0 for none), and what `_batch` wants."""
    keys, shaped = _packed(columns["postcode"])
    terminated, terminated_bad = _terminations(columns.get("terminated"), len(keys))
    quality, quality_bad = _numbers(columns["quality"])
    quality = np.where(quality >= 10, quality // 10, quality)  # Code-Point's 10 to 90 are ONS's 1 to 9
    lat, lng, position_given = _positions(columns, keys, quality)
    reason = np.zeros(len(keys), dtype=np.uint8)
    for wrong, which in (  # the last that applies is overwritten by the first
        (np.isnan(lat) & position_given, BAD_POSITION),
        (np.isnan(lat) & ~position_given, NO_POSITION),
        (terminated_bad, BAD_TERMINATION),
        (~shaped, BAD_POSTCODE),
    ):
        reason[wrong] = _REASONS.index(which)
    imprecise = ~np.isin(quality, _PRECISE) | quality_bad
    lat_e6, lng_e6 = (np.rint(np.nan_to_num(degrees) * 1e6).astype("<i4") for degrees in (lat, lng))
    return keys, reason, [lat_e6, lng_e6, terminated, imprecise.astype("u1")]


def _packed(written: pa.Array) -> tuple[npt.NDArray[np.bytes_], Flags]:
    """The seven characters of each postcode, and whether it has the shape of one."""
    closed_up = written
    for dropped in (b'"', b" "):
        closed_up = pc.replace_substring(closed_up, dropped, b"")
    shaped = pc.match_substring_regex(closed_up, _SHAPE, ignore_case=True)
    text = pc.ascii_upper(pc.if_else(shaped, closed_up, pa.scalar(b"ZZ00AA", pa.binary())).cast(pa.string()))
    outward = pc.ascii_rpad(pc.utf8_slice_codeunits(text, 0, -3), 4)
    packed = pc.binary_join_element_wise(outward, pc.utf8_slice_codeunits(text, -3), "")
    return _fixed_width(packed.cast(pa.binary()).cast(pa.binary(7))), shaped.to_numpy(zero_copy_only=False)


def _fixed_width(keys: pa.Array) -> npt.NDArray[np.bytes_]:
    return np.frombuffer(keys.buffers()[1] or b"", dtype="S7", count=len(keys), offset=keys.offset * 7)


def _numbers(written: pa.Array) -> tuple[Floats, Flags]:
    """The numbers in a column, NaN where blank, and which fields hold something else."""
    bare = pc.replace_substring(written, b'"', b"")
    bare = pc.if_else(pc.equal(pc.binary_length(bare), 0), pa.scalar(None, pa.binary()), bare)
    numeric = pc.fill_null(pc.match_substring_regex(bare, _NUMBER), fill_value=False)
    values = pc.if_else(numeric, bare, pa.scalar(None, pa.binary())).cast(pa.string()).cast(pa.float64())
    wrong = pc.and_(pc.is_valid(bare), pc.invert(numeric)).to_numpy(zero_copy_only=False)
    return pc.fill_null(values, float("nan")).to_numpy(), wrong


def _terminations(written: pa.Array | None, rows: int) -> tuple[npt.NDArray[np.int32], Flags]:
    """The month each row ended as 199606, 0 for none, and which fields hold something else."""
    if written is None:
        return np.zeros(rows, dtype="<i4"), np.zeros(rows, dtype=np.bool_)
    months, wrong = _numbers(written)
    terminated = np.nan_to_num(months).astype("<i4")
    year, month = np.divmod(terminated, 100)
    is_month = (year >= 1900) & (year < 2100) & (month >= 1) & (month <= 12)
    return terminated, wrong | ~(is_month | np.isnan(months))


def _positions(
    columns: dict[str, pa.Array], keys: npt.NDArray[np.bytes_], quality: Floats
) -> tuple[Floats, Floats, Flags]:
    """(lat, lng) in degrees, NaN where there is none; and whether the row claims to have a position."""
    easting, easting_bad = _numbers(columns["easting"])
    northing, northing_bad = _numbers(columns["northing"])
    letters = keys.view("u1").reshape(-1, 7)
    irish = (letters[:, 0] == ord("B")) & (letters[:, 1] == ord("T"))
    given = ~(np.isnan(easting) | np.isnan(northing)) & ((easting != 0) | (northing != 0))
    given &= (quality != _NO_GRID_REFERENCE) & ~irish
    lat, lng = np.full(len(keys), np.nan), np.full(len(keys), np.nan)
    lat[given], lng[given] = grid_to_latlng(easting[given], northing[given])
    claimed = given | easting_bad | northing_bad
    if "lat" in columns and "lng" in columns:
        own_lat, lat_bad = _numbers(columns["lat"])
        own_lng, lng_bad = _numbers(columns["lng"])
        own = np.isnan(lat) & _within(own_lat, _LAT_WITHIN) & _within(own_lng, _LNG_WITHIN)
        lat[own], lng[own] = own_lat[own], own_lng[own]
        claimed |= lat_bad | lng_bad
    return lat, lng, claimed


def _within(degrees: Floats, bounds: tuple[float, float]) -> Flags:
    return np.asarray((degrees >= bounds[0]) & (degrees <= bounds[1]))


def _once_each(keys: npt.NDArray[np.bytes_], *, keep_last: bool) -> tuple[Indexes, Indexes]:
    """Indexes of one row per key in the keys' order, its first or its last, and of the rows that are left over."""
    order = np.argsort(keys.astype("S8").view(">u8").astype(np.uint64), kind="stable")  # integers sort faster than text
    changes = keys[order[1:]] != keys[order[:-1]]
    edge = np.ones(min(len(keys), 1), dtype=np.bool_)
    kept = np.concatenate([changes, edge] if keep_last else [edge, changes])
    return order[kept], order[~kept]


def _batch(keys: npt.NDArray[np.bytes_], values: Sequence[npt.NDArray[np.generic]]) -> pa.RecordBatch:
    packed = pa.FixedSizeBinaryArray.from_buffers(pa.binary(7), len(keys), [None, pa.py_buffer(keys.tobytes())])
    return pa.RecordBatch.from_arrays([packed, *(pa.array(value) for value in values)], schema=SCHEMA)


def _accounts(
    raw: Sequence[RawMember], reason: npt.NDArray[np.uint8]
) -> tuple[tuple[PostcodeReject, ...], tuple[PostcodeFile, ...]]:
    """Every reject by its file and line, and the counts of each file."""
    rejects, files, start = list[PostcodeReject](), list[PostcodeFile](), 0
    for member in raw:
        reasons = reason[start : start + len(member.lines)]
        start += len(member.lines)
        wrong = np.flatnonzero(reasons)
        found = [(int(member.lines[row]), _REASONS[reasons[row]]) for row in wrong]
        found += [(line, MALFORMED) for line in member.malformed]
        rejects += [PostcodeReject(member.name, line, why) for line, why in sorted(found)]
        rows = len(member.lines) + len(member.malformed)
        files.append(PostcodeFile(member.name, rows, rows - len(found), len(found)))
    return tuple(rejects), tuple(files)
