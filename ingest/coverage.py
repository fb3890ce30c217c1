"""Coverage files: what the absence of a file means (docs/spec/coverage.md)."""

import csv
import io
from pathlib import Path

from geo.errors import UnreadableSource, YourAreaError
from geo.force import ForceRegister
from geo.month import Month
from geo.store.manifest import Declaration
from geo.supply import Kind, SupplyState
from ingest.archive import read_file

_HEADER = ["force", "month", "kind", "state", "note"]
_TOO_MANY = "more than the header has"


def read_coverage(source: Path, name: str, register: ForceRegister, published: Month | None) -> list[Declaration]:
    """Every declaration of a coverage file.

    Args:
        source: the zip that holds it, or the file itself.
        name: its name there.
        register: the forces there are.
        published: the monthly issue it came with; `None` takes each declaration's own month.

    Raises:
        UnreadableSource: a file or one line of it is wrong.
    """
    data = read_file(source, name)[0]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableSource(f"{name}, line {line}: not UTF-8. Save it as UTF-8.") from error
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey=_TOO_MANY, strict=True)
    try:
        if reader.fieldnames != _HEADER:
            raise UnreadableSource(f"{name}: the header must be {','.join(_HEADER)}.")
        return [_declaration(row, register, published, f"{name}, line {reader.line_num}") for row in reader]
    except csv.Error as error:
        raise UnreadableSource(f"{name}, near line {reader.line_num + 1}: {error}.") from error


def _declaration(row: dict[str, str], register: ForceRegister, published: Month | None, where: str) -> Declaration:
    try:
        if _TOO_MANY in row:
            raise ValueError("too many values; put a note with a comma in quotation marks")
        state = SupplyState(row["state"])
        if state not in (SupplyState.PARTIAL, SupplyState.NOT_SUPPLIED):
            raise ValueError(f"{state} cannot be declared; declare partial or not_supplied")
        force, month, kind = register.force(row["force"]).id, Month.parse(row["month"]), Kind(row["kind"])
        note = row["note"] or ""
        return Declaration(force=force, month=month, kind=kind, state=state, note=note, published=published or month)
    except (ValueError, KeyError, YourAreaError) as error:
        raise UnreadableSource(f"{where}: {error}.") from error
