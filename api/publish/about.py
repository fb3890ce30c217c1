"""What is to be said of the updates database itself: where it is, how large, of which schema, last imported when."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from api.publish.database import HEAD, READ, Updates
from api.publish.feedback import count_waiting
from api.publish.table import METADATA
from geo.errors import YourAreaError


@dataclass(frozen=True, slots=True)
class UpdatesAbout:
    """What is known of an updates database (docs/spec/status.md).

    Attributes:
        where: path of the file, or address of the database without its password.
        size_bytes: of the file and its write-ahead log; `None` where there is none, or it is no file.
        schema: revision of its schema; `None` where nothing was ever published.
        current: whether that is the schema of this software; `None` where there is none.
        last_import: when content was taken in last; `None` where none was.
        feedback: messages of readers that wait.
        identifying: how many of them say that a page identifies somebody.
        full: sorts of messages of which an hour of the last day brought as many as are kept: more may be missing.
        trouble: why it cannot be read; `None` while all is well.
    """

    where: str
    size_bytes: int | None
    schema: str | None = None
    current: bool | None = None
    last_import: datetime | None = None
    feedback: int = 0
    identifying: int = 0
    full: tuple[str, ...] = ()
    trouble: str | None = None

    def json(self) -> dict[str, Any]:
        """The same for machines."""
        moment = self.last_import and self.last_import.isoformat(timespec="seconds")
        return asdict(self) | {"last_import": moment}


def about_updates(updates: Updates) -> UpdatesAbout:
    """What is to be said of an updates database; whatever is wrong with it, it is said and not raised."""
    where, size = updates.where, updates.size_bytes()
    schema = None
    try:
        schema = updates.schema()
        last = _last_import(updates) if schema in READ else None
        feedback = count_waiting(updates) if schema in READ else (0, 0)
    except YourAreaError as error:
        return UpdatesAbout(where, size, schema, trouble=str(error))
    except SQLAlchemyError as error:
        return UpdatesAbout(where, size, schema, trouble=f"It cannot be read: {type(error).__name__}.")
    current = None if schema is None else schema == HEAD
    trouble = None if schema is None or schema <= HEAD else f"It has schema {schema}; this software reads {HEAD}."
    return UpdatesAbout(where, size, schema, current, last, *feedback, trouble=trouble)


def _last_import(updates: Updates) -> datetime | None:
    marked = [table.c.imported_at for table in METADATA.tables.values() if "imported_at" in table.c]
    with updates.reading() as connection:
        moments = [connection.scalar(select(func.max(column))) for column in marked]
    return max((moment for moment in moments if moment is not None), default=None)
