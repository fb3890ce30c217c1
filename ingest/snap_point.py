"""New snap points into the register: every place that a counted file names, once, for ever."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from geo.cell import fine_cells
from geo.store.snap_register import SCHEMA, SnapRegister
from geo.supply import Kind

_UNNAMED = ""  # what a stop-and-search file knows of a place's name


def extended(register: SnapRegister, files: Sequence[tuple[Path, Kind, int]]) -> SnapRegister:
    """The register with the places of some record files that it lacks, in order of vintage, position and name.

    Street files bring named points. A stop's place is the named point at its position; only where there is none does it
    become a point without a name. Outcomes are at the places of their crimes and bring none.

    Args:
        register: the register so far; its ids stay.
        files: (Parquet file, kind, vintage) of each.
    """
    database = duckdb.connect(config={"threads": 2, "preserve_insertion_order": False})
    database.register("held", register.table.select(["vintage", "lat_e6", "lng_e6", "name"]))
    database.execute("create temp table seen (vintage smallint, lat_e6 int, lng_e6 int, name varchar)")
    for kind, name in ((Kind.STREET, "street"), (Kind.STOPS, f"'{_UNNAMED}'")):
        for vintage in sorted({year for _, of, year in files if of is kind}):
            paths = [str(path) for path, of, year in files if of is kind and year == vintage]
            database.execute(
                f"insert into seen select distinct {vintage}, lat_e6, lng_e6, coalesce({name}, '') "
                "from read_parquet($paths) where lat_e6 is not null",
                {"paths": paths},
            )
    new = database.execute(
        """
        with wanted as (
            select * from seen where name <> ''
            union all
            select * from seen s where name = '' and not exists (
                select 1 from (select * from seen union all select * from held) p
                where p.vintage = s.vintage and p.lat_e6 = s.lat_e6 and p.lng_e6 = s.lng_e6 and p.name <> ''))
        select distinct vintage, lat_e6, lng_e6, name from wanted w
        where not exists (select 1 from held h where h.vintage = w.vintage and h.lat_e6 = w.lat_e6
                          and h.lng_e6 = w.lng_e6 and h.name = w.name)
        order by vintage, lat_e6, lng_e6, name
        """
    ).to_arrow_table()
    return register if new.num_rows == 0 else SnapRegister(pa.concat_tables([register.table, _rows(new)]))


def _rows(new: pa.Table) -> pa.Table:
    lat = new["lat_e6"].to_numpy() / 1e6
    lng = new["lng_e6"].to_numpy() / 1e6
    columns = {**{name: new[name] for name in new.column_names}, "cell": pa.array(fine_cells(lat, lng))}
    return pa.table({field.name: columns[field.name].cast(field.type) for field in SCHEMA}, schema=SCHEMA)
