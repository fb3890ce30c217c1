"""Neighbourhoods that are alike in who lives and works there. Crime has no say in it."""

from dataclasses import dataclass

import numpy as np

from geo.month import Month
from geo.neighbourhood import Neighbourhood, NeighbourhoodRef
from geo.statistics.rate import why_no_rate
from geo.store.release import Release

FEWEST, MOST = 15, 30
ALIKE = 1.0  # distance within which areas are alike enough to be more than the fewest, in standard deviations
FARTHEST = 2.0  # beyond which none is called similar, even if there are then too few
MISSING_MOST = 2  # months of its own that another force may lack: all are then compared without them


@dataclass(frozen=True, slots=True)
class SimilarArea:
    """A neighbourhood like another.

    Attributes:
        index: in `Release.neighbourhoods`.
        residents: how many live there.
        density: residents for each square kilometre.
        workday_ratio: people there on a working day for each resident.
    """

    index: int
    neighbourhood: Neighbourhood
    residents: float
    density: float
    workday_ratio: float


@dataclass(frozen=True, slots=True)
class SimilarAreas:
    """The neighbourhoods like another, and when they can be compared with it.

    Attributes:
        areas: by force and name; none where fewer than 15 are alike.
        months: those of its own force's latest twelve that all their forces supplied too, oldest first.
    """

    areas: tuple[SimilarArea, ...]
    months: tuple[Month, ...]


NONE_SIMILAR = SimilarAreas((), ())


def similar_to(release: Release, index: int) -> SimilarAreas:
    """The 15 to 30 neighbourhoods most like one.

    Alike in residents, density and workday people for each resident, each as its logarithm and in standard deviations
    over all that can be compared: neighbourhoods with a fair rate, of forces that supplied all but at most two of the
    months that the latest twelve of its own force have.
    """
    known = _comparable(release, index)
    if index not in known:
        return NONE_SIMILAR
    found = _nearest(known, index)
    if len(found) < FEWEST:
        return NONE_SIMILAR
    own = release.windows[release.neighbourhoods.force_ids[index]].recent
    theirs = [set(release.windows[force].recent) for force in {one.neighbourhood.ref.force_id for one in found}]
    return SimilarAreas(
        tuple(sorted(found, key=lambda one: (one.neighbourhood.ref.force_id, one.neighbourhood.name, one.index))),
        tuple(month for month in own if all(month in recent for recent in theirs)),
    )


def _nearest(known: dict[int, SimilarArea], index: int) -> list[SimilarArea]:
    """Up to 30 areas that are alike, and as far as the fifteenth some that are less so; the nearest first."""
    rows = np.array([index, *(one for one in known if one != index)])
    traits = np.log([[one.residents, one.density, one.workday_ratio] for one in (known[row] for row in rows.tolist())])
    spread = traits.std(axis=0)
    away = np.sqrt((((traits[1:] - traits[0]) / np.where(spread > 0, spread, 1)) ** 2).sum(axis=1))
    nearest = np.lexsort((rows[1:], np.round(away, 9)))  # rounded, so that equal areas have one order everywhere
    many = min(int(np.clip((away <= ALIKE).sum(), FEWEST, MOST)), int((away <= FARTHEST).sum()))
    return [known[row] for row in rows[1:][nearest[:many]].tolist()]


def _comparable(release: Release, index: int) -> dict[int, SimilarArea]:
    """The areas that can be compared with one, itself included, by index."""
    areas, heads = release.neighbourhoods, release.headcounts or ()
    own = release.windows.get(areas.force_ids[index])
    if own is None:
        return {}
    forces = {force for force, one in release.windows.items() if len(set(own.recent) - set(one.recent)) <= MISSING_MOST}
    found = {}
    for at, head in enumerate(heads):
        if areas.force_ids[at] in forces and not why_no_rate(head.residents, head.workday):
            found[at] = _area(release, at)
    return found


def _area(release: Release, at: int) -> SimilarArea:
    areas, heads = release.neighbourhoods, release.headcounts or ()
    residents, workday = heads[at].residents or 0.0, heads[at].workday or 0.0
    ref = NeighbourhoodRef(areas.force_ids[at], areas.ids[at])
    return SimilarArea(
        at,
        Neighbourhood(ref, areas.names[at]),
        residents,
        residents / areas.area_km2[at],
        max(workday, 1.0) / residents,
    )
