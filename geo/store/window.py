"""Which months of a place may be compared: those that every force concerned supplied whole."""

from collections.abc import Collection

from geo.month import Month
from geo.statistics.series import Window, window
from geo.store.manifest import Manifest
from geo.supply import Kind, SupplyState


def supplied_months(manifest: Manifest, force_ids: Collection[str]) -> tuple[Month, ...]:
    """The months whose street files all of those forces supplied whole, oldest first; none of no force."""
    return tuple(
        month
        for month in manifest.months
        if force_ids and all(manifest.state(force, month, Kind.STREET) is SupplyState.SUPPLIED for force in force_ids)
    )


def window_of(manifest: Manifest, force_ids: Collection[str]) -> Window | None:
    """The latest twelve months of some forces and the twelve before; `None` where they never all supplied one."""
    supplied = supplied_months(manifest, force_ids)
    return window(frozenset(supplied), supplied[-1]) if supplied else None
