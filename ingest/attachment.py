"""Outcomes to the crimes they belong to: same force, same id, numerically the same place (docs/spec/attachments.md)."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

_NO_FILE = "select null::varchar as month, null::int as row, null::blob as persistent_id, null::int as lat_e6, "


def attach(outcomes: Sequence[Path], streets: Sequence[Path]) -> pa.Table:
    """One row for each outcome and crime that belong together, and one for each outcome that belongs to none.

    Crime IDs repeat and are reused, so an outcome that fits several crimes goes to each of them, and `several` says so.

    Args:
        outcomes: outcome record files of one force.
        streets: street record files of the same force.

    Returns:
        `outcome_month`, `outcome_row`, `outcome` (code), `street_month` and `street_row` (null where nothing fits),
        `several`, and `agrees`: whether the crime's own last outcome is this one; sorted by outcome, then crime.
    """
    database = duckdb.connect(config={"threads": 2, "preserve_insertion_order": False})
    streets_sql = "select month, row, persistent_id, lat_e6, lng_e6, outcome from read_parquet($streets)"
    if not streets:
        streets_sql = f"{_NO_FILE} null::int as lng_e6, null::utinyint as outcome where false"
    found = database.execute(
        f"""
        with s as ({streets_sql})
        select o.month::varchar as outcome_month, o.row as outcome_row, o.outcome,
               s.month::varchar as street_month, s.row as street_row,
               count(s.row) over (partition by o.month, o.row) > 1 as several, o.outcome = s.outcome as agrees
        from read_parquet($outcomes) o left join s
          on s.persistent_id = o.persistent_id
         and s.lat_e6 is not distinct from o.lat_e6 and s.lng_e6 is not distinct from o.lng_e6
        order by 1, 2, 4, 5
        """,
        {"outcomes": [str(path) for path in outcomes]}
        | ({"streets": [str(path) for path in streets]} if streets else {}),
    )
    return found.to_arrow_table()


def account(table: pa.Table) -> dict[str, int]:
    """Outcomes attached and not, those that fit several crimes, and crimes whose last outcome says otherwise."""
    database = duckdb.connect()
    database.register("attachment", table)
    names = ("attached", "unattached", "several", "disagreeing")
    values = database.execute(
        """
        with last_outcome as (select arg_max(agrees, (outcome_month, outcome_row)) as agrees
                              from attachment where street_row is not null group by street_month, street_row)
        select count(distinct (outcome_month, outcome_row)) filter (street_row is not null),
               count(*) filter (street_row is null),
               count(distinct (outcome_month, outcome_row)) filter (several),
               (select count(*) from last_outcome where not agrees)
        from attachment
        """
    ).fetchall()[0]
    return dict(zip(names, values, strict=True))
