"""One published file to what is kept of it: a pure function, run by any executor; it writes nothing."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from isal import isal_zlib

from geo.crime import ROWS_PER_FILE
from geo.errors import UnreadableSource
from geo.supply import Kind
from ingest.archive import RAW_DEFLATE, read_file
from ingest.csv_table import WRONG_COLUMNS, CsvTable, read_csv
from ingest.layout import HEADERS, PLAIN, Reading, read_rows
from ingest.source import Member

_LARGEST_BYTES = 256 << 20  # of a published file: two thousand for each row that an integer crime id can tell apart
_DEFLATE_LEVEL = 2  # isal: within a few per cent of zlib's level 6 on these files, several times as fast


@dataclass(frozen=True, slots=True)
class Account:
    """What became of the rows of one published file; `rows` is records and rejects together.

    Attributes:
        content: digest of the records alone, whatever wrote them and wherever.
        rejects: how many rows for each reason.
    """

    member: Member
    rows: int
    records: int
    unplaced: int
    categories: dict[int, int]
    content: str
    rejects: dict[str, int]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is kept of one published file, and the account of it.

    Attributes:
        parquet: the records, as a Parquet file.
        deflated: the file as delivered, as a raw deflate stream.
        reject_parquet: line, SHA-256 of the line, and reason; empty where every row is a record.
    """

    account: Account
    parquet: bytes
    deflated: bytes
    reject_parquet: bytes


@dataclass(frozen=True, slots=True)
class Refused:
    """A published file that could not be read at all, and why. What is live stays as it was."""

    member: Member
    why: str


def load_member(member: Member, reported_as: Collection[str]) -> Loaded | Refused:
    """The records and rejects of one published file, whose force reports under those names."""
    if member.size > _LARGEST_BYTES:
        return Refused(member, f"{member.name}: {member.size:,} bytes are more than a published file can have.")
    try:
        data, deflated = _as_delivered(member)
        csv = read_csv(data, HEADERS[member.kind], PLAIN[member.kind], member.name)
    except UnreadableSource as error:
        return Refused(member, str(error))
    if csv.rows > ROWS_PER_FILE:
        return Refused(
            member, f"{member.name}: {csv.rows:,} rows, where an integer crime id can tell {ROWS_PER_FILE:,} apart."
        )
    reading = read_rows(csv, member.kind, member.month, reported_as)
    table, rejects = _records(reading, member), _rejects(reading)
    if table.num_rows + rejects.num_rows != csv.rows:
        raise AssertionError(f"{member.name}: {csv.rows} rows, {table.num_rows} records, {rejects.num_rows} rejects")
    account = Account(
        member=member,
        rows=csv.rows,
        records=table.num_rows,
        unplaced=table["lat_e6"].null_count,
        categories=_mix(table, member.kind),
        content=records_digest(table),
        rejects=dict(sorted(Counter(rejects["reason"].to_pylist()).items())),
    )
    return Loaded(account, _parquet(table), deflated, _parquet(rejects) if rejects.num_rows else b"")


def _records(reading: Reading, member: Member) -> pa.Table:
    """The rows without a reason against them, in published order."""
    n = len(reading.reason)
    same = pa.array(np.zeros(n, np.int32))
    columns = {
        "force": pa.DictionaryArray.from_arrays(same, pa.array([member.force])),
        "month": pa.DictionaryArray.from_arrays(same, pa.array([str(member.month)])),
        **reading.columns,
    }
    table = pa.table(columns)
    if (reading.reason == "").all():
        return table
    kept = table.filter(pa.array(reading.reason == ""))
    # A value that only rejects carried must not stay behind in a dictionary.
    again = [
        column.combine_chunks().dictionary_decode().dictionary_encode()
        if pa.types.is_dictionary(column.type)
        else column
        for column in kept.columns
    ]
    return pa.table(again, names=kept.column_names)


def _rejects(reading: Reading) -> pa.Table:
    """One row for each row that is no record, by line. No value of the row is kept: it may be somebody's address."""
    csv: CsvTable = reading.csv
    bad = np.flatnonzero(reading.reason != "")
    ordinals = [*csv.ordinal[bad].tolist(), *csv.wrong]
    reasons = [*reading.reason[bad].tolist(), *[WRONG_COLUMNS] * len(csv.wrong)]
    lines = [int(csv.line[ordinal]) for ordinal in ordinals]
    table = pa.table(
        {
            "line": pa.array(lines, pa.int32()),
            "line_sha256": pa.array([csv.line_hash(line) for line in lines], pa.binary(32)),
            "reason": pa.array(reasons, pa.string()),
        }
    )
    return table.sort_by("line")


def _mix(table: pa.Table, kind: Kind) -> dict[int, int]:
    """Records by category (street) or outcome (outcomes) code."""
    if kind is Kind.STOPS:
        return {}
    codes = table["category" if kind is Kind.STREET else "outcome"].combine_chunks()
    counts = pc.value_counts(codes).to_pylist()
    return dict(sorted((count["values"], count["counts"]) for count in counts))


def records_digest(table: pa.Table) -> str:
    """SHA-256 in hex of a table's names and values in order: the same whatever file format or library held them."""
    digest = sha256()
    for name, column in zip(table.column_names, table.columns, strict=True):
        values = column.combine_chunks()
        digest.update(f"\n{name}\n".encode())
        if pa.types.is_dictionary(values.type):
            digest.update(_lines(values.dictionary))
            values = values.indices
        digest.update(np.packbits(values.is_valid().to_numpy(zero_copy_only=False)).tobytes())
        digest.update(_value_bytes(values))
    return digest.hexdigest()


def _lines(texts: pa.StringArray) -> bytes:
    """The texts as UTF-8, each ended by a line feed."""
    if not len(texts):
        return b""
    joined = pc.binary_join(pa.ListArray.from_arrays(pa.array([0, len(texts)], pa.int32()), texts), "\n")
    return bytes(joined[0].as_buffer()) + b"\n"


def _value_bytes(values: pa.Array) -> bytes:
    """The values one after the other, little-endian, nulls as nought."""
    if pa.types.is_fixed_size_binary(values.type):
        held = np.frombuffer(values.buffers()[1], np.uint8).reshape(-1, values.type.byte_width)
        present = values.is_valid().to_numpy(zero_copy_only=False)
        return bytes(held[values.offset : values.offset + len(values)][present].tobytes())
    if pa.types.is_boolean(values.type):
        values = values.cast(pa.uint8())
    if pa.types.is_timestamp(values.type):
        values = values.cast(pa.int64())
    return bytes(pc.fill_null(values, 0).to_numpy(zero_copy_only=False).tobytes())


def _parquet(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    coded = [field.name for field in table.schema if pa.types.is_dictionary(field.type)]
    pq.write_table(
        table,
        sink,
        compression="zstd",
        compression_level=1,
        use_dictionary=coded,
        write_statistics=False,
        version="2.6",
    )
    return bytes(sink.getvalue())


def _as_delivered(member: Member) -> tuple[bytes, bytes]:
    """The file, and the same as a raw deflate stream: the zip's own, where a zip holds it so and it is sound.

    Raises:
        UnreadableSource: the file or its zip is damaged.
    """
    data, stream = read_file(member.source, member.name)
    return data, stream or _deflated(data)


def _deflated(data: bytes) -> bytes:
    packer = isal_zlib.compressobj(_DEFLATE_LEVEL, isal_zlib.DEFLATED, RAW_DEFLATE)
    return packer.compress(data) + packer.flush()


def inflated(path: Path) -> bytes:
    """The bytes of a source member as it was delivered."""
    return bytes(isal_zlib.decompress(path.read_bytes(), RAW_DEFLATE))
