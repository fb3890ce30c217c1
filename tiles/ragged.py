"""Rows of different lengths in one flat array: what lets numpy encode a whole zoom at once."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Ragged:
    """Rows of integers: row i is `value[start[i] : start[i + 1]]`.

    Attributes:
        start: where each row begins, and at the end where the last one ends, shape (n + 1,).
        value: all rows, one after the other.
    """

    start: Ints
    value: Ints

    def __len__(self) -> int:
        return len(self.start) - 1

    @property
    def length(self) -> Ints:
        """Integers in each row, shape (n,)."""
        return np.diff(self.start)

    def take(self, rows: Ints) -> "Ragged":
        """Those rows, in that order, shape (len(rows),)."""
        length = self.length[rows]
        return Ragged(starts(length), self.value[ranges(self.start[rows], length)])

    def shortened(self, by: Ints) -> "Ragged":
        """The rows without the last `by[i]` integers of each."""
        length = self.length - by
        return Ragged(starts(length), self.value[ranges(self.start[:-1], length)])


def starts(length: npt.NDArray[np.integer]) -> Ints:
    """Where rows of those lengths begin, and where the last one ends, shape (n + 1,)."""
    found = np.zeros(len(length) + 1, np.int64)
    np.cumsum(length, out=found[1:])
    return found


def ranges(first: Ints, length: Ints) -> Ints:
    """`first[i], first[i] + 1, ...`, `length[i]` of them, for each i in turn.

    >>> ranges(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    before = np.repeat(first - starts(length)[:-1], length)
    return np.arange(len(before), dtype=np.int64) + before
