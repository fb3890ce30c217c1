"""The number from which every page and cache tells that something of a neighbourhood, or of a force, is another now."""

import time

from sqlalchemy import Connection, case, update

from api.publish.policy import Where
from api.publish.table import FORCE, NEIGHBOURHOOD


def raise_revision(connection: Connection, where: Where) -> None:
    """Tell every page and cache that something of a neighbourhood, or of a force itself, is another now."""
    held, own = FORCE, [FORCE.c.id == where.force_id]
    if where.neighbourhood_id is not None:
        held, own = (
            NEIGHBOURHOOD,
            [NEIGHBOURHOOD.c.force_id == where.force_id, NEIGHBOURHOOD.c.id == where.neighbourhood_id],
        )
    now = time.time_ns() // 1_000_000
    later = case((held.c.revision < now, now), else_=held.c.revision + 1)  # a clock may have been set back
    connection.execute(update(held).where(*own).values(revision=later))
