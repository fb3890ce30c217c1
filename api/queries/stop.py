"""Stops and searches by month: how many, and by one thing that was recorded of them."""

from collections import Counter
from collections.abc import Mapping

import numpy as np
import orjson

from api.queries.ground import Ground
from api.serving.compose import ALL, Only
from api.serving.source import records_of
from geo.month import Month
from geo.store.layout import DataFolder
from geo.store.release import Release
from geo.supply import Kind

NOT_RECORDED = ""


def stops_of(release: Release, folder: DataFolder, ground: Ground, month: Month, by: str) -> Mapping[str, int] | None:
    """How many stops there were, by what was recorded of them; `None` where the force's month does not count.

    Args:
        release: where they come from.
        folder: where its files lie.
        ground: of a force as a whole, or of one of its neighbourhoods.
        month: which.
        by: a key of a stop's JSON, as `/api` has it. What was not recorded is under `NOT_RECORDED`.
    """
    key = (ground.forces[0].id, month, Kind.STOPS)
    if key not in release.manifest.live or key in release.manifest.held:
        return None
    force = ground.whole_force
    only = ALL if force is None else Only("c.force = $force", {"force": force.id})
    records = records_of(release, folder, Kind.STOPS, month, only)
    if force is not None:
        rows = records.of_force(force.slot).rows()
    else:
        chosen = np.zeros(len(release.snap_register), bool)
        chosen[ground.snap_ids] = True
        rows = records.records(records.of_points(chosen)).rows()
    return Counter(orjson.loads(records.one(row))[by] or NOT_RECORDED for row in rows.tolist())
