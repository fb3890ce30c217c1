"""Where what is published of a neighbourhood came from, and when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, union_all

from api.publish import table
from api.publish.content import of_neighbourhood
from geo.neighbourhood import NeighbourhoodRef

_HELD = (
    table.PERSON, table.LINK, table.CONTACT_POINT, table.EVENT, table.PRIORITY, table.NEWS, table.ANSWER,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the newest of it came from.

    Attributes:
        source: name of what it was imported from; `None` where all of it was published here.
        imported_at: when, UTC; `None` likewise.
        here: whether some of it was published here.
    """

    source: str | None
    imported_at: datetime | None
    here: bool = False


def provenance(connection: Connection, ref: NeighbourhoodRef) -> Provenance | None:
    """Where the newest of a neighbourhood's own content came from; `None` where there is none."""
    own = table.NEIGHBOURHOOD.c
    marks = [select(own.source, own.imported_at, own.changed_at).where(own.force_id == ref.force_id, own.id == ref.id)]
    marks += [
        select(held.c.source, held.c.imported_at, held.c.changed_at).where(*of_neighbourhood(held, ref))
        for held in _HELD
    ]
    found = connection.execute(union_all(*marks)).all()
    here = any(changed_at is not None for _, _, changed_at in found)
    imported = [Provenance(source, at, here) for source, at, _ in found if at is not None]
    if imported:
        return max(imported, key=lambda one: (one.imported_at, one.source or ""))
    return Provenance(None, None, here=True) if found else None
