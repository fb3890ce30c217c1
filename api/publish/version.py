"""Whether anything in the updates database has changed: asked every second by what keeps finished pages."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from api.publish import table
from api.publish.database import Updates
from api.publish.moment import next_moment


class UpdatesVersion:
    """Tells whether what is published has changed since it was last asked.

    Args:
        updates: the database; not opened before it is asked for.
        clock: the moment that it is, UTC.
    """

    def __init__(self, updates: Updates, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._updates = updates
        self._clock = clock
        self._watching: sqlite3.Connection | None = None
        self._inode = 0
        self._commits = -1  # as `_sums` were read
        self._sums: tuple[int, ...] = ()
        self._next: datetime | None = None  # when what is shown becomes another although nobody writes anything

    def now(self) -> tuple[int, ...]:
        """Another value than before whenever what is published has changed, or the file was put in place of another.

        So it is when an update comes or goes at a set time, or a person leaves. What readers send is written to the
        same database and changes no page: it leaves the value as it was.

        Raises:
            OSError, sqlite3.Error, YourAreaError: the database cannot be read.
        """
        path = self._updates.path
        return self._revisions() if path is None else self._of_file(path)

    def _of_file(self, path: Path) -> tuple[int, ...]:
        inode = path.stat().st_ino if path.exists() else 0
        if inode != self._inode and self._watching is not None:
            self._watching.close()
            self._watching = None
            self._updates.close()  # or the sums, and pages, would go on being read from the file that is gone
        if self._watching is None:
            self._commits = -1
        self._inode = inode
        if not inode:
            return ()
        if self._watching is None:
            uri = f"{path.absolute().as_uri()}?mode=ro"
            self._watching = sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)
        # of one connection: it rises when any other commits, and is read from shared memory
        commits = int(self._watching.execute("PRAGMA data_version").fetchone()[0])
        if commits != self._commits or self._has_come():
            # asked before the sums: what is committed between the two is seen next time
            self._revisions()
            self._commits = commits
        return inode, *self._sums

    def _revisions(self) -> tuple[int, ...]:
        """Every change raises one of the revisions, and their rows stay: so does the sum. The last is what is next."""
        now = self._clock()
        with self._updates.reading() as connection:
            found = [
                connection.execute(select(func.coalesce(func.sum(held.c.revision), 0), func.count())).one()
                for held in (table.FORCE, table.NEIGHBOURHOOD)
            ]
            sums = tuple(int(n) for row in found for n in row)
            if sums != self._sums[:-1] or self._has_come():
                self._next = next_moment(connection, now)
        self._sums = (*sums, int(self._next.timestamp() * 1_000_000) if self._next else 0)
        return self._sums

    def _has_come(self) -> bool:
        return self._next is not None and self._clock() >= self._next
