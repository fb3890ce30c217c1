"""Arrow files, memory-mapped: what is read costs no memory of ours until it is touched, and then the system's cache."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geo.errors import DamagedFile

_MADE_FROM = b"made_from"


def open_arrow(path: Path, schema: pa.Schema) -> pa.Table:
    """The table of an uncompressed Arrow IPC file, mapped.

    Raises:
        DamagedFile: missing, cut short, or of another schema.
    """
    try:
        table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
    except (OSError, pa.ArrowInvalid) as error:
        raise DamagedFile(f"{path} cannot be read as an Arrow file: {error}") from error
    if not table.schema.equals(schema):
        raise DamagedFile(f"{path} holds other columns than this software writes; build it again.")
    return table


def arrow_bytes(table: pa.Table, made_from: str) -> bytes:
    """The table as an Arrow IPC file of one record batch: equal tables, made from the same, give equal bytes.

    Args:
        table: what the file holds.
        made_from: names the inputs, so that a later build can tell whether they changed; see `made_from_of`.
    """
    sink = pa.BufferOutputStream()
    named = table.combine_chunks().replace_schema_metadata({_MADE_FROM: made_from})
    with pa.ipc.new_file(sink, named.schema) as writer:
        writer.write_table(named)
    return bytes(sink.getvalue())


def made_from_of(path: Path) -> str | None:
    """What an Arrow file of `arrow_bytes` was made from; `None` where the file is not there."""
    if not path.exists():
        return None
    metadata = pa.ipc.open_file(pa.memory_map(str(path))).schema.metadata or {}
    return str(metadata.get(_MADE_FROM, b"").decode())


def numbers(table: pa.Table, column: str) -> npt.NDArray[Any]:
    """A column without nulls as a numpy array; a view on the mapped file where the column is one chunk."""
    chunks = table[column].chunks
    if len(chunks) == 1:
        return np.asarray(chunks[0].to_numpy(zero_copy_only=True))
    return np.asarray(table[column].to_numpy())
