"""Neighbourhoods: policing areas that a force draws for its teams."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class NeighbourhoodRef:
    """A neighbourhood's identity. Its id is unique only within its force, so both travel together.

    Ids are opaque and case-sensitive: `NC04`, `E05013806N`, `Stockton Town Centre Sector`.
    """

    force_id: str
    id: str


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A neighbourhood of one generation of boundaries."""

    ref: NeighbourhoodRef
    name: str
