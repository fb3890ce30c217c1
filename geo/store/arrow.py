"""Arrow files, memory-mapped: what is read costs no memory of ours until it is touched, and then the system's cache."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geo.errors import DamagedFile


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


def arrow_bytes(table: pa.Table) -> pa.Buffer:
    """The table as an Arrow IPC file of one record batch: equal tables give equal bytes."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return sink.getvalue()


def numbers(table: pa.Table, column: str) -> npt.NDArray[Any]:
    """A column without nulls as a numpy array; a view on the mapped file where the column is one chunk."""
    chunks = table[column].chunks
    if len(chunks) == 1:
        return np.asarray(chunks[0].to_numpy(zero_copy_only=True))
    return np.asarray(table[column].to_numpy())
