"""Outcomes: what became of a crime, in the twenty-eight codes of the API."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way a crime can end, or stand.

    Attributes:
        code: a small number, for ever the same, used in files at rest.
        slug: the API's code.
        name: the API's name.
        written: how CSV files write it; the first is how the API's crime records do.
    """

    code: int
    slug: str
    name: str
    written: tuple[str, ...]


@cache
def outcomes() -> tuple[Outcome, ...]:
    """Every outcome, in order of code."""
    rows = json.loads(files("geo.data").joinpath("outcomes.json").read_text(encoding="utf-8"))
    return tuple(Outcome(row["code"], row["slug"], row["name"], tuple(row["written"])) for row in rows)
