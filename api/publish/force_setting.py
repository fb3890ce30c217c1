"""What a force has set of its own corner: a value for each name, each with a version that rises with every change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from api.publish import audit
from api.publish.item.record import MayNot
from api.publish.policy import Actor, Deed, Where
from api.publish.revision import raise_revision
from api.publish.staff_table import FORCE_SETTING
from api.publish.table import FORCE
from geo.errors import YourAreaError

AUDITED_AS = "setting"  # the kind under which the audit has them


class Setting(StrEnum):
    """What a force can set; `api.publish.corner` and `web.theme` say what each holds."""

    THEME = "theme"
    BANNER = "banner"
    DATA_NOTES = "data-notes"
    HELD_MONTHS = "held-months"
    SERVICES = "services"
    ALIASES = "aliases"
    SECOND_EYES = "second-eyes"
    QUESTIONS = "questions"


@dataclass(frozen=True, slots=True)
class Held:
    """A setting as it is.

    Attributes:
        value: as JSON has it; empty or false where it was taken back, `None` where it was never set.
        version: rises by one with each change; 0 where it was never set.
        changed_at, changed_by: the latest change.
    """

    value: Any = None
    version: int = 0
    changed_at: datetime | None = None
    changed_by: str | None = None


class SettingChanged(YourAreaError, RuntimeError):
    """Somebody else changed it since it was read; nothing was written.

    Attributes:
        held: it, as it is now.
    """

    def __init__(self, held: Held) -> None:
        super().__init__("Somebody else changed this meanwhile.")
        self.held = held


def read(connection: Connection, force_id: str) -> dict[Setting, Held]:
    """All that a force has set; a setting that it never touched is there too, with version 0."""
    return {one: Held() for one in Setting} | every(connection, force_id).get(force_id, {})


def every(connection: Connection, force_id: str | None = None) -> dict[str, dict[Setting, Held]]:
    """What forces have set, by force id; without forces and settings that were never touched.

    Args:
        connection: to the updates database.
        force_id: of one force alone.
    """
    asked = select(FORCE_SETTING).order_by(FORCE_SETTING.c.force_id, FORCE_SETTING.c.name)
    if force_id is not None:
        asked = asked.where(FORCE_SETTING.c.force_id == force_id)
    found: dict[str, dict[Setting, Held]] = {}
    for row in connection.execute(asked).mappings():
        if row["name"] in list(Setting):
            found.setdefault(row["force_id"], {})[Setting(row["name"])] = _held(row)
    return found


def is_on(connection: Connection, force_id: str, setting: Setting) -> bool:
    """Whether a force has switched something on."""
    value = connection.scalar(select(FORCE_SETTING.c.value).where(*_is(force_id, setting)))
    return value is True


def revision(connection: Connection) -> tuple[int, int]:
    """Another than before whenever any force has set anything."""
    asked = select(func.coalesce(func.sum(FORCE.c.revision), 0), func.count())
    total, count = connection.execute(asked.select_from(FORCE)).one()
    return int(total), int(count)


def write(connection: Connection, actor: Actor, force_id: str, setting: Setting, value: Any, seen: int) -> Held:
    """Set something: every page of the force shows it as soon as the transaction ends.

    Args:
        connection: of a transaction.
        actor: who does it.
        force_id: whose.
        setting: what.
        value: as JSON can hold it.
        seen: the version that the writer had before them; 0 where it was never set.

    Raises:
        MayNot: the actor may not manage that force's corner.
        SettingChanged: it has another version than was seen.
    """
    where = Where(force_id)
    if not actor.may(Deed.MANAGE, where):
        raise MayNot("You may not manage the corner of that force.")
    _hold_force(connection, force_id)
    row = connection.execute(select(FORCE_SETTING).where(*_is(force_id, setting))).mappings().one_or_none()
    held = Held() if row is None else _held(row)
    if seen != held.version:
        raise SettingChanged(held)
    if row is not None and held.value == value:
        return held
    fresh = Held(value, held.version + 1, datetime.now(UTC), actor.name)
    columns = {
        "value": value, "version": fresh.version, "changed_at": fresh.changed_at, "changed_by": fresh.changed_by
    }  # fmt: skip
    if row is None:
        connection.execute(insert(FORCE_SETTING).values(force_id=force_id, name=setting.value, **columns))
    else:
        connection.execute(update(FORCE_SETTING).where(*_is(force_id, setting)).values(**columns))
    before = None if row is None else _told(held.value)
    audit.note(connection, actor, "set", where, AUDITED_AS, setting.value, before, _told(value))
    raise_revision(connection, where)
    return fresh


def _hold_force(connection: Connection, force_id: str) -> None:
    """The force's row, made where there is none, and held until the transaction ends: one writes at a time."""
    asked = select(FORCE.c.id).where(FORCE.c.id == force_id).with_for_update()
    if connection.scalar(asked) is None:
        connection.execute(insert(FORCE).values(id=force_id))


def _is(force_id: str, setting: Setting) -> list[Any]:
    return [FORCE_SETTING.c.force_id == force_id, FORCE_SETTING.c.name == setting.value]


def _held(row: RowMapping) -> Held:
    return Held(row["value"], row["version"], row["changed_at"], row["changed_by"])


def _told(value: Any) -> Mapping[str, Any]:
    """As the audit has it, which wants names."""
    return {"value": value}
