"""What is published as staff see it, and what can be wrong with publishing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.publish.item.kind import Kind
from api.publish.policy import Where
from geo.errors import YourAreaError


class MayNot(YourAreaError, PermissionError):
    """An actor without the right to publish there."""


class NoSuchItem(YourAreaError, LookupError):
    """Nothing of that kind and id is published there."""


class ChangedMeanwhile(YourAreaError, RuntimeError):
    """Somebody else changed it since it was read; nothing was written.

    Attributes:
        held: it, as it is now.
    """

    def __init__(self, held: "Item") -> None:
        super().__init__("Somebody else changed this meanwhile.")
        self.held = held


@dataclass(frozen=True, slots=True)
class Item:
    """Something that is published, as staff see it.

    Attributes:
        kind: what it is.
        where: whose.
        external_id: its own id, given by a force's own system or made here; stays when it changes.
        version: rises by one with each change.
        written: as it was written; `None` where it was imported and never changed here.
        changed_at, changed_by: the latest change; `None` where it was imported.
        part_of: the external id of the priority of which it is an action.
    """

    kind: Kind
    where: Where
    external_id: str
    version: int
    written: Mapping[str, Any] | None
    changed_at: datetime | None
    changed_by: str | None
    part_of: str | None = None


@dataclass(frozen=True, slots=True)
class Put:
    """How publishing went.

    Attributes:
        item: as it is now.
        created: whether it is new.
        changed: whether anything was written; the same again changes nothing.
    """

    item: Item
    created: bool
    changed: bool
