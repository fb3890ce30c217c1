"""Columns of published text to typed columns, each with the rows whose value would not do.

A converter looks at each distinct value once. It returns the typed column and a mask of the rows that carry a bad
value; it never raises for one.
"""

from binascii import unhexlify
from collections.abc import Callable, Mapping
from string import hexdigits
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Mask = npt.NDArray[np.bool_]
_MICRODEGREES = 1_000_000
_HEX_BYTES = 64
_DEGREES = r"^-?[0-9]{1,3}(\.[0-9]{1,15})?$"  # as every published file writes them: nothing like 1e1, +1, .5 or 1_0


def _codes(column: pa.DictionaryArray) -> npt.NDArray[np.int32]:
    return np.asarray(column.indices.to_numpy(zero_copy_only=False), np.int32)


def text(column: pa.DictionaryArray) -> tuple[pa.DictionaryArray, Mask]:
    """A column of text; empty text is null. Bad: bytes that are not UTF-8."""
    try:
        values = pc.cast(column.dictionary, pa.string())
    except pa.ArrowInvalid:
        values = pa.array([_decoded(value) for value in column.dictionary.to_pylist()], pa.string())
    bad = values.is_null().to_numpy(zero_copy_only=False)
    kept = pc.if_else(pc.equal(values, ""), pa.scalar(None, pa.string()), values)
    return _recoded(kept, _codes(column)), _at(bad, column)


def _decoded(value: bytes) -> str | None:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return None


def _at(by_value: npt.NDArray[Any], column: pa.DictionaryArray) -> npt.NDArray[Any]:
    """By row what is known by distinct value."""
    return by_value[_codes(column)] if len(by_value) else np.zeros(len(column), by_value.dtype)


def _recoded(values: pa.Array, codes: npt.NDArray[np.int32]) -> pa.DictionaryArray:
    """A dictionary array without a null among its values; the rows that pointed at one are null."""
    nowhere = values.is_null().to_numpy(zero_copy_only=False)
    position = np.cumsum(~nowhere, dtype=np.int32) - 1
    moved = position[codes] if len(values) else codes
    mask = nowhere[codes] if len(values) else np.zeros(0, bool)
    return pa.DictionaryArray.from_arrays(pa.array(moved, pa.int32(), mask=mask), values.drop_null())


def coded(column: pa.DictionaryArray, codes: Mapping[str, int], *, optional: bool) -> tuple[pa.Array, Mask]:
    """Known words as small numbers (uint8), null where empty. Bad: any other word, and empty unless optional."""
    known = {name.encode(): code for name, code in codes.items()}
    values = column.dictionary.to_pylist()
    number = np.array([known.get(value, 0) for value in values], np.uint8)
    empty = np.array([value == b"" for value in values], bool)
    bad = np.array([value not in known and not (optional and value == b"") for value in values], bool)
    return pa.array(_at(number, column), pa.uint8(), mask=_at(empty, column)), _at(bad, column)


def flag(column: pa.DictionaryArray) -> tuple[pa.Array, Mask]:
    """A three-valued column: true, false, or null where nobody said. Bad: anything but True, False and empty."""
    number, bad = coded(column, {"False": 0, "True": 1}, optional=True)
    return pc.cast(number, pa.bool_()), bad


def degrees_e6(column: pa.DictionaryArray, limit: int) -> tuple[npt.NDArray[np.int32], Mask, Mask]:
    """Degrees as millionths, which rows have none, and which are bad: no plain decimal number within ±limit.

    Numbers are compared by value: `51.5`, `51.500` and `51.500000` are one position.
    """
    values = column.dictionary
    empty = np.asarray(pc.equal(pc.binary_length(values), 0).to_numpy(zero_copy_only=False), bool)
    plain = pc.match_substring_regex(values, _DEGREES)
    texts = pc.cast(pc.if_else(plain, values, pa.scalar(b"nan", pa.binary())), pa.string())
    number = np.asarray(pc.cast(texts, pa.float64()), np.float64)
    bad = ~(np.abs(number) <= limit)  # what is not plain is a NaN here and compares false, so it is bad too
    millionths = np.round(np.where(bad, 0, number) * _MICRODEGREES).astype(np.int32)
    return _at(millionths, column), _at(empty, column), _at(bad & ~empty, column)


def persistent_id(column: pa.BinaryArray) -> tuple[pa.FixedSizeBinaryArray, Mask]:
    """Crime IDs as 32 bytes, null where empty. Bad: anything but 64 hex digits."""
    length = pc.binary_length(column).to_numpy(zero_copy_only=False)
    full = length == _HEX_BYTES
    bad = ~full & (length != 0)
    packed = np.zeros((len(column), _HEX_BYTES // 2), np.uint8)
    packed[full], bad[full] = _unhexed(_data(column if full.all() else column.filter(pa.array(full))))
    valid = pa.array(full).buffers()[1] if len(column) else None
    kind = pa.binary(_HEX_BYTES // 2)
    return pa.FixedSizeBinaryArray.from_buffers(kind, len(column), [valid, pa.py_buffer(packed)]), bad


def _unhexed(digits: bytes) -> tuple[npt.NDArray[np.uint8], Mask]:
    """32 bytes of each 64 hex digits, and which are no hex digits; all at once where all are good."""
    try:
        good = np.frombuffer(unhexlify(digits), np.uint8).reshape(-1, _HEX_BYTES // 2)
        return good, np.zeros(len(good), bool)
    except ValueError:
        values = np.frombuffer(digits, np.uint8).reshape(-1, _HEX_BYTES)
        bad: Mask = np.logical_not(np.isin(values, np.frombuffer(hexdigits.encode(), np.uint8)).all(axis=1))
        packed = np.zeros((len(values), _HEX_BYTES // 2), np.uint8)
        packed[~bad] = np.frombuffer(unhexlify(values[~bad].tobytes()), np.uint8).reshape(-1, _HEX_BYTES // 2)
        return packed, bad


def _data(column: pa.BinaryArray) -> bytes:
    """The bytes of all values, one after the other."""
    offsets, data = column.buffers()[1:]
    if data is None or not len(column):
        return b""
    ends = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
    return bytes(data[int(ends[0]) : int(ends[-1])])


def matching(column: pa.DictionaryArray, test: Callable[[bytes], bool]) -> Mask:
    """Which rows carry a value that passes a test, shape (n,)."""
    return np.asarray(_at(np.array([test(value) for value in column.dictionary.to_pylist()], bool), column), bool)
