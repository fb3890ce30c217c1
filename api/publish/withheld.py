"""The months that forces hold back themselves, from the updates database: for servers each second, and for `build`."""

import logging

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from api.publish import force_setting
from api.publish.corner import HELD_MONTHS
from api.publish.database import Updates
from api.publish.force_setting import Setting
from geo.errors import YourAreaError
from geo.store.manifest import Withheld

logger = logging.getLogger(__name__)


def withheld_in(connection: Connection) -> tuple[Withheld, ...]:
    """What forces hold back, by force, month and kind."""
    found = [
        Withheld(force=force_id, month=one.month, kind=one.kind, note=one.text)
        for force_id, settings in force_setting.every(connection).items()
        if Setting.HELD_MONTHS in settings
        for one in HELD_MONTHS.validate_python(settings[Setting.HELD_MONTHS].value)
    ]
    return tuple(sorted(found, key=lambda one: one.key))


class WithheldWatch:
    """Knows what forces hold back, and reads it again only where something of theirs is another.

    Args:
        updates: the database; not opened before it is asked for. It is let go of after each look, so that nobody goes
            on with a file that was put away: let it be nobody else's.
    """

    def __init__(self, updates: Updates) -> None:
        self._updates = updates
        self._last: tuple[tuple[int, int] | None, tuple[Withheld, ...]] = (None, ())
        self._troubled = False

    def now(self) -> tuple[Withheld, ...]:
        """What they hold back now. Where the database cannot be read, what they did when it last could be."""
        path = self._updates.path
        if path is not None and not path.exists():
            return ()
        try:
            with self._updates.reading() as connection:
                seen = force_setting.revision(connection)
                if seen != self._last[0]:
                    self._last = seen, withheld_in(connection)
        except (YourAreaError, SQLAlchemyError):
            if not self._troubled:
                logger.exception("What forces hold back cannot be read; what was last known of it holds.")
            self._troubled = True
            return self._last[1]
        finally:
            self._updates.close()
        self._troubled = False
        return self._last[1]
