"""What somebody looks for: neighbourhoods round a position, those of some postcodes, and a force's from A to Z."""

from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

from geo.force import Force
from geo.latlng import LatLng
from geo.neighbourhood import Neighbourhood, NeighbourhoodRef
from geo.place_name import folded
from geo.postcode import Postcode
from geo.postcode_beginning import postcode_beginnings
from geo.store.postcode import PostcodeEntry, PostcodeRun
from geo.store.release import Release

ROUNDING_M = 100.0  # a position rounded to three decimals lies at most 70 m off; a border that near may be crossed
NEAREST_M = 5_000.0  # a postcode farther away would show another place


@dataclass(frozen=True, slots=True)
class Here:
    """What is round a position that is known to about 100 m.

    Attributes:
        neighbourhoods: those within reach, the one that holds the position first; several near a border.
        forces: of those, or else of the ground there; none outside coverage.
        postcode: where no neighbourhood is held, the nearest postcode, whose page shows what is round it.
    """

    neighbourhoods: tuple[tuple[Neighbourhood, Force], ...]
    forces: tuple[Force, ...]
    postcode: Postcode | None


@dataclass(frozen=True, slots=True)
class PostcodesGround:
    """Where the postcodes lie that begin with what was typed.

    Attributes:
        beginning: as people write it: `LE1`, `LE1 5`.
        n: how many postcodes in use begin so.
        neighbourhoods: in which they lie, those with most first, with how many.
        elsewhere: forces in which others lie, where no neighbourhood is held, with how many.
        postcodes: the postcodes themselves, where they are few.
    """

    beginning: str
    n: int
    neighbourhoods: tuple[tuple[Neighbourhood, Force, int], ...]
    elsewhere: tuple[tuple[Force, int], ...]
    postcodes: tuple[Postcode, ...]


def here(release: Release, position: LatLng) -> Here:
    """The neighbourhoods round a position, or whatever is known instead."""
    areas = release.neighbourhoods
    near = areas.touching(position, ROUNDING_M)
    holding = areas.holding(position)[:1]
    ordered = holding + [at for at in near if at not in holding]
    found = tuple((neighbourhood_at(release, at), release.register.force(areas.force_ids[at])) for at in ordered)
    forces = list(dict.fromkeys(force for _, force in found))
    around = release.force_areas
    forces += [
        force
        for at in around.touching(position, ROUNDING_M)
        if (force := release.register.force(around.force_ids[at])) not in forces
    ]
    nearest = None
    if not holding and forces and release.postcodes is not None:
        nearest = release.postcodes.nearest(position, NEAREST_M)
    return Here(found, tuple(forces), nearest.postcode if nearest else None)


def neighbourhood_at(release: Release, index: int) -> Neighbourhood:
    """The neighbourhood of that index in the current generations."""
    areas = release.neighbourhoods
    return Neighbourhood(NeighbourhoodRef(areas.force_ids[index], areas.ids[index]), areas.names[index])


def held_postcode(release: Release, postcode: Postcode) -> PostcodeEntry | None:
    """What is known of a postcode; `None` where it is not held, or none are."""
    return None if release.postcodes is None else release.postcodes.find(postcode)


def postcodes_ground(release: Release, text: str) -> PostcodesGround | None:
    """Where the postcodes lie that begin with a text; `None` where none that are held do."""
    if release.postcodes is None:
        return None
    for packed in postcode_beginnings(text):
        run = release.postcodes.beginning(packed)
        if len(run.lat):
            return _ground(release, packed, run)
    return None


def _ground(release: Release, packed: str, run: PostcodeRun) -> PostcodesGround:
    inside = release.neighbourhoods.holding_each(run.lat, run.lng)
    outside = inside < 0
    around = release.force_areas.holding_each(run.lat[outside], run.lng[outside])
    force_of = release.register.force
    held = [(neighbourhood_at(release, at), n) for at, n in _counted(inside)]
    return PostcodesGround(
        beginning=f"{packed[:4].rstrip()} {packed[4:]}".rstrip(),
        n=len(run.lat),
        neighbourhoods=tuple((one, force_of(one.ref.force_id), n) for one, n in held),
        elsewhere=tuple((force_of(release.force_areas.force_ids[at]), n) for at, n in _counted(around)),
        postcodes=tuple(Postcode(key) for key in run.named) if len(run.lat) <= len(run.named) else (),
    )


def _counted(indexes: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    """Each index that is one, and how often it comes, the most frequent first."""
    found, n = np.unique(indexes[indexes >= 0], return_counts=True)
    return sorted(zip(found.tolist(), n.tolist(), strict=True), key=lambda pair: (-pair[1], pair[0]))


def neighbourhoods_of(release: Release, force_id: str) -> list[Neighbourhood]:
    """A force's neighbourhoods as its current generation has them, from A to Z; none where none are held."""
    areas = release.neighbourhoods
    held = [neighbourhood_at(release, at) for at, force in enumerate(areas.force_ids) if force == force_id]
    return sorted(held, key=lambda one: (folded(one.name), one.ref.id))


def by_letter(held: list[Neighbourhood]) -> list[tuple[str, list[Neighbourhood]]]:
    """Neighbourhoods in order of name, under the letter that each begins with."""
    return [(letter, list(those)) for letter, those in groupby(held, lambda one: folded(one.name)[:1].upper() or "#")]
