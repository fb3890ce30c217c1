"""Where what is published of a neighbourhood came from, and when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, union_all

from api.publish import table
from api.publish.content import of_neighbourhood
from geo.neighbourhood import NeighbourhoodRef

_HELD = (table.PERSON, table.LINK, table.CONTACT_POINT, table.EVENT, table.PRIORITY)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the newest of it came from.

    Attributes:
        source: name of what it was imported from; `None` where it was published here.
        imported_at: when, UTC; `None` likewise.
    """

    source: str | None
    imported_at: datetime | None


def provenance(connection: Connection, ref: NeighbourhoodRef) -> Provenance | None:
    """Where the newest of a neighbourhood's own content came from; `None` where there is none."""
    own = table.NEIGHBOURHOOD.c
    marks = [select(own.source, own.imported_at).where(own.force_id == ref.force_id, own.id == ref.id)]
    marks += [select(held.c.source, held.c.imported_at).where(*of_neighbourhood(held, ref)) for held in _HELD]
    found = connection.execute(union_all(*marks)).all()
    imported = [Provenance(source, at) for source, at in found if at is not None]
    if imported:
        return max(imported, key=lambda one: (one.imported_at, one.source or ""))
    return Provenance(None, None) if found else None
