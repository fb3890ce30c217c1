"""Whom a resident can turn to besides the force: who helps with what, where."""

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any


class ServiceGroup(StrEnum):
    """What somebody looks for; in the order in which a page answers."""

    TELL = "tell"
    AFTER = "after"
    TALK = "talk"
    SAFE = "safe"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Service:
    """One organisation that helps with one thing (docs/spec/services.md).

    Attributes:
        id: small letters, digits and hyphens.
        group: `tell` somebody of a crime, help `after` one, somebody to `talk` to, keeping `safe`, or what is for
            an `other` organisation than the police.
        title: what it helps with; for something `sensitive` in words that give nothing away.
        text: a sentence or two more.
        who: the organisation.
        who_cy: its Welsh name, where it has one.
        phone: as one writes it.
        url: its site.
        nations: of the forces for whose residents it is there, as `Force.nation` has them.
        sensitive: whether to be seen with it could bring somebody into danger.
    """

    id: str
    group: ServiceGroup
    title: str
    text: str | None
    who: str
    who_cy: str | None
    phone: str | None
    url: str
    nations: tuple[str, ...]
    sensitive: bool

    @property
    def number(self) -> str | None:
        """The telephone number as a link dials it."""
        return self.phone.replace(" ", "") if self.phone else None

    def named(self, language: str) -> tuple[str, str]:
        """Its name, and the language that it is in."""
        return (self.who_cy, "cy") if language == "cy" and self.who_cy else (self.who, "en")


@cache
def services() -> tuple[Service, ...]:
    """The catalogue, in its own order."""
    read: list[dict[str, Any]] = json.loads(files("geo.data").joinpath("services.json").read_text(encoding="utf-8"))
    return tuple(
        Service(**{**row, "group": ServiceGroup(row["group"]), "nations": tuple(row["nations"])}) for row in read
    )


def services_in(nation: str) -> dict[ServiceGroup, tuple[Service, ...]]:
    """The services for residents of a nation's forces, by group; groups without any are left out.

    >>> [service.who for service in services_in("wales")[ServiceGroup.AFTER]]
    ['Victim Support', 'GOV.UK']
    """
    found = {
        group: tuple(one for one in services() if one.group is group and nation in one.nations)
        for group in ServiceGroup
    }
    return {group: those for group, those in found.items() if those}
