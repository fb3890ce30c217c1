"""People by LSOA: every row of a published table is a record or a counted reject."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from geo.errors import UnreadableSource
from geo.lsoa import LSOA_CODE
from geo.store.population import POPULATION_SCHEMA, TITLE_KEY, Measure
from ingest.population_source import PopulationTable, read_table
from ingest.workspace import Workspace

# Why a row is not a record.
WRONG_COLUMNS = "wrong-number-of-columns"
NOT_AN_LSOA = "not-an-lsoa"  # a total, a note, or an area of another kind
NO_NUMBER = "no-number"  # not a whole number of people, 0 or more
DUPLICATE = "duplicate"  # an earlier row has the LSOA
REASONS = (WRONG_COLUMNS, NOT_AN_LSOA, NO_NUMBER, DUPLICATE)
# The first codes that were given out for 2021 (ONS exact-fit lookup): a changed area got a new code, an unchanged one
# kept its own, so a table with any of these is of 2021 and one with none may as well be of 2011.
_FIRST_OF_2021 = {"E": "E01033769", "W": "W01001959"}


@dataclass(frozen=True, slots=True)
class PopulationRows:
    """What a source came to: `rows = records + rejects`.

    Attributes:
        title: what the figures are, in words.
        vintage: `lsoa11` or `lsoa21`.
        rows: how many there were below the header, blank ones not counted.
        people: people by LSOA code.
        rejects: reason to rows.
    """

    title: str
    vintage: str
    rows: int
    people: Mapping[str, int]
    rejects: Mapping[str, int]


def load_population(work: Workspace, source: Path, measure: Measure, title: str | None = None) -> PopulationRows:
    """Load people by LSOA in place of those held of that measure.

    Args:
        work: the locked data folder.
        source: as `read_table` takes it.
        measure: who is counted.
        title: what the figures are, in words that a page may show; by default the name of the file or sheet.

    Raises:
        UnreadableSource: no such table, or a table without a single LSOA.
    """
    rows = read_population(read_table(source), measure, title)
    sink = pa.BufferOutputStream()
    pq.write_table(_records(rows), sink, compression="zstd")
    kept = work.keep(f"population/{measure}", ".parquet", bytes(sink.getvalue()), len(rows.people))
    staged = work.staged()
    work.stage(staged.changed(populations={**staged.populations, str(measure): kept}))
    return rows


def read_population(table: PopulationTable, measure: Measure, title: str | None) -> PopulationRows:
    """Every row of a table as a record or a reject.

    Raises:
        UnreadableSource: not a single LSOA in it, or a table of the other measure by its own words.
    """
    says_workday = "workday" in f"{table.name} {table.total}".lower()
    if says_workday != (measure is Measure.WORKDAY) and (says_workday or "residen" in table.total.lower()):
        raise UnreadableSource(
            f"{table.name} says that it counts {table.total!r}: load it {'with' if says_workday else 'without'} "
            "--workday."
        )
    people, rejects = dict[str, int](), Counter[str]()
    for _, code, count in table.rows:
        reason = _reason(code, count, people)
        if reason is None:
            people[str(code)] = int(str(count).replace(",", "").removesuffix(".0"))
        else:
            rejects[reason] += 1
    if not people:
        raise UnreadableSource(f"{table.name} has no row of an LSOA of England or Wales: {dict(rejects)}.")
    vintage = "lsoa21" if any(code >= _FIRST_OF_2021[code[0]] for code in people) else "lsoa11"
    return PopulationRows(title or table.name, vintage, len(table.rows), people, dict(sorted(rejects.items())))


def _reason(code: str | None, count: str | None, before: Mapping[str, int]) -> str | None:
    """Why a row is not a record; `None` where it is one."""
    if code is None or count is None:
        return WRONG_COLUMNS
    if not LSOA_CODE.fullmatch(code):
        return NOT_AN_LSOA
    if not count.replace(",", "").removesuffix(".0").isdecimal():
        return NO_NUMBER
    return DUPLICATE if code in before else None


def _records(rows: PopulationRows) -> pa.Table:
    codes = sorted(rows.people)
    columns = {
        name: pa.array(codes if name == rows.vintage else [None] * len(codes), pa.string())
        for name in ("lsoa11", "lsoa21")
    }
    table = pa.table({**columns, "people": [rows.people[code] for code in codes]}, schema=POPULATION_SCHEMA)
    return table.replace_schema_metadata({TITLE_KEY: rows.title})
