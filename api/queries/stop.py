"""Stops and searches by month: how many, and by one thing that was recorded of them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import orjson

from api.queries.due import Issue, issue_of
from api.queries.ground import Ground, neighbourhood_ground, neighbourhood_index
from api.serving.compose import Only
from api.serving.source import records_of
from geo.errors import BadMonth
from geo.force import Force
from geo.month import Month, months_between
from geo.neighbourhood import NeighbourhoodRef
from geo.statistics.suppression import SMALLEST_SHOWN, Shown, Table, rounded, table_shown
from geo.store.layout import DataFolder
from geo.store.release import Release
from geo.supply import Kind, SupplyState

NOT_RECORDED = ""
MONTHS = 12  # that a page lists


class By(StrEnum):
    """What was recorded of a stop."""

    OBJECT = "object"
    OUTCOME = "outcome"
    REASON = "reason"
    TYPE = "type"


KEYS = {By.OBJECT: "object_of_search", By.OUTCOME: "outcome", By.REASON: "legislation", By.TYPE: "type"}
ON_PAGES = (By.OBJECT, By.OUTCOME, By.TYPE)


@dataclass(frozen=True, slots=True)
class StopMonth:
    """The stops of one month.

    Attributes:
        total: `None` where nothing is held that counts, which is a gap and never nought.
    """

    month: Month
    state: SupplyState
    total: Shown | None


@dataclass(frozen=True, slots=True)
class StopsAnswer:
    """Stops and searches in a neighbourhood, each month by itself.

    Months are never added up: whoever has a sum and all but one of its months has a count that is not to be told.

    Attributes:
        release_id: the release all of it comes from.
        force: whose neighbourhood it is, and whose stops are counted.
        name: of the neighbourhood.
        generation: first month of the boundaries that it is counted in.
        months: the latest, newest first; empty where no month of the force counts.
        chosen: the month that `tables` are of; `None` where no month of the force counts.
        tables: what was recorded of its stops; empty where nothing is held of it that counts.
        unplaced_percent: of all that the force recorded in `months`, the stops without a place, which no neighbourhood
            can count, both to the nearest 5 before they are divided; `None` where fewer than 5 have none.
        issue: of the chosen month; `None` where no month of the force counts.
    """

    release_id: str
    force: Force
    name: str
    generation: Month | None
    months: tuple[StopMonth, ...]
    chosen: StopMonth | None
    tables: Mapping[By, Table]
    unplaced_percent: int | None
    issue: Issue | None


def stops_in(release: Release, folder: DataFolder, ref: NeighbourhoodRef, month: Month | None = None) -> StopsAnswer:
    """Stops and searches in a neighbourhood: how many by month, and more of one month.

    Args:
        release: where they come from.
        folder: where its files lie.
        ref: the neighbourhood.
        month: the one asked for; the newest that counts where `None`.

    Raises:
        UnknownForce, UnknownNeighbourhood: no such neighbourhood is held.
        BadMonth: neither one of the latest months nor one that is held.
    """
    ground = neighbourhood_ground(release, ref)
    force = ground.forces[0]
    held = [one.month for one in release.manifest.counted(Kind.STOPS) if one.force == force.id]
    listed = _listed(release, held)
    if month is not None and month not in {*held, *listed}:
        raise BadMonth("No stops and searches of %(month)s are held.", month=month)
    chosen = month or max(held, default=None)

    def told(at: Month) -> StopMonth:
        table = stops_shown(release, folder, ground, at, By.OBJECT)
        state = release.manifest.state(force.id, at, Kind.STOPS)
        return StopMonth(at, state, None if table is None else table.total)

    tables = {by: stops_shown(release, folder, ground, chosen, by) for by in ON_PAGES} if held and chosen else {}
    return StopsAnswer(
        release_id=release.id,
        force=force,
        name=release.neighbourhoods.names[neighbourhood_index(release, ref)],
        generation=ground.generation,
        months=tuple(told(at) for at in reversed(listed)),
        chosen=told(chosen) if held and chosen else None,
        tables={by: table for by, table in tables.items() if table is not None},
        unplaced_percent=_unplaced_percent(release, force, [at for at in listed if at in held]),
        issue=issue_of(release, force, Kind.STOPS, chosen),
    )


def stops_shown(release: Release, folder: DataFolder, ground: Ground, month: Month, by: By) -> Table | None:
    """What may be shown of a month's stops, rounded, none below 5; `None` where the force's month does not count.

    Args:
        release: where they come from.
        folder: where its files lie.
        ground: of a force as a whole, or of one of its neighbourhoods.
        month: which.
        by: what they are counted by.
    """
    counts = stops_of(release, folder, ground, month, KEYS[by])
    return None if counts is None else table_shown(counts)


def stops_of(release: Release, folder: DataFolder, ground: Ground, month: Month, by: str) -> Mapping[str, int] | None:
    """How many stops the force made, by what was recorded of them; `None` where the force's month does not count.

    Those that another force or British Transport Police made on this ground are not among them: whether their month is
    whole, and how many of theirs have no place, is not this force's to say.

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
    force = ground.forces[0]
    records = records_of(release, folder, Kind.STOPS, month, Only("c.force = $force", {"force": force.id}))
    rows = records.of_force(force.slot).rows()
    if ground.whole_force is None:
        chosen = np.zeros(len(release.snap_register), bool)
        chosen[ground.snap_ids] = True
        rows = np.intersect1d(rows, records.records(records.of_points(chosen)).rows(), assume_unique=True)
    return Counter(orjson.loads(records.one(row))[by] or NOT_RECORDED for row in rows.tolist())


def _listed(release: Release, held: list[Month]) -> list[Month]:
    """The latest months, oldest first, from the first held."""
    if not held:
        return []
    last = max(held)
    newest = max(release.month_newest or last, last)
    end = newest if newest - last < MONTHS else last  # months that are all gaps would say nothing
    return list(months_between(min(held), end))[-MONTHS:]


def _unplaced_percent(release: Release, force: Force, months: list[Month]) -> int | None:
    found = [release.manifest.live[force.id, month, Kind.STOPS] for month in months]
    unplaced, records = sum(one.unplaced for one in found), sum(one.records for one in found)
    return round(100 * rounded(unplaced) / rounded(records)) if unplaced >= SMALLEST_SHOWN else None
