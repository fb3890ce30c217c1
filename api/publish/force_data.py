"""All that one force published and decided here, to leave with and to bring into another instance."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, insert, select

from api.publish import table
from api.publish.audit import note
from api.publish.backup import from_json, to_json
from api.publish.corner import is_sound
from api.publish.item.record import MayNot
from api.publish.markup import UnsafeLink, clean_contact, clean_html, clean_link
from api.publish.policy import Actor, Deed, Where
from api.publish.revision import raise_revision
from api.publish.staff_table import ASKED, DRAFT, FORCE_SETTING, SUCCESSION
from geo.errors import Busy, DamagedFile

Rows = dict[str, list[dict[str, Any]]]

# in this order a row finds what it stands on
TABLES: tuple[Table, ...] = (
    table.FORCE, table.NEIGHBOURHOOD, table.ENGAGEMENT_METHOD, table.PERSON, table.LINK, table.CONTACT_POINT,
    table.EVENT, table.PRIORITY, table.PRIORITY_ACTION, table.NEWS, table.ANSWER, FORCE_SETTING, SUCCESSION, ASKED,
    DRAFT,
)  # fmt: skip
_OF_THIS_INSTANCE = {"revision", "account_id"}  # and numbers of rows
_HTML = {
    "force": ("description",), "neighbourhood": ("description",), "engagement_method": ("description",),
    "person": ("bio",), "link": ("description",), "contact_point": ("description",), "event": ("description",),
    "priority": ("issue", "chosen", "review", "result"), "priority_action": ("action", "asked"), "news": ("text",),
    "answer": ("question", "answer"),
}  # fmt: skip
_LINKS = ("url", "url_force")


def force_rows(connection: Connection, force_id: str) -> Rows:
    """Every row of a force by table, in the force's order, without what only means something in this instance.

    An action says as `priority` which priority it is of, counted from 0 in their order here.
    """
    found: Rows = {}
    numbers: dict[int, int] = {}
    for held in TABLES:
        rows = sorted(_rows(connection, held, _own(held, force_id)), key=_order(held))
        if held is table.PRIORITY:
            numbers = {row["id"]: at for at, row in enumerate(rows)}
        if held is table.PRIORITY_ACTION:
            rows.sort(key=lambda row: (numbers[row["priority_id"]], row["id"]))
        found[held.name] = [_kept(held, row, numbers) for row in rows]
    return found


def _kept(held: Table, row: Mapping[str, Any], numbers: Mapping[int, int]) -> dict[str, Any]:
    own = {name: to_json(row[name]) for name in columns_of(held)}
    return own | {"priority": numbers[row["priority_id"]]} if held is table.PRIORITY_ACTION else own


def columns_of(held: Table) -> list[str]:
    """The columns that an export has of a table."""
    numbered = {"priority_id"} | ({"id"} if _is_numbered(held) else set())
    return [column.name for column in held.columns if column.name not in _OF_THIS_INSTANCE | numbered]


def pictures_of(connection: Connection, rows: Rows) -> Iterator[Mapping[str, Any]]:
    """The pictures that some rows show."""
    shown = {row["picture_id"] for of_table in rows.values() for row in of_table if row.get("picture_id")}
    shown |= {(row["fields"] or {}).get("picture_id") for row in rows["draft"]} - {None}
    held = table.PICTURE
    yield from sorted(_rows(connection, held, held.c.id.in_(shown)), key=lambda row: str(row["id"]))


def _rows(connection: Connection, held: Table, which: ColumnElement[bool]) -> Iterator[Mapping[str, Any]]:
    for row in connection.execute(select(held).where(which)):
        yield dict(row._mapping)


def put_force_rows(
    connection: Connection, actor: Actor, force_id: str, rows: Rows, pictures: Iterable[Mapping[str, Any]], over: bool
) -> bool:
    """Make a force's published things and decisions those of an export; whether that changed anything.

    Raises:
        MayNot: the actor does not operate this instance.
        Busy: something else of that force is here, and `over` was not said.
        DamagedFile: the rows are not as an export has them.
    """
    if not actor.may(Deed.OPERATE, Where()):
        raise MayNot("You may not do that here.")
    _check(force_id, rows)
    held_now = force_rows(connection, force_id)
    known = set(connection.scalars(select(table.PICTURE.c.id)))
    missing = [one for one in pictures if one["id"] not in known]
    if missing:
        connection.execute(insert(table.PICTURE), missing)
    if held_now == rows:
        return bool(missing)
    if any(held_now.values()) and not over:
        raise Busy(f"Something of {force_id} is here: it is replaced only with --over.")
    for held in reversed(TABLES):
        connection.execute(delete(held).where(_own(held, force_id)))
    _insert(connection, rows)
    note(connection, actor, "import-force", Where(force_id), "force", force_id, after=_counts(rows))
    raise_revision(connection, Where(force_id))
    for row in rows["neighbourhood"]:
        raise_revision(connection, Where(force_id, row["id"]))
    return True


def _insert(connection: Connection, rows: Rows) -> None:
    priorities: list[int] = []
    for held in TABLES:
        typed = _typed(held)
        for row in rows[held.name]:
            values = dict(row)
            more = {"priority_id": priorities[values.pop("priority")]} if held is table.PRIORITY_ACTION else {}
            made = insert(held).values(**{name: typed(name, value) for name, value in values.items()}, **more)
            if held is table.PRIORITY:
                priorities.append(int(connection.execute(made.returning(held.c.id)).scalar_one()))
            else:
                connection.execute(made)


def _typed(held: Table) -> Callable[[str, Any], Any]:
    def value(name: str, said: Any) -> Any:
        kind = held.c[name].type
        if isinstance(kind, table.UtcDateTime):
            return said and datetime.fromisoformat(said)
        return from_json(kind, said)

    return value


def _check(force_id: str, rows: Rows) -> None:
    """That rows are a force's own, of the right columns, and safe on a page: nobody has changed the export since."""
    for held in TABLES:
        wanted = set(columns_of(held)) | ({"priority"} if held is table.PRIORITY_ACTION else set())
        for at, row in enumerate(rows.get(held.name, ())):
            if set(row) != wanted or not _safe(held.name, row):
                raise DamagedFile(f"Row {at + 1} of {held.name} is not as `yourarea force export` writes one.")
            if row.get("force_id", row.get("id") if held is table.FORCE else force_id) != force_id:
                raise DamagedFile(f"Row {at + 1} of {held.name} is of another force.")
    if any(name not in rows for name in (held.name for held in TABLES)):
        raise DamagedFile("The export lacks a table.")
    if any(not 0 <= row["priority"] < len(rows["priority"]) for row in rows["priority_action"]):
        raise DamagedFile("An action is of no priority of the export.")


def _safe(name: str, row: Mapping[str, Any]) -> bool:
    texts = (row.get(column + language) for column in _HTML.get(name, ()) for language in ("", "_cy"))
    if any(text is not None and clean_html(text) != text for text in texts):
        return False
    if name == FORCE_SETTING.name and not is_sound(row["name"], row["value"]):
        return False
    try:
        links = all(row.get(one) is None or clean_link(row[one]) == row[one] for one in _LINKS)
        return links and all(clean_contact(one) is not None for one in (row.get("contact") or {}).values())
    except UnsafeLink:
        return False


def _own(held: Table, force_id: str) -> ColumnElement[bool]:
    if held is table.FORCE:
        return held.c.id == force_id
    if held is table.PRIORITY_ACTION:
        return held.c.priority_id.in_(select(table.PRIORITY.c.id).where(table.PRIORITY.c.force_id == force_id))
    return held.c.force_id == force_id


def _order(held: Table) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """By neighbourhood, in its order, or else by key: the same whatever a database takes for the order of letters."""
    first = [name for name in ("neighbourhood_id", "position") if name in held.c]
    names = [*first, *(column.name for column in held.primary_key.columns)]
    return lambda row: tuple((row[name] is not None, row[name]) for name in names)


def _is_numbered(held: Table) -> bool:
    return "id" in held.c and held not in (table.FORCE, table.NEIGHBOURHOOD)


def _counts(rows: Rows) -> dict[str, int]:
    return {name: len(found) for name, found in rows.items() if found}
