"""Crimes of one month, counted once for every snap point, reporting force and category."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from geo.store.count import SCHEMA, MonthCounts
from geo.store.snap_register import SnapRegister


def count_month(files: Sequence[Path], register: SnapRegister, vintage: int, slots: Mapping[str, int]) -> MonthCounts:
    """The placed crimes of some street record files of one month.

    Args:
        files: the Parquet files that count.
        register: holds every place that they name.
        vintage: the snap list that the month was made with.
        slots: a force's slot by its id.

    Raises:
        AssertionError: a placed crime has no snap point; the register was not extended first.
    """
    database = duckdb.connect(config={"threads": 2, "preserve_insertion_order": False})
    points = register.table.select(["vintage", "lat_e6", "lng_e6", "name"]).append_column(
        "snap_id", pa.array(range(len(register)), pa.int32())
    )
    database.register("points", points)
    database.register("slots", pa.table({"force": list(slots), "slot": pa.array(slots.values(), pa.uint8())}))
    counted = database.execute(
        """
        with at_place as (select force, lat_e6, lng_e6, coalesce(street, '') as name, category, count(*) as n
                          from read_parquet($files) where lat_e6 is not null group by all)
        select p.snap_id, s.slot as force, a.category, sum(a.n)::int as n
        from at_place a join slots s on s.force = a.force
        left join points p on p.vintage = $vintage and p.lat_e6 = a.lat_e6 and p.lng_e6 = a.lng_e6 and p.name = a.name
        group by all order by 1, 2, 3
        """,
        {"files": [str(file) for file in files], "vintage": vintage},
    ).to_arrow_table()
    if counted["snap_id"].null_count:
        raise AssertionError(f"{counted['snap_id'].null_count} places of {files[0]} and others are not in the register")
    return MonthCounts(pa.table({field.name: counted[field.name].cast(field.type) for field in SCHEMA}, schema=SCHEMA))
