"""Properties of features: keys, encoded values, and for each feature which has which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tiles.ragged import Ragged, starts
from tiles.varint import varint

VALUE = 0x22  # tag of layer.values
_TEXT, _WHOLE = 0x0A, 0x28  # tags of value.string_value, value.uint_value


@dataclass(frozen=True)
class Properties:
    """Properties of some features.

    Attributes:
        keys: their names.
        values: every value that occurs, encoded.
        tag: of each feature, in turn, the index of a key and the index of a value.
    """

    keys: tuple[str, ...]
    values: Sequence[bytes]
    tag: Ragged

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, str | int]]) -> "Properties":
        """The properties of features given one by one; keys stand in order of appearance."""
        keys = {key: at for at, key in enumerate(dict.fromkeys(key for row in rows for key in row))}
        values = {value: at for at, value in enumerate(dict.fromkeys(value for row in rows for value in row.values()))}
        pairs = [(keys[key], values[value]) for row in rows for key, value in row.items()]
        length = np.fromiter(map(len, rows), np.int64, len(rows))
        encoded = [text_value(value) if isinstance(value, str) else whole_value(value) for value in values]
        return cls(tuple(keys), encoded, Ragged(2 * starts(length), np.array(pairs, np.int64).ravel()))

    @classmethod
    def of_numbers(cls, keys: tuple[str, ...], rows: Ragged) -> "Properties":
        """The properties of features that have whole numbers: index of a key and number in turn."""
        numbers, code = np.unique(rows.value[1::2], return_inverse=True)
        tag = rows.value.copy()
        tag[1::2] = code
        return cls(keys, [whole_value(number) for number in numbers.tolist()], Ragged(rows.start, tag))

    def with_text(self, key: str, text: Sequence[str]) -> "Properties":
        """The same with a text more for each feature, shape (n,). In order, texts pack well."""
        different = {value: at for at, value in enumerate(sorted(set(text)), start=len(self.values))}
        code = np.fromiter((different[value] for value in text), np.int64, len(text))
        pair = np.column_stack([np.full(len(text), len(self.keys), np.int64), code])
        value = np.insert(self.tag.value, np.repeat(self.tag.start[1:], 2), pair.ravel())
        tag = Ragged(self.tag.start + 2 * np.arange(len(self.tag.start)), value)
        return Properties((*self.keys, key), [*self.values, *map(text_value, different)], tag)


def whole_value(value: int) -> bytes:
    """A whole number from 0 upwards as a layer's value."""
    return delimited(VALUE, bytes([_WHOLE]) + varint(value))


def text_value(value: str) -> bytes:
    """A text as a layer's value."""
    return delimited(VALUE, delimited(_TEXT, value.encode()))


def delimited(tag: int, body: bytes) -> bytes:
    """A field of bytes: its tag, their number, and they."""
    return varint(tag) + varint(len(body)) + body
