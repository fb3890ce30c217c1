"""The Range header of RFC 9110: which bytes of a file are asked for."""

import re

_SINGLE = re.compile(rb"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.IGNORECASE)


class NotSatisfiable(Exception):
    """The range lies wholly beyond the end of the file."""


def byte_range(header: bytes, size: int) -> tuple[int, int] | None:
    """First byte and the one after the last, of a Range header; `None` where the header is to be ignored.

    Ignored, as the RFC allows, and so answered with the whole file: other units, several ranges, and what is not a
    range at all.

    Raises:
        NotSatisfiable: nothing of it lies in the file.

    >>> byte_range(b"bytes=0-99", 1000), byte_range(b"bytes=-10", 1000), byte_range(b"bytes=990-2000", 1000)
    ((0, 100), (990, 1000), (990, 1000))
    """
    found = _SINGLE.fullmatch(header)
    if found is None or found[0].strip().endswith(b"=-"):
        return None
    first, last = found[1], found[2]
    if not first:
        start, stop = max(size - int(last), 0), size
    else:
        start, stop = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    if start >= size or start >= stop:
        raise NotSatisfiable
    return start, stop
