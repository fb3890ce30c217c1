"""Stop-and-search records to the JSON of `stops-street`."""

from pathlib import Path

import duckdb
import pyarrow as pa

from api.serving import compose
from api.serving.compose import ALL, Only
from geo.month import Month

TYPES = ("Person search", "Vehicle search", "Person and Vehicle search")  # by the code in the records
OUTCOME_IDS = {  # as recorded; any other is the wording with hyphens
    "A no further action disposal": "bu-no-further-action",
    "Summons / charged by post": "bu-summons",
}
_PLAIN = {  # JSON key: column
    "age_range": "age_range", "officer_defined_ethnicity": "officer_defined_ethnicity",
    "self_defined_ethnicity": "self_defined_ethnicity", "gender": "gender", "legislation": "legislation",
    "object_of_search": "object_of_search", "operation_name": "operation",
}  # fmt: skip
_FLAGS = {
    "outcome_linked_to_object_of_search": "outcome_linked", "operation": "in_operation",
    "removal_of_more_than_outer_clothing": "clothing_removed",
}  # fmt: skip


def stops(database: duckdb.DuckDBPyConnection, month: Month, files: tuple[Path, ...], only: Only = ALL) -> pa.Table:
    """One row for each stop, sorted as serving files are. Its place is the first snap point at its position.

    Args:
        database: of `composing`.
        month: of the files, which is the stops' whatever moment they carry.
        files: the stop record files that count.
        only: which records; `c` is the record.
    """
    ids = [{"name": name, "id": slug} for name, slug in OUTCOME_IDS.items()]
    found = database.execute(
        f"""
        with c as (
            select c.*, f.slot, {compose.vintage("$month")} as vintage
            from read_parquet($files) c join force f on f.id = c.force where {only.sql}
        ),
        placed as (
            select c.*, {compose.PLACE.replace("named.id, ", "")}, coalesce(bare.name, '') as street,
                   known.outcome_id
            from c left join first_point bare
              on bare.lat_e6 = c.lat_e6 and bare.lng_e6 = c.lng_e6 and bare.vintage = c.vintage
            left join (select e.name, e.id as outcome_id from (select unnest($ids) as e)) known
              on known.name = c.outcome
        ),
        written as (
            select *, 0 as category, null::ubigint as prefix, {_object()} || ',' as json from placed
        )
        select {compose.COLUMNS}, row from written order by {compose.ORDER}, row
        """,
        {"files": compose.paths(files), "month": str(month), "ids": ids, **only.parameters},
    )
    return found.to_arrow_table()


def _object() -> str:
    """SQL for one stop, in the order of keys that the API has."""
    types = " ".join(f"when {code} then '{name}'" for code, name in enumerate(TYPES))
    slug = "'bu-' || trim(regexp_replace(lower(outcome), '[^a-z0-9]+', '-', 'g'), '-')"
    outcome_id = f"case when outcome is null then '' else coalesce(outcome_id, {slug}) end"
    outcome_name = "to_json(coalesce(outcome, ''))::varchar"
    parts = {
        **{key: f"coalesce(to_json({column})::varchar, 'null')" for key, column in _PLAIN.items()},
        **{key: f"coalesce({column}::varchar, 'null')" for key, column in _FLAGS.items()},
        "involved_person": "case when type = 1 then 'false' else 'true' end",
        "datetime": 'strftime(make_timestamp(epoch_us("at")), \'"%Y-%m-%dT%H:%M:%S+00:00"\')',
        "outcome_object": f"""'{{"id":"' || {outcome_id} || '","name":' || {outcome_name} || '}}'""",
        "location": compose.LOCATION,
        "outcome": outcome_name,
        "type": f"""'"' || case type {types} end || '"'""",
    }
    written = " || ',' || ".join(f"""'"{key}":' || {parts[key]}""" for key in _ORDER)
    return f"'{{' || {written} || '}}'"


_ORDER = (
    "age_range", "officer_defined_ethnicity", "involved_person", "self_defined_ethnicity", "gender", "legislation",
    "outcome_linked_to_object_of_search", "datetime", "outcome_object", "location", "object_of_search", "operation",
    "outcome", "type", "operation_name", "removal_of_more_than_outer_clothing",
)  # fmt: skip
