"""Attached outcomes to the JSON of `outcomes-at-location`: an outcome without its crime has neither category nor id."""

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

from api.serving import compose
from api.serving.compose import ALL, Only
from geo.month import Month

Streets = Mapping[tuple[int, Month], Path]  # by force slot and month


def attached_outcomes(
    database: duckdb.DuckDBPyConnection,
    month: Month,
    attachments: Mapping[int, Path],
    streets: Streets,
    only: Only = ALL,
) -> pa.Table:
    """One row for each outcome of a month and crime that belong together, sorted as serving files are.

    Args:
        database: of `composing`.
        month: in which the outcomes were recorded.
        attachments: by force slot, of the forces whose outcomes of that month count.
        streets: the street record files that count, of those forces; an outcome of any other crime is left out.
        only: which records; `c` is the crime's street record.
    """
    files = _streets_of(database, month, attachments, streets)
    found = database.execute(
        f"""
        with c as (
            select c.row, c.month, f.slot, f.location_type, f.subtype, c.persistent_id, c.lat_e6, c.lng_e6, c.category,
                   coalesce(c.street, '') as street, coalesce(c.context, '') as context,
                   {compose.vintage("c.month")} as vintage, a.outcome, a.outcome_row
            from read_parquet($files) c join force f on f.id = c.force
            join attached a on a.slot = f.slot and a.street_month = c.month and a.street_row = c.row where {only.sql}
        ),
        placed as (
            select c.*, {compose.PLACE}, k.slug, o.slug as code, o.name as outcome_name
            from c {compose.JOIN_POINTS} join crime_category k on k.code = c.category
            join crime_outcome o on o.code = c.outcome
        ),
        written as (
            select *, {compose.PREFIX},
                '{{"category":{{"code":"' || code || '","name":' || to_json(outcome_name)::varchar || '}},"date":"'
                || $month || '","person_id":null,"crime":{{"category":"' || slug || '",' || {compose.PERSISTENT_ID}
                || ',' || {compose.SUBTYPE_SQL} || ',' || {compose.LOCATION_TYPE}
                || ',"location":' || {compose.LOCATION} || ',"context":'
                || to_json(context)::varchar || ',"month":"' || month || '","id":'
                || {compose.id_base(compose.month_slot("month"))} + row || '}}}},' as json
            from placed
        )
        select {compose.COLUMNS}, row from written order by {compose.ORDER}, outcome_row, month, row
        """,
        {"files": compose.paths(files), "month": str(month), **only.parameters},
    )
    return compose.checked(found.to_arrow_table(), month)


def _streets_of(
    database: duckdb.DuckDBPyConnection, month: Month, attachments: Mapping[int, Path], streets: Streets
) -> tuple[Path, ...]:
    """Makes the table `attached` and gives the street files that it names; the first of all where it names none."""
    paths = compose.paths(tuple(attachments.values()))
    given = {"attachments": paths, "slots": list(attachments), "month": str(month)}
    database.execute(f"create or replace temp table attached as {_ATTACHED}", given)
    named = database.execute("select distinct slot, street_month from attached order by all").fetchall()
    keys = [(slot, Month.parse(name)) for slot, name in named]
    return tuple(streets[key] for key in keys if key in streets) or tuple(streets.values())[:1]


_ATTACHED = """
    select $slots[list_position($attachments, filename)] as slot, outcome_row, outcome, street_month, street_row
    from read_parquet($attachments, filename = true) where outcome_month = $month and street_row is not null
"""
