"""The gazetteer: streets, places, neighbourhoods and forces by name, in one SQLite file (docs/spec/gazetteer.md)."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice
from pathlib import Path

from geo.errors import DamagedFile
from geo.latlng import LatLng
from geo.neighbourhood import NeighbourhoodRef
from geo.place_name import SHORTEST_MISSPELT, cut, folded, one_mistake, readings, spelt_out

FORMAT_VERSION = 1  # in the file's `user_version`
MOST_FOUND = 200  # beyond that a list helps nobody: another word does
_MOST_WORDS = 8
_SHORTEST_BEGINNING = 2  # letters of a name before names are looked up by how they begin
_SHORTEST_BEGINNING_INSIDE = 3  # of a word that others follow
_CACHE_KIB = 256  # for each connection; the rest is the system's cache, through the map
_MATCHING = "SELECT rowid FROM word WHERE word MATCH ? ORDER BY rowid LIMIT ?"
_FOUND = """
SELECT place.kind, place.name, place.welsh, place.lat_e6, place.lng_e6,
       area.force, area.neighbourhood, area.neighbourhood_name, area.district
FROM place JOIN area ON area.id = place.area WHERE place.id = ?
"""


class PlaceKind(IntEnum):
    """What a name is the name of; lists have them in this order."""

    FORCE = 0
    NEIGHBOURHOOD = 1
    TOWN = 2  # a city, town or village of the base map
    DISTRICT = 3  # a local authority, by the names of its LSOAs
    STREET = 4


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """Something that has a name, and where it is.

    Attributes:
        kind: what it is.
        name: as published; of a street without "On or near".
        welsh: its Welsh name where it has two.
        position: of a street the position of one of its snap points; `None` for a force and where none is known.
        force_id: the force whose ground it is; `None` where no area holds it.
        neighbourhood: the neighbourhood that it is or lies in; `None` where none is held.
        neighbourhood_name: of that neighbourhood.
        district: the local authority that it lies in, where crimes there tell it.
    """

    kind: PlaceKind
    name: str
    welsh: str | None
    position: LatLng | None
    force_id: str | None
    neighbourhood: NeighbourhoodRef | None
    neighbourhood_name: str | None
    district: str | None


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found under some words.

    Attributes:
        places: whole names first, then names that begin so, then names with all the words, then with their area's.
        misspelt: whether words had to be read as if one letter of each were wrong.
        more: whether there are more than `MOST_FOUND`.
    """

    places: tuple[NamedPlace, ...]
    misspelt: bool = False
    more: bool = False


class Gazetteer:
    """The names of one release. Shared between threads: each has a connection of its own to the mapped file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()

    @classmethod
    def open(cls, path: Path) -> "Gazetteer":
        """The gazetteer in that file.

        Raises:
            DamagedFile: not a gazetteer of this version.
        """
        opened = cls(path)
        try:
            version = opened._connection.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.DatabaseError as error:
            raise DamagedFile(f"{path.name} cannot be read as a gazetteer; build it again.") from error
        if version != FORMAT_VERSION:
            raise DamagedFile(f"{path.name} is not a gazetteer of version {FORMAT_VERSION}; build it again.")
        return opened

    def find(self, text: str) -> Finding:
        """The places that a text may mean, likeliest first; words misspelt by one letter only where nothing else fits.

        Accents, case, marks and usual short forms do not matter; the last word may be a beginning.
        """
        words = tuple(folded(text).split()[:_MOST_WORDS])
        if not words:
            return Finding(())
        plain = [_terms(word, last=at == len(words) - 1) for at, word in enumerate(words)]
        tries: list[tuple[Iterator[int], bool]] = [(self._named(words, plain), False), (self._around(plain), False)]
        near = [terms + self._neighbours(word) for terms, word in zip(plain, words, strict=True)]
        if near != plain:
            tries += [(self._matching(near), True), (self._around(near), True)]
        found = (self._places(ids, misspelt) for ids, misspelt in tries)
        return next((each for each in found if each.places), Finding(()))

    def districts_of(self, force_id: str) -> dict[str, str]:
        """The local authority of each of a force's neighbourhoods of which it is known, by neighbourhood id."""
        asked = "SELECT neighbourhood, district FROM area WHERE force = ? AND neighbourhood <> '' AND district <> ''"
        return dict(self._connection.execute(asked, (force_id,)).fetchall())

    @property
    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._local, "connection"):
            connection = sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            connection.execute(f"PRAGMA mmap_size = {1 << 30}")
            self._local.connection = connection
        found: sqlite3.Connection = self._local.connection
        return found

    def _places(self, ids: Iterator[int], misspelt: bool) -> Finding:
        first = list(islice(_distinct(ids), MOST_FOUND + 1))
        rows = (self._connection.execute(_FOUND, (number,)).fetchone() for number in first[:MOST_FOUND])
        return Finding(tuple(_place(row) for row in rows), misspelt, len(first) > MOST_FOUND)

    def _named(self, words: tuple[str, ...], terms: list[list[str]]) -> Iterator[int]:
        """Places of that very name, then those whose name begins so, then those with all the words in it."""
        whole = spelt_out(words)
        marks = ", ".join("?" * len(whole))
        yield from self._ids(f"SELECT place FROM called WHERE key IN ({marks}) ORDER BY place", *whole)
        for key in whole:
            if len(key) >= _SHORTEST_BEGINNING:
                asked = "SELECT place FROM called WHERE key > ? AND key < ? ORDER BY place LIMIT ?"
                yield from self._ids(asked, key, f"{key}\uffff", MOST_FOUND + 1)
        yield from self._matching(terms)

    def _matching(self, terms: list[list[str]]) -> Iterator[int]:
        yield from self._ids(_MATCHING, f"name : ({_all(terms)})", MOST_FOUND + 1)

    def _around(self, terms: list[list[str]]) -> Iterator[int]:
        """Places with some of the words in their name and the rest in the names of their area."""
        if len(terms) > 1:
            named = " OR ".join(term for each in terms for term in each)
            yield from self._ids(_MATCHING, f"(name : ({named})) AND ({_all(terms)})", MOST_FOUND + 1)

    def _neighbours(self, word: str) -> list[str]:
        """The known words that are one mistake away, but for the word itself."""
        if len(word) < SHORTEST_MISSPELT:
            return []
        parts = sorted(cut(word))
        marks = ", ".join("?" * len(parts))
        near = self._connection.execute(f"SELECT DISTINCT word FROM misspelling WHERE cut IN ({marks})", parts)
        return [f'"{known}"' for (known,) in near if known != word and one_mistake(word, known)]

    def _ids(self, asked: str, *parameters: str | int) -> Iterator[int]:
        for (number,) in self._connection.execute(asked, parameters):
            yield number


def _terms(word: str, *, last: bool) -> list[str]:
    """A word as FTS5 writes terms: itself, as a beginning where that says enough, and what it may be short for."""
    itself, *others = readings(word)
    beginning = " *" if len(word) >= (_SHORTEST_BEGINNING if last else _SHORTEST_BEGINNING_INSIDE) else ""
    return [f'"{itself}"{beginning}', *(f'"{other}"' for other in others)]


def _all(terms: Iterable[list[str]]) -> str:
    return " AND ".join(f"({' OR '.join(each)})" for each in terms)


def _distinct(ids: Iterator[int]) -> Iterator[int]:
    seen: set[int] = set()
    for number in ids:
        if number not in seen:
            seen.add(number)
            yield number


def _place(row: tuple[int, str, str, int | None, int | None, str, str, str, str]) -> NamedPlace:
    kind, name, welsh, lat_e6, lng_e6, force_id, neighbourhood_id, neighbourhood_name, district = row
    return NamedPlace(
        kind=PlaceKind(kind),
        name=name,
        welsh=welsh or None,
        position=None if lat_e6 is None or lng_e6 is None else LatLng(lat_e6 / 1e6, lng_e6 / 1e6),
        force_id=force_id or None,
        neighbourhood=NeighbourhoodRef(force_id, neighbourhood_id) if neighbourhood_id else None,
        neighbourhood_name=neighbourhood_name or None,
        district=district or None,
    )
