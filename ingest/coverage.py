"""Coverage files: what the absence of a file means (docs/spec/coverage.md)."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from geo.errors import UnreadableSource, YourAreaError
from geo.force import ForceRegister
from geo.month import Month
from geo.store.manifest import Declaration
from geo.supply import Kind, SupplyState
from ingest.archive import read_file

_HEADER = ["force", "month", "kind", "state", "note"]
_TOO_MANY = "more than the header has"


def read_coverage(files: Iterable[tuple[Path, str]], register: ForceRegister) -> list[Declaration]:
    """Every declaration of some coverage files, each given as its source and its name there.

    Raises:
        UnreadableSource: a file or one line of it is wrong.
    """
    found: list[Declaration] = []
    for source, name in files:
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
            found.extend(_declaration(row, register, f"{name}, line {reader.line_num}") for row in reader)
        except csv.Error as error:
            raise UnreadableSource(f"{name}, near line {reader.line_num + 1}: {error}.") from error
    return found


def _declaration(row: dict[str, str], register: ForceRegister, where: str) -> Declaration:
    try:
        if _TOO_MANY in row:
            raise ValueError("too many values; put a note with a comma in quotation marks")
        state = SupplyState(row["state"])
        if state not in (SupplyState.PARTIAL, SupplyState.NOT_SUPPLIED):
            raise ValueError(f"{state} cannot be declared; declare partial or not_supplied")
        force, month, kind = register.force(row["force"]).id, Month.parse(row["month"]), Kind(row["kind"])
        return Declaration(force=force, month=month, kind=kind, state=state, note=row["note"] or "")
    except (ValueError, KeyError, YourAreaError) as error:
        raise UnreadableSource(f"{where}: {error}.") from error
