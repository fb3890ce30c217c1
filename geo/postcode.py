"""The postcode: how people write it, how we show it and how it is stored."""

import re
from dataclasses import dataclass
from itertools import product
from typing import Self

from geo.errors import BadPostcode

# The letters that Royal Mail uses in each place: no I, L, O, Q or Z closes an outward code, and no C, I, K, M, O or V
# stands in an inward code, so that a letter typed for a digit can be told. An area is any one or two letters: which
# exist is for a table to say.
OUTWARD_SHAPE = "[A-Z]{1,2}[0-9](?:[0-9]|[A-HJKMNPR-Y])?"
INWARD_SHAPE = "[0-9][ABD-HJLNP-UW-Z]{2}"

_OUTWARD = re.compile(OUTWARD_SHAPE)
_CLOSED_UP = re.compile(f"({OUTWARD_SHAPE})({INWARD_SHAPE})")
_CUT_SHORT = re.compile(f"{OUTWARD_SHAPE} ?[0-9][A-Z]?")
_BLANKS = re.compile(r"[\s\-\u200b]+")  # hyphens are in our own page addresses; a zero-width space comes with pasting
_MISTAKEN = {"O": "O0", "0": "0O", "I": "I1", "1": "1I"}
_LONGEST_ECHO = 20


@dataclass(frozen=True, order=True, slots=True)
class Postcode:
    """A postcode of the right shape, whether or not it exists; ordered as the stored table is, and hashable.

    Args:
        packed: seven characters, the outward code padded with blanks to four and then the inward code: `LE1 5YA`,
            `EC2V7HH`, `E1  6AN`. What people type goes through `Postcode.parse`.

    Raises:
        BadPostcode: not seven characters of that shape.

    >>> Postcode.parse(" ec2v7hh ").spaced
    'EC2V 7HH'
    >>> Postcode.parse("LE1 5YA") < Postcode.parse("LE10 1AA")
    True
    """

    packed: str

    def __post_init__(self) -> None:
        found = _CLOSED_UP.fullmatch(self.packed.replace(" ", ""))
        if found is None or f"{found[1]:4}{found[2]}" != self.packed:
            raise BadPostcode(f"{_shortened(self.packed)!r} is not a postcode packed into seven characters.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """The postcode that someone typed, in either case, with blanks or hyphens anywhere or nowhere.

        Raises:
            BadPostcode: not the shape of a postcode; the message says what one looks like and, where a letter was
                typed for a digit or half of it is missing, says that.

        >>> Postcode.parse("LEI 5YA")
        Traceback (most recent call last):
        geo.errors.BadPostcode: 'LEI 5YA' is not a postcode. Did you mean LE1 5YA (the digit 1, not the letter I)?
        """
        closed_up = _BLANKS.sub("", text).upper()
        found = _CLOSED_UP.fullmatch(closed_up)
        if found is None:
            raise _what_is_wrong(text, closed_up)
        return cls(f"{found[1]:4}{found[2]}")

    @property
    def area(self) -> str:
        """Its first one or two letters, which name the postal area.

        >>> Postcode.parse("LE1 5YA").area
        'LE'
        """
        return self.packed[: 1 if self.packed[1].isdigit() else 2]

    @property
    def outward(self) -> str:
        """The first half, which names the postal district.

        >>> Postcode.parse("LE1 5YA").outward
        'LE1'
        """
        return self.packed[:4].rstrip()

    @property
    def inward(self) -> str:
        """The second half, three characters.

        >>> Postcode.parse("LE1 5YA").inward
        '5YA'
        """
        return self.packed[4:]

    @property
    def spaced(self) -> str:
        """As people write it: one blank between the halves."""
        return f"{self.outward} {self.inward}"

    @property
    def slug(self) -> str:
        """As our page addresses write it; `parse` takes it back.

        >>> Postcode.parse("LE1 5YA").slug
        'LE1-5YA'
        """
        return f"{self.outward}-{self.inward}"

    def __str__(self) -> str:
        return self.spaced


def postcode_meant(text: str) -> Postcode | None:
    """The one postcode that was meant where the letters O and I and the digits 0 and 1 were taken for each other.

    >>> postcode_meant("LEI 5YA")
    Postcode(packed='LE1 5YA')
    """
    return _meant(_BLANKS.sub("", text).upper())


def _what_is_wrong(text: str, closed_up: str) -> BadPostcode:
    """One or two sentences for the person who typed it."""
    typed = _shortened(text.strip())
    spaced = _BLANKS.sub(" ", text.strip()).upper()
    if not closed_up:
        return BadPostcode("No postcode was given. A postcode looks like LE1 5YA or EC2V 7HH.")
    if _OUTWARD.fullmatch(spaced):
        return BadPostcode(
            "%(typed)r is only the first half of a postcode. A postcode looks like LE1 5YA or EC2V 7HH.", typed=typed
        )
    if _CUT_SHORT.fullmatch(spaced):
        return BadPostcode(
            "%(typed)r is not a whole postcode: the second half has a digit and two letters. "
            "A postcode looks like LE1 5YA or EC2V 7HH.",
            typed=typed,
        )
    meant = _meant(closed_up)
    if meant is None:
        return BadPostcode("%(typed)r is not a postcode. A postcode looks like LE1 5YA or EC2V 7HH.", typed=typed)
    return _mistaken(typed, closed_up, meant)


def _meant(closed_up: str) -> Postcode | None:
    """The postcode that fewest swaps of O with 0 and I with 1 make of it; None where none do, or two do equally."""
    if not 5 <= len(closed_up) <= 7:
        return None
    swaps: dict[int, list[Postcode]] = {}
    for characters in product(*(_MISTAKEN.get(character, character) for character in closed_up)):
        found = _CLOSED_UP.fullmatch("".join(characters))
        if found:
            count = sum(was != now for was, now in zip(closed_up, characters, strict=True))
            swaps.setdefault(count, []).append(Postcode(f"{found[1]:4}{found[2]}"))
    fewest = swaps[min(swaps)] if swaps else []
    return fewest[0] if len(fewest) == 1 else None


def _mistaken(typed: str, closed_up: str, meant: Postcode) -> BadPostcode:
    pairs = zip(closed_up, meant.spaced.replace(" ", ""), strict=True)
    (was, now), *others = dict.fromkeys((was, now) for was, now in pairs if was != now)
    if others:
        return BadPostcode(
            "%(typed)r is not a postcode. Did you mean %(meant)s? Letters and digits that look alike were exchanged.",
            typed=typed,
            meant=meant.spaced,
        )
    if now.isdigit():
        return BadPostcode(
            "%(typed)r is not a postcode. Did you mean %(meant)s (the digit %(now)s, not the letter %(was)s)?",
            typed=typed, meant=meant.spaced, now=now, was=was,
        )  # fmt: skip
    return BadPostcode(
        "%(typed)r is not a postcode. Did you mean %(meant)s (the letter %(now)s, not the digit %(was)s)?",
        typed=typed, meant=meant.spaced, now=now, was=was,
    )  # fmt: skip


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_ECHO else f"{text[: _LONGEST_ECHO - 1]}…"
