"""Protocol Buffers' variable-length integers, a whole array at a time."""

import numpy as np
import numpy.typing as npt

from tiles.ragged import Ints, starts

_BITS = 7
_SMALL = [bytes([value]) for value in range(0x80)]  # what lengths mostly are


def varint_lengths(value: Ints) -> Ints:
    """Bytes that each number takes, shape (n,).

    Args:
        value: numbers from 0 to 2**63 - 1, shape (n,).
    """
    length = np.ones(len(value), np.int64)
    largest = int(value.max(initial=0))
    bits = _BITS
    while largest >> bits:
        length += value >= (1 << bits)
        bits += _BITS
    return length


def varints(value: Ints) -> tuple[npt.NDArray[np.uint8], Ints]:
    """The numbers written one after the other, and where each begins and the last one ends, shape (n + 1,)."""
    length = varint_lengths(value)
    start = starts(length)
    written = np.empty(int(start[-1]), np.uint8)
    written[start[:-1]] = (value & 0x7F) | np.where(length > 1, 0x80, 0)
    at = np.flatnonzero(length > 1)
    place = 1
    while len(at):
        more = length[at] > place + 1
        written[start[at] + place] = ((value[at] >> (_BITS * place)) & 0x7F) | np.where(more, 0x80, 0)
        at = at[more]
        place += 1
    return written, start


def varint(value: int) -> bytes:
    """One number written."""
    if value <= 0x7F:
        return _SMALL[value]
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= _BITS
    written.append(value)
    return bytes(written)


def zigzag(value: Ints) -> Ints:
    """Signed numbers as unsigned ones, small ones small: 0, -1, 1, -2 become 0, 1, 2, 3."""
    return (value << 1) ^ (value >> 63)
