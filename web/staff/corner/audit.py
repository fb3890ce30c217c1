"""Who did what in a force, newest first: read in pages, or taken away as a file."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response, StreamingResponse

from api.publish.audit import PAGE, AuditRow, audit_of, audited
from api.publish.policy import Deed, Where
from web.staff.corner.form import FRONT, Sheet
from web.staff.home import neighbourhoods_of
from web.staff.route import StaffRoutes
from web.staff.visit import PRIVATE, Visit

_FILTERS = ("neighbourhood", "person", "deed")
_CHUNK = 1_000  # rows that an export reads at once
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run


@dataclass(frozen=True, slots=True)
class Change:
    """One value that a deed changed; `None` where there was none before, or is none after.

    Attributes:
        name: of the value, with dots where it lies within others.
        before, after: as text.
    """

    name: str
    before: str | None
    after: str | None


def add_audit(routes: StaffRoutes) -> None:
    """Add `/force/{force}/manage/audit`, and the same as CSV and JSON Lines."""
    routes.page(f"{FRONT}/audit", Deed.AUDIT, show)
    routes.page(f"{FRONT}/audit.csv", Deed.AUDIT, as_csv)
    routes.page(f"{FRONT}/audit.jsonl", Deed.AUDIT, as_jsonl)


def show(visit: Visit) -> Response:
    """A page of what was done, with what each deed changed."""
    sheet = Sheet(visit, None, "audit.html")
    asked = _asked(visit)
    below = visit.request.query_params.get("below", "")
    with visit.updates.reading() as connection:
        rows = _read(connection, visit, int(below) if below.isdecimal() and len(below) < 19 else None, PAGE + 1)
        choices = audited(connection, Where(sheet.force.id))
    older = urlencode({**asked, "below": rows[PAGE - 1].id}) if len(rows) > PAGE else None
    return sheet.show(
        rows=[(row, changes(row.before, row.after)) for row in rows[:PAGE]],
        names=neighbourhoods_of(visit, sheet.force.id),
        choices=choices,
        asked=asked,
        query=urlencode(asked),
        older=older,
        newest=not below,
    )


def as_csv(visit: Visit) -> Response:
    """All of it as CSV; what was before and after stands there as JSON."""
    return _file(visit, "csv", "text/csv", _csv_lines)


def as_jsonl(visit: Visit) -> Response:
    """All of it as JSON, a line for each deed."""
    return _file(visit, "jsonl", "application/x-ndjson", _json_lines)


def changes(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[Change]:
    """The values that are not the same before and after.

    >>> changes({"a": 1, "b": {"c": 2}}, {"a": 1, "b": {"c": 3}})
    [Change(name='b.c', before='2', after='3')]
    """
    old, new = dict(_flat(before or {})), dict(_flat(after or {}))
    names = dict.fromkeys((*old, *new))
    return [Change(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)]


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """(name, text) of each value within another."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            yield from _flat(inner, f"{name}.{number}")
    elif value not in (None, ""):
        yield name, value if isinstance(value, str) else json.dumps(value)


def _asked(visit: Visit) -> dict[str, str]:
    """What the rows are narrowed down to."""
    params = visit.request.query_params
    return {name: params[name] for name in _FILTERS if params.get(name)}


def _read(connection: Any, visit: Visit, below: int | None, most: int) -> list[AuditRow]:
    asked = _asked(visit)
    where = Where(visit.where.force_id, asked.get("neighbourhood"))
    return audit_of(connection, where, below, most, actor_name=asked.get("person"), deed=asked.get("deed"))


def _file(visit: Visit, ending: str, media_type: str, lines: Callable[[Iterator[AuditRow]], Iterator[str]]) -> Response:
    force = Sheet(visit, None, "").force
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{force.id}-audit.{ending}"'}
    return StreamingResponse(lines(_every(visit)), media_type=media_type, headers=headers)


def _every(visit: Visit) -> Iterator[AuditRow]:
    """All rows, newest first; read in parts, so that no reader holds the database."""
    below: int | None = None
    while True:
        with visit.updates.reading() as connection:
            rows = _read(connection, visit, below, _CHUNK)
        yield from rows
        if len(rows) < _CHUNK:
            return
        below = rows[-1].id


def _json_lines(rows: Iterator[AuditRow]) -> Iterator[str]:
    return (json.dumps(row.json(), ensure_ascii=False) + "\n" for row in rows)


def _csv_lines(rows: Iterator[AuditRow]) -> Iterator[str]:
    names = list(AuditRow.__dataclass_fields__)
    yield _csv_line(names)
    for row in rows:
        told = row.json()
        yield _csv_line([_cell(told[name]) for name in names])


def _cell(value: Any) -> str:
    """A value as a spreadsheet may show it, and never run it."""
    if value is None:
        return ""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, Mapping) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _csv_line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
