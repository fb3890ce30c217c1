"""Police forces, and the register that says which there are."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from geo.errors import UnknownForce, UnreadableSource


@dataclass(frozen=True, slots=True)
class Force:
    """One police force.

    Attributes:
        id: the slug, `leicestershire`; the name of its files.
        name: as residents know it.
        slot: 0 to 63, for ever the same; the force's part of an integer crime id.
        gss: the Office for National Statistics' code of its area, where it has one.
        nation: `england`, `wales`, `northern-ireland`, `none` (British Transport Police) or `invented`.
        territorial: whether it polices an area of its own.
        publishes_outcomes: whether its crimes can have outcomes at all.
        url: its web site.
        reported_as: its names in the CSV column "Reported by", through the years.
    """

    id: str
    name: str
    slot: int
    gss: str | None
    nation: str
    territorial: bool
    publishes_outcomes: bool
    url: str | None
    reported_as: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ForceRegister:
    """The forces of one release. A register is real or invented as a whole: the two never mix.

    Attributes:
        name: `uk`, or the invented register's own.
        title: what the register covers, by language code; shown on every page when invented.
        invented: whether every place and figure of the release is made up.
        forces: in the order the API lists them.
    """

    name: str
    title: Mapping[str, str]
    invented: bool
    forces: tuple[Force, ...]

    def __iter__(self) -> Iterator[Force]:
        return iter(self.forces)

    def __contains__(self, force_id: object) -> bool:
        return any(force.id == force_id for force in self.forces)

    def force(self, force_id: str) -> Force:
        """The force of that id.

        Raises:
            UnknownForce: not in this register.
        """
        for force in self.forces:
            if force.id == force_id:
                return force
        raise UnknownForce("%(id)r is not a force of the %(register)r register.", id=force_id, register=self.name)

    def by_slot(self) -> dict[int, Force]:
        """The forces by their slot."""
        return {force.slot: force for force in self.forces}


def register_from_json(text: str) -> ForceRegister:
    """A register from its JSON form (docs/spec/force-register.md).

    Raises:
        UnreadableSource: not that form, or two forces share an id or a slot.
    """
    try:
        read: dict[str, Any] = json.loads(text)
        forces = tuple(Force(**{**force, "reported_as": tuple(force["reported_as"])}) for force in read["forces"])
        register = ForceRegister(read["register"], read["title"], read["invented"], forces)
        if not all(isinstance(force.id, str) and isinstance(force.slot, int) for force in forces):
            raise TypeError("a force's id is text and its slot a number")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnreadableSource(f"This is not a force register: {error}") from error
    for attribute in ("id", "slot"):
        if len({getattr(force, attribute) for force in forces}) != len(forces):
            raise UnreadableSource(f"Two forces of the register {register.name!r} share one {attribute}.")
    if not all(0 <= force.slot < 64 for force in forces):
        raise UnreadableSource(f"A force's slot in the register {register.name!r} is not from 0 to 63.")
    return register


@cache
def uk_forces() -> ForceRegister:
    """The 43 territorial forces of England and Wales, Northern Ireland's, and British Transport Police."""
    return register_from_json(files("geo.data").joinpath("forces.json").read_text(encoding="utf-8"))
