"""Names of places as people type them: without accents, case or marks, shortened, in Welsh, and one letter off."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import islice, product

SHORTEST_MISSPELT = 4  # letters: of a shorter word, every other one is a neighbour
_MOST_READINGS = 8
_SILENT = re.compile("['\u2019\u2018`]")
_ACCENT = re.compile("[\u0300-\u036f]")
_MARK = re.compile("[^a-z0-9]+")
# What people shorten in an address, and what it may stand for.
_SHORT: Mapping[str, tuple[str, ...]] = {
    "ave": ("avenue",), "cl": ("close",), "cres": ("crescent",), "ct": ("court",), "dr": ("drive",),
    "gdns": ("gardens",), "gr": ("grove",), "la": ("lane",), "ln": ("lane",), "pde": ("parade",), "pk": ("park",),
    "pl": ("place",), "rd": ("road",), "sq": ("square",), "st": ("street", "saint"), "saint": ("st",),
    "ter": ("terrace",), "terr": ("terrace",), "bldgs": ("buildings",), "nth": ("north",), "sth": ("south",),
}  # fmt: skip


def folded(name: str) -> str:
    """A name as it is compared: small letters and digits, words parted by one blank.

    >>> folded("Sqwâr Owain Glyndŵr"), folded("St Anne'S Avenue"), folded("Devon & Cornwall"), folded("Y Bont-faen")
    ('sqwar owain glyndwr', 'st annes avenue', 'devon and cornwall', 'y bont faen')
    """
    plain = _SILENT.sub("", name.replace("&", " and ")).casefold()
    if not plain.isascii():
        plain = _ACCENT.sub("", unicodedata.normalize("NFKD", plain))
    return _MARK.sub(" ", plain).strip()


def readings(word: str) -> tuple[str, ...]:
    """A folded word, and what it may be short for.

    >>> readings("st"), readings("heol")
    (('st', 'street', 'saint'), ('heol',))
    """
    return (word, *_SHORT.get(word, ()))


def spelt_out(words: tuple[str, ...]) -> tuple[str, ...]:
    """The names that some folded words may stand for, the words themselves first; at most eight.

    >>> spelt_out(("high", "st"))
    ('high st', 'high street', 'high saint')
    """
    return tuple(" ".join(each) for each in islice(product(*map(readings, words)), _MOST_READINGS))


def cut(word: str) -> frozenset[str]:
    """The word, and the word with any one letter left out: two words one typing mistake apart share one of these.

    A mistake is a letter too many, too few, another letter, or two letters swapped (the "symmetric delete" method of
    Wolf Garbe's SymSpell). Words that share one may still be two mistakes apart; `one_mistake` decides.

    >>> sorted(cut("heol"))
    ['eol', 'hel', 'heo', 'heol', 'hol']
    """
    return frozenset([word, *(word[:at] + word[at + 1 :] for at in range(len(word)))])


def one_mistake(typed: str, meant: str) -> bool:
    """Whether at most one letter is wrong, missing, too many, or swapped with the next.

    >>> one_mistake("gogleddd", "gogledd"), one_mistake("rode", "road"), one_mistake("caerdydd", "caredydd")
    (True, False, True)
    """
    shorter, longer = sorted((typed, meant), key=len)
    if len(longer) - len(shorter) > 1:
        return False
    same = next((at for at, letter in enumerate(shorter) if letter != longer[at]), len(shorter))
    rest_short, rest_long = shorter[same:], longer[same:]
    if len(shorter) < len(longer):
        return rest_short == rest_long[1:]
    swapped = rest_long[1:2] + rest_long[:1] + rest_long[2:]
    return rest_short[1:] == rest_long[1:] or rest_short == swapped


@cache
def welsh_names() -> Mapping[str, str]:
    """Welsh names of places and forces in Wales, by their English name folded; of those that have two names."""
    read = json.loads(files("geo.data").joinpath("welsh-names.json").read_text(encoding="utf-8"))
    return {folded(english): str(welsh) for english, welsh in read.items()}


def keys(name: str) -> Iterator[str]:
    """Under which folded forms a folded name is looked up: whole, and without its leading article.

    >>> list(keys("y bont faen")), list(keys("heol y bont"))
    (['y bont faen', 'bont faen'], ['heol y bont'])
    """
    if name:
        yield name
    first, _, rest = name.partition(" ")
    if rest and first in {"y", "yr", "the"}:
        yield rest
