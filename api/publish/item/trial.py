"""What residents would read if something were published: it is, in a transaction that is undone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from api.publish.database import Updates


class _Undone(Exception):
    """Ends a transaction of which nothing is to stay."""


class _Trial(Updates):
    """The database as one connection sees it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        yield self._connection


@contextmanager
def as_if(updates: Updates, change: Callable[[Connection], object]) -> Iterator[Updates]:
    """The database as it would be after a change, for as long as it is looked at; then nothing was changed.

    Other writers wait meanwhile: ask what is to be shown, and render it afterwards.

    Args:
        updates: the database.
        change: what would be done.
    """
    try:
        with updates.writing() as connection:
            change(connection)
            yield _Trial(connection)
            raise _Undone
    except _Undone:
        pass
