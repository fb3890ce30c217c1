"""The records of any month: mapped where they are served, and put together from their files where they are older."""

from api.serving.compose import Only
from api.serving.inputs import inputs_of
from api.serving.table import ids_table, records_table
from geo.month import Month
from geo.store.layout import DataFolder
from geo.store.release import Release
from geo.store.serving import SCHEMA, PersistentIds, ServedRecords, ids_name, records_name
from geo.supply import Kind


def records_of(release: Release, folder: DataFolder, kind: Kind, month: Month, only: Only) -> ServedRecords:
    """The records of a month and kind: all of them where the month is served, else at least those asked for.

    Args:
        release: whose.
        folder: where its files lie.
        kind: of the records.
        month: of the records; one that is not held has none.
        only: what is asked for, in a month that is not served.
    """
    served = release.served.get(records_name(kind, month))
    if served is not None:
        return served
    inputs = inputs_of(folder, release.manifest, release.register, kind, month)
    if inputs is None:
        return ServedRecords(SCHEMA.empty_table())
    return ServedRecords(records_table(inputs.rows(release.snap_register, only)))


def with_persistent_id(
    release: Release, folder: DataFolder, kind: Kind, month: Month, persistent_id: bytes
) -> list[bytes]:
    """The JSON of a month's records that carry a persistent id of 32 bytes, in the order of serving files."""
    records, ids = release.served.get(records_name(kind, month)), release.served_ids.get(ids_name(kind, month))
    if records is None or ids is None:
        inputs = inputs_of(folder, release.manifest, release.register, kind, month)
        if inputs is None:
            return []
        rows = inputs.rows(release.snap_register, Only("c.persistent_id = $id", {"id": persistent_id}))
        records, ids = ServedRecords(records_table(rows)), PersistentIds(ids_table(rows))
    written = f'"persistent_id":"{persistent_id.hex()}"'.encode()
    return [text for record in sorted(ids.find(persistent_id)) if written in (text := records.one(record))]
