"""Areas of forces whose figures are not whole: a map must not let them look like places without crime."""

from collections.abc import Sequence
from dataclasses import dataclass

import shapely

from geo.force import ForceRegister
from geo.month import Month
from geo.store.manifest import Manifest
from geo.supply import Kind, SupplyState


@dataclass(frozen=True)
class SupplyRow:
    """A force whose street figures are not whole.

    Attributes:
        force_id: which.
        name: the force's.
        state: what is held instead.
        note: why, where somebody said so.
    """

    force_id: str
    name: str
    state: SupplyState
    note: str | None = None


@dataclass(frozen=True)
class SupplyArea:
    """Such a force with its ground.

    Attributes:
        row: what there is to say.
        polygon: EPSG:4326, axis order lng, lat.
    """

    row: SupplyRow
    polygon: shapely.Polygon | shapely.MultiPolygon


def supply_rows(manifest: Manifest, register: ForceRegister, months: Sequence[Month]) -> tuple[SupplyRow, ...]:
    """The forces whose street figures are not whole over all of some months, in the register's order.

    Over several months the state is the one that all of them share, or else `partial`, with how many are whole.
    """
    rows = []
    for force in register:
        states = [manifest.state(force.id, month, Kind.STREET) for month in months]
        whole = states.count(SupplyState.SUPPLIED)
        if whole == len(months):
            continue
        if len(months) == 1:
            rows.append(SupplyRow(force.id, force.name, states[0], manifest.note(force.id, months[0], Kind.STREET)))
        elif len(set(states)) == 1:
            rows.append(SupplyRow(force.id, force.name, states[0]))
        else:
            note = f"{whole} of {len(months)} months are whole"
            rows.append(SupplyRow(force.id, force.name, SupplyState.PARTIAL, note))
    return tuple(rows)
