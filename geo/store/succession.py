"""What became of the neighbourhoods of a generation, from the report kept beside the next (docs/spec/boundaries.md)."""

import json
from collections.abc import Container, Iterator
from dataclasses import dataclass
from enum import StrEnum

from geo.errors import DamagedFile
from geo.month import Month
from geo.store.layout import DataFolder
from geo.store.manifest import Generation, Manifest


class Fate(StrEnum):
    """What became of an id that is no more."""

    RENAMED = "renamed"
    MERGED = "merged"
    SPLIT = "split"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Succeeded:
    """An id that is no more.

    Attributes:
        id: the old id.
        fate: what became of it.
        to: new ids and the share of its ground that each took, from 0 to 1, the largest first; none where it is gone.
    """

    id: str
    fate: Fate
    to: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Succession:
    """What a generation did to the ids of the one before it.

    Attributes:
        force_id: whose.
        generation: its first month.
        kept: how many ids are in both.
        new: ids that took no old one's ground.
        ended: the ids that are no more, in order.
    """

    force_id: str
    generation: Month
    kept: int
    new: tuple[str, ...]
    ended: tuple[Succeeded, ...]


def pending_succession(
    folder: DataFolder, manifest: Manifest, force_id: str, confirmed: Container[str]
) -> Succession | None:
    """The oldest succession of a force that nobody has confirmed; `None` where there is none.

    Boundaries that have not begun by the newest month that counts are not current yet, and their time will come.

    Args:
        folder: the data folder.
        manifest: of the live release.
        force_id: whose.
        confirmed: the first months of the generations whose succession was confirmed.

    Raises:
        DamagedFile: a report is missing or damaged.
    """
    for generation in _begun(manifest, force_id):
        if str(generation.first_month) not in confirmed:
            return succession_of(folder, generation)
    return None


def _begun(manifest: Manifest, force_id: str) -> Iterator[Generation]:
    """A force's generations but its first, up to the current one, oldest first."""
    current = next((one.first_month for one in manifest.current_generations if one.force == force_id), None)
    own = sorted((one for one in manifest.generations if one.force == force_id), key=lambda one: one.first_month)
    return (one for one in own[1:] if current is not None and one.first_month <= current)


def succession_of(folder: DataFolder, generation: Generation) -> Succession:
    """What a generation did to the ids of the one before it.

    Raises:
        DamagedFile: its report is missing or damaged.
    """
    try:
        report = json.loads(folder.file(generation.report.path).read_text(encoding="utf-8"))
        changes, rows = report["changes"], report["successors"]
        shares: dict[str, list[tuple[str, float]]] = {}
        for row in rows:
            shares.setdefault(row["from"], []).append((row["to"], row["share"]))
        ended = []
        for fate in Fate:
            for said in changes.get(fate, ()):
                old = next((one for one in shares if said == one or said.startswith(f"{one} > ")), said)
                to = sorted(shares.get(old, ()), key=lambda one: (-one[1], one[0]))
                ended.append(Succeeded(old, fate, tuple(to)))
        kept, new = len(changes.get("kept", ())), tuple(changes.get("new", ()))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedFile(f"{generation.report.path} is missing or damaged: load those boundaries again.") from error
    ended.sort(key=lambda one: one.id)
    return Succession(generation.force, generation.first_month, kept, new, tuple(ended))
