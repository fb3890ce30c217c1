"""CSV to columns without losing a row: every data row is in the table or is a reject with its line.

Published files have no line end inside a value, so a line is a row: a stray quotation mark costs its own row and not
the rest of the file. The fast way is pyarrow's reader over the whole file in one thread, every column as
dictionary-encoded bytes, so that a few thousand distinct values are converted and not half a million. Where it does not
find one row for each line, all of the header's width, or where a carriage return stands alone (which ends a line for
pyarrow, and not for us), the file is read line by line with the standard library, which has the last word.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pa_csv

from geo.errors import UnreadableSource

_BOM = b"\xef\xbb\xbf"
WRONG_COLUMNS = "wrong-number-of-columns"


@dataclass(frozen=True)
class CsvTable:
    """The data rows of one CSV file that have the right number of columns.

    Attributes:
        columns: by header name; each a dictionary array of bytes, or of 64 and fewer plain bytes where told.
        ordinal: the row's place among all data rows of the file, from 0, shape (n,).
        line: the line, from 1, on which each data row of the file stands, by ordinal, shape (rows,).
        rows: how many data rows the file has, wrong ones too.
        wrong: ordinals of rows with too few or too many columns.
    """

    columns: dict[str, pa.Array]
    ordinal: npt.NDArray[np.int32]
    line: npt.NDArray[np.int64]
    rows: int
    wrong: tuple[int, ...]
    data: bytes = field(repr=False)

    def line_hash(self, line: int) -> bytes:
        """SHA-256 of a line, from 1, without its line end."""
        return sha256(self._lines[line - 1].rstrip(b"\r")).digest()

    @cached_property
    def _lines(self) -> list[bytes]:
        return self.data.split(b"\n")


def read_csv(data: bytes, header: Sequence[str], plain: Sequence[str], what: str) -> CsvTable:
    """The rows of a CSV file whose header is `header`.

    Args:
        data: the file as delivered; a byte-order mark is passed over, LF and CRLF are both line ends.
        header: the column names, all of them, in order.
        plain: columns whose values hardly repeat: read as plain bytes, not as a dictionary.
        what: the file's name, for the error.

    Raises:
        UnreadableSource: the header is another one.
    """
    data = data.removeprefix(_BOM)
    first = data[: data.find(b"\n") if b"\n" in data else len(data)].strip().decode("utf-8", "replace")
    if [name.strip().strip('"') for name in first.split(",")] != list(header):
        raise UnreadableSource(
            f"{what}: the header is {first[:200]!r}, not {','.join(header)!r}; the file is left out."
        )
    table = _fast(data, header, plain) if data.count(b"\r") == data.count(b"\r\n") else None
    if table is None or table.num_rows != _line_ends(data) - data.endswith(b"\n"):
        return _slow(data, header, plain)
    columns = {name: _one_array(table[name]) for name in header}
    ordinal = np.arange(table.num_rows, dtype=np.int32)
    return CsvTable(columns, ordinal, ordinal.astype(np.int64) + 2, table.num_rows, (), data)


def _line_ends(data: bytes) -> int:
    return int(np.count_nonzero(np.frombuffer(data, np.uint8) == ord("\n")))


def _one_array(column: pa.ChunkedArray) -> pa.Array:
    """The column in one piece, which it mostly is already: then nothing is copied."""
    if column.num_chunks == 1:
        return column.chunk(0)
    whole = column.combine_chunks()
    return whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole


def _column_types(header: Sequence[str], plain: Sequence[str]) -> dict[str, pa.DataType]:
    coded = pa.dictionary(pa.int32(), pa.binary())
    return {name: pa.binary() if name in plain else coded for name in header}


def _fast(data: bytes, header: Sequence[str], plain: Sequence[str]) -> pa.Table | None:
    """The table as pyarrow reads it; `None` where a row is not of the header's width."""
    try:
        return pa_csv.read_csv(
            pa.BufferReader(data),
            read_options=pa_csv.ReadOptions(
                use_threads=False, block_size=max(len(data), 1), column_names=list(header), skip_rows=1
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=_column_types(header, plain), strings_can_be_null=False, null_values=[]
            ),
        )
    except pa.ArrowInvalid as error:
        if "Empty CSV" in str(error):
            return pa.table({name: pa.array([], kind) for name, kind in _column_types(header, plain).items()})
        return None


def _slow(data: bytes, header: Sequence[str], plain: Sequence[str]) -> CsvTable:
    """The table line by line."""
    lines = [(at, line) for at, line in enumerate(data.split(b"\n"), start=1) if line.strip()][1:]
    rows = [_values(line) for _, line in lines]
    right = [at for at, row in enumerate(rows) if len(row) == len(header)]
    wrong = tuple(at for at, row in enumerate(rows) if len(row) != len(header))
    columns = {}
    for at, (name, kind) in enumerate(_column_types(header, plain).items()):
        values = pa.array([rows[row][at].encode("utf-8", "surrogateescape") for row in right], pa.binary())
        columns[name] = values if pa.types.is_binary(kind) else values.dictionary_encode()
    numbers = np.array([at for at, _ in lines], np.int64)
    return CsvTable(columns, np.array(right, np.int32), numbers, len(rows), wrong, data)


def _values(line: bytes) -> list[str]:
    """The values of one line; none where it is no line of CSV: a stray carriage return, or a value without end."""
    try:
        return next(csv.reader([line.decode("utf-8", "surrogateescape").rstrip("\r")]), [])
    except csv.Error:
        return []
