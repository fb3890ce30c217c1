"""Crime categories: fourteen since May 2013, and the two shorter lists before."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from geo.errors import UnknownCategory
from geo.month import Month

ELEVEN_FROM = Month(2011, 9)
FOURTEEN_FROM = Month(2013, 5)
CATEGORY_CODES = 32  # every code is below this, in files at rest and tiles too


@dataclass(frozen=True, slots=True)
class Category:
    """One category of recorded crime.

    Attributes:
        code: a small number, for ever the same, used in files at rest and as `c{code}` in tiles.
        slug: the API's name for it.
        name: the CSV's "Crime type".
        eras: how many categories there were in the eras that use it: 6, 11, 14.
    """

    code: int
    slug: str
    name: str
    eras: tuple[int, ...]


@cache
def categories() -> tuple[Category, ...]:
    """Every category of every era, in order of code."""
    rows = json.loads(files("geo.data").joinpath("categories.json").read_text(encoding="utf-8"))
    return tuple(Category(row["code"], row["slug"], row["name"], tuple(row["eras"])) for row in rows)


def era_of(month: Month) -> int:
    """How many categories were in use: 6, 11 or 14."""
    return 6 if month < ELEVEN_FROM else 11 if month < FOURTEEN_FROM else 14


def categories_of(month: Month) -> tuple[Category, ...]:
    """The categories in use in that month, in order of code."""
    era = era_of(month)
    return tuple(category for category in categories() if era in category.eras)


def category_of(slug: str) -> Category:
    """The category of an API slug.

    Raises:
        UnknownCategory: no such slug. `all-crime` is the absence of a category, so it is not one.
    """
    for category in categories():
        if category.slug == slug:
            return category
    raise UnknownCategory("%(slug)r is not a crime category.", slug=slug)
