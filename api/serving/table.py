"""Sorted rows with their JSON to the two tables of a serving file's format."""

import numpy as np
import pyarrow as pa

from geo.store.serving import ID_SCHEMA, SCHEMA


def records_table(rows: pa.Table) -> pa.Table:
    """The table of places and their records.

    Args:
        rows: of `crimes`, `attached_outcomes` or `stops`, in their order.
    """
    snap_id = rows["snap_id"].to_numpy()
    first = np.flatnonzero(np.diff(snap_id, prepend=np.int32(-(1 << 31)))) if len(snap_id) else np.empty(0, np.int64)
    types = SCHEMA.field("records").type.value_type
    columns = {"force": "slot", "category": "category", "json": "json"}
    values = pa.StructArray.from_arrays(
        [_whole(rows[columns[field.name]], field.type) for field in types], fields=list(types)
    )
    offsets = pa.array(np.append(first, len(snap_id)), pa.int64())
    lists = pa.LargeListArray.from_arrays(offsets, values, type=SCHEMA.field("records").type)
    places = rows.take(pa.array(first))
    names = {"snap_id": "snap_id", "strip": "strip", "lat_e6": "lat", "lng_e6": "lng"}
    return pa.table([*(_whole(places[column], pa.int32()) for column in names.values()), lists], schema=SCHEMA)


def ids_table(rows: pa.Table) -> pa.Table:
    """The index of the same rows by the beginning of their persistent ids; rows without an id are not in it."""
    prefix = _whole(rows["prefix"], pa.uint64())
    record = np.flatnonzero(prefix.is_valid().to_numpy(zero_copy_only=False))
    held = prefix.drop_null().to_numpy()
    order = np.argsort(held, kind="stable")
    return pa.table([pa.array(held[order]), pa.array(record[order].astype(np.int32))], schema=ID_SCHEMA)


def _whole(column: pa.ChunkedArray, to: pa.DataType) -> pa.Array:
    found = column.cast(to).combine_chunks()
    return found if isinstance(found, pa.Array) else pa.concat_arrays(found.chunks)
