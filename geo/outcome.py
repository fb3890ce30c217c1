"""Outcomes: what became of a crime, in the twenty-eight codes of the API."""

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files


class OutcomeGroup(StrEnum):
    """What became of a crime, in five plain groups; `geo/data/outcomes.json` says which code is in which."""

    COURT = "court"  # somebody was charged or summonsed, whatever the court did or has yet to do
    OUT_OF_COURT = "out-of-court"
    NO_SUSPECT = "no-suspect"
    NOT_PROSECUTED = "not-prosecuted"  # no charge: for want of evidence or public interest, or it is for somebody else
    OPEN = "open"  # under investigation, or the force gave no news: nothing is known to have ended


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way a crime can end, or stand.

    Attributes:
        code: a small number, for ever the same, used in files at rest.
        slug: the API's code.
        name: the API's name.
        group: the one of five that pages count it in.
        written: how CSV files write it; the first is how the API's crime records do.
    """

    code: int
    slug: str
    name: str
    group: OutcomeGroup
    written: tuple[str, ...]


@cache
def outcomes() -> tuple[Outcome, ...]:
    """Every outcome, in order of code."""
    rows = json.loads(files("geo.data").joinpath("outcomes.json").read_text(encoding="utf-8"))
    return tuple(
        Outcome(row["code"], row["slug"], row["name"], OutcomeGroup(row["group"]), tuple(row["written"]))
        for row in rows
    )
