"""The beginning of a postcode, as people type one that they do not know whole: its outward code, or a part more."""

import re

from geo.postcode import OUTWARD_SHAPE

_BLANKS = re.compile(r"[\s\-\u200b]+")
_SPACED = re.compile(f"({OUTWARD_SHAPE}) ([0-9][A-Z]?)?")
_CLOSED_UP = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]{0,4}")
_OUTWARD = re.compile(OUTWARD_SHAPE)
_INWARD_BEGINNING = re.compile("([0-9][A-Z]?)?")
_OUTWARD_WIDTH = 4


def postcode_beginnings(text: str) -> list[str]:
    """What postcodes may begin with that begin so, packed as `Postcode.packed` is: outward code, padded, and the rest.

    Without a blank it cannot be told where the outward code ends, so there may be several, the longest outward code
    first. None where no postcode begins so.

    >>> postcode_beginnings("le1"), postcode_beginnings("LE1 5"), postcode_beginnings("ec1a")
    (['LE1 '], ['LE1 5'], ['EC1A'])
    >>> postcode_beginnings("cf101e"), postcode_beginnings("High Street")
    (['CF101E'], [])
    """
    spaced = _BLANKS.sub(" ", text.strip()).upper()
    found = _SPACED.fullmatch(spaced)
    if found is not None:
        return [f"{found[1]:{_OUTWARD_WIDTH}}{found[2] or ''}"]
    if not _CLOSED_UP.fullmatch(spaced):
        return []
    halves = ((spaced[:at], spaced[at:]) for at in range(min(len(spaced), _OUTWARD_WIDTH), 1, -1))
    return [
        f"{outward:{_OUTWARD_WIDTH}}{inward}"
        for outward, inward in halves
        if _OUTWARD.fullmatch(outward) and _INWARD_BEGINNING.fullmatch(inward)
    ]
