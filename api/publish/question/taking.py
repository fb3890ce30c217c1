"""Whether a force takes residents' questions here: it does only where it said so."""

from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select, update

from api.publish.audit import note
from api.publish.policy import Actor, Where
from api.publish.revision import raise_revision
from api.publish.staff_table import FORCE_SETTING
from api.publish.table import FORCE

SETTING = "questions"


def takes_questions(connection: Connection, force_id: str) -> bool:
    """Whether a force's teams can be asked here."""
    return force_id in forces_that_take(connection)


def forces_that_take(connection: Connection) -> frozenset[str]:
    """The forces whose teams can be asked here."""
    held = FORCE_SETTING.c
    said = connection.execute(select(held.force_id, held.value).where(held.name == SETTING))
    return frozenset(force_id for force_id, value in said if value is True)


def take_questions(connection: Connection, actor: Actor, force_id: str, taken: bool) -> None:
    """Say whether a force's teams can be asked here; those asked already are to be answered all the same."""
    before = takes_questions(connection, force_id)
    if before == taken:
        return
    held = FORCE_SETTING.c
    stamp = {"value": taken, "changed_at": datetime.now(UTC), "changed_by": actor.name}
    own = (held.force_id == force_id, held.name == SETTING)
    changed = connection.execute(update(FORCE_SETTING).where(*own).values(**stamp, version=held.version + 1))
    if not changed.rowcount:
        connection.execute(insert(FORCE_SETTING).values(force_id=force_id, name=SETTING, **stamp))
    if connection.scalar(select(FORCE.c.id).where(FORCE.c.id == force_id)) is None:
        connection.execute(insert(FORCE).values(id=force_id))
    note(connection, actor, "change", Where(force_id), "setting", SETTING, {SETTING: before}, {SETTING: taken})
    raise_revision(connection, Where(force_id))
