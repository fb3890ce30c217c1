"""Records to JSON, in SQL: the objects of data.police.uk's API, each written once (docs/spec/serving.md).

DuckDB does it with one thread, so equal inputs give equal bytes.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from geo.category import categories
from geo.errors import UnreadableSource
from geo.month import Month
from geo.outcome import outcomes
from geo.store.serving import UNPLACED_STRIP
from geo.store.snap_register import SNAP_LIST_RENEWED, SnapRegister

ROW_BITS = 17  # rows of one force-month that an integer crime id can tell apart: 131,072
MONTH_BITS = 8

FORCE_TYPE = {True: "Force", False: "BTP"}  # by whether the force polices an area of its own
SUBTYPE = {True: "", False: "STATION"}  # a CSV carries none; British Transport Police are always at a station


@dataclass(frozen=True, slots=True)
class ForceRow:
    """What the JSON says of a force: its slot, and whether it polices an area of its own."""

    id: str
    slot: int
    territorial: bool


@dataclass(frozen=True, slots=True)
class Only:
    """Which records are wanted: SQL over the columns of their Parquet files, and its parameters; all by default."""

    sql: str = "true"
    parameters: Mapping[str, Any] = field(default_factory=dict)


ALL = Only()

PLACE = f"""
    coalesce(named.id, bare.id, -1 - c.slot)::int as snap_id,
    case when c.lat_e6 is null then {UNPLACED_STRIP} else floor(c.lat_e6 / 10000.0) end::int as strip,
    coalesce(c.lat_e6, 0)::int as lat, coalesce(c.lng_e6, 0)::int as lng
"""
JOIN_POINTS = """
    left join point named on named.lat_e6 = c.lat_e6 and named.lng_e6 = c.lng_e6 and named.vintage = c.vintage
                         and named.name = nullif(c.street, '')
    left join first_point bare on bare.lat_e6 = c.lat_e6 and bare.lng_e6 = c.lng_e6 and bare.vintage = c.vintage
"""
LOCATION = """
    case when snap_id < 0 then 'null' else
    '{"latitude":"' || format('{:.6f}', lat / 1e6) || '","street":{"id":' || snap_id || ',"name":'
    || to_json(street)::varchar || '},"longitude":"' || format('{:.6f}', lng / 1e6) || '"}' end
"""
LOCATION_TYPE = """ '"location_type":' || case when snap_id < 0 then 'null' else '"' || location_type || '"' end """
SUBTYPE_SQL = """ '"location_subtype":"' || case when snap_id < 0 then '' else subtype end || '"' """
PERSISTENT_ID = """ '"persistent_id":"' || coalesce(lower(hex(persistent_id)), '') || '"' """
PREFIX = " ('0x' || hex(persistent_id)[1:16])::ubigint as prefix "
COLUMNS = "snap_id, strip, lat, lng, slot, category, prefix, json"
ORDER = "strip, lng, snap_id, category, slot"


@contextmanager
def composing(register: SnapRegister, forces: tuple[ForceRow, ...]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory that knows snap points, forces, categories and outcomes by name.

    `first_point` is the first snap point at a position: that of a row which names no street.
    """
    with duckdb.connect(config={"threads": 1, "preserve_insertion_order": True}) as database:
        points = register.table.select(["lat_e6", "lng_e6", "name", "vintage"])
        points = points.append_column("id", pa.array(np.arange(len(register), dtype=np.int32)))
        database.register("point", points)
        database.execute(
            "create view first_point as select lat_e6, lng_e6, vintage, min(id) as id, arg_min(name, id) as name "
            "from point group by all"
        )
        types = [(one.id, one.slot, FORCE_TYPE[one.territorial], SUBTYPE[one.territorial]) for one in forces]
        _register(database, "force", types, ("id", "slot", "location_type", "subtype"))
        _register(database, "crime_category", [(one.code, one.slug) for one in categories()], ("code", "slug"))
        _register(database, "crime_outcome", [(one.code, one.slug, one.name, one.written[0]) for one in outcomes()],
                  ("code", "slug", "name", "written"))  # fmt: skip
        yield database


def _register(database: duckdb.DuckDBPyConnection, name: str, rows: list[Any], columns: tuple[str, ...]) -> None:
    cells = zip(*rows, strict=True) if rows else [()] * len(columns)
    database.register(name, pa.table(dict(zip(columns, map(list, cells), strict=True))))


def id_base(month: str) -> str:
    """SQL for the part of an integer crime id that its force and month make; the row is added to it."""
    return f"((slot::int * {1 << MONTH_BITS} + {month}) << {ROW_BITS})"


def month_slot(column: str) -> str:
    """SQL for the slot of a month written `YYYY-MM`."""
    first = 2010 * 12 + 11
    return f"({column}[1:4]::int * 12 + {column}[6:7]::int - 1 - {first})"


def vintage(column: str) -> str:
    """SQL for the snap list that a month was made with."""
    return f"(case when {column} < '{SNAP_LIST_RENEWED}' then 2011 else 2022 end)"


def paths(files: Mapping[str, Path] | tuple[Path, ...]) -> list[str]:
    """Files as DuckDB takes them."""
    return [str(path) for path in (files.values() if isinstance(files, Mapping) else files)]


def checked(found: pa.Table, month: Month) -> pa.Table:
    """The table, if every id in it can be told from every other.

    Raises:
        UnreadableSource: a file of more rows than an integer crime id can tell apart.
    """
    if found.num_rows and (found["row"].to_numpy().max() >> ROW_BITS):
        raise UnreadableSource(
            f"A file of {month.name} has more than {1 << ROW_BITS:,} rows, which no crime id can tell."
        )
    return found
