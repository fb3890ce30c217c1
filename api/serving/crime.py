"""Street records to the JSON of `crimes-street`."""

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

from api.serving import compose
from api.serving.compose import ALL, Only
from geo.month import Month

_NO_DATES = "select null::int as slot, null::int as row, null::varchar as month where false"


def crimes(
    database: duckdb.DuckDBPyConnection,
    month: Month,
    files: tuple[Path, ...],
    attachments: Mapping[int, Path],
    only: Only = ALL,
) -> pa.Table:
    """One row for each street record, sorted as serving files are.

    The date of an outcome is that of the newest attached outcome of the same code, or else the crime's own month: a
    street file does not say when.

    Args:
        database: of `composing`.
        month: of the files.
        files: the street record files that count.
        attachments: by force slot, of the forces whose files these are and that have outcomes.
        only: which records; `c` is the record.
    """
    found = database.execute(
        f"""
        with dated as ({_dates(attachments)}),
        c as (
            select c.row, f.slot, f.location_type, f.subtype, c.persistent_id, c.lat_e6, c.lng_e6, c.category,
                   coalesce(c.street, '') as street, coalesce(c.context, '') as context, c.outcome,
                   {compose.vintage("$month")} as vintage
            from read_parquet($files) c join force f on f.id = c.force where {only.sql}
        ),
        placed as (
            select c.*, {compose.PLACE}, k.slug, o.written, coalesce(dated.month, $month) as outcome_month
            from c {compose.JOIN_POINTS} join crime_category k on k.code = c.category
            left join crime_outcome o on o.code = c.outcome
            left join dated on dated.slot = c.slot and dated.row = c.row
        ),
        written as (
            select *, {compose.PREFIX},
                '{{"category":"' || slug || '",' || {compose.PERSISTENT_ID} || ',' || {compose.SUBTYPE_SQL}
                || ',"id":' || {compose.id_base(str(month.slot))} + row || ',"location":' || {compose.LOCATION}
                || ',"context":' || to_json(context)::varchar || ',"month":"' || $month || '",'
                || {compose.LOCATION_TYPE} || ',"outcome_status":' || case when written is null then 'null' else
                   '{{"category":' || to_json(written)::varchar || ',"date":"' || outcome_month || '"}}' end
                || '}},' as json
            from placed
        )
        select {compose.COLUMNS}, row from written order by {compose.ORDER}, row
        """,
        {"files": compose.paths(files), "month": str(month), **_attached(attachments), **only.parameters},
    )
    return compose.checked(found.to_arrow_table(), month)


def _dates(attachments: Mapping[int, Path]) -> str:
    """When each crime's own last outcome was recorded, as far as attachments tell."""
    if not attachments:
        return _NO_DATES
    return """
        select $slots[list_position($attachments, filename)] as slot, street_row as row, max(outcome_month) as month
        from read_parquet($attachments, filename = true) where street_month = $month and agrees group by all
    """


def _attached(attachments: Mapping[int, Path]) -> dict[str, list[str] | list[int]]:
    if not attachments:
        return {}
    return {"attachments": compose.paths(tuple(attachments.values())), "slots": list(attachments)}
