"""What the records of one month and kind are made from, and making them: for serving files and for older months."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from api.serving.compose import ALL, ForceRow, Only, composing
from api.serving.crime import crimes
from api.serving.outcome import attached_outcomes
from api.serving.stop import stops
from geo.force import ForceRegister
from geo.month import Month
from geo.store.layout import DataFolder
from geo.store.manifest import FileRef, Manifest
from geo.store.snap_register import SnapRegister
from geo.supply import Kind


@dataclass(frozen=True)
class MonthInputs:
    """The files of one month and kind. Held-back force-months are not among them, so they are in no answer.

    Attributes:
        kind: of the records.
        month: of the records.
        forces: that the records or their crimes can be of.
        files: the records, of the forces that count.
        attachments: by force slot; of those forces.
        streets: the crimes that outcomes may belong to, by force slot and month; empty for other kinds.
        digests: SHA-256 of every file, in order.
    """

    kind: Kind
    month: Month
    forces: tuple[ForceRow, ...]
    files: tuple[Path, ...]
    attachments: Mapping[int, Path] = field(default_factory=dict)
    streets: Mapping[tuple[int, Month], Path] = field(default_factory=dict)
    digests: tuple[str, ...] = ()

    def rows(self, register: SnapRegister, only: Only = ALL) -> pa.Table:
        """The records with their JSON, sorted as serving files are."""
        with composing(register, self.forces) as database:
            if self.kind is Kind.STREET:
                return crimes(database, self.month, self.files, self.attachments, only)
            if self.kind is Kind.STOPS:
                return stops(database, self.month, self.files, only)
            return attached_outcomes(database, self.month, self.attachments, self.streets, only)


def inputs_of(
    folder: DataFolder, manifest: Manifest, register: ForceRegister, kind: Kind, month: Month
) -> MonthInputs | None:
    """What a manifest has of that month and kind; `None` where there is nothing that counts."""
    counted = [one for one in manifest.counted(kind) if one.month == month]
    slots = {force.id: force.slot for force in register}
    attached: dict[int, FileRef] = {}
    streets: dict[tuple[int, Month], FileRef] = {}
    forces = {one.force for one in counted}
    if kind is not Kind.STOPS:
        attached = {slots[force]: ref for force, ref in sorted(manifest.attachments.items()) if force in forces}
    if kind is Kind.OUTCOMES:
        crimes_of = [one for one in manifest.counted(Kind.STREET) if one.force in forces]
        streets = {(slots[one.force], one.month): one.file for one in crimes_of}
    if not counted or (kind is Kind.OUTCOMES and not (attached and streets)):
        return None
    refs = [*(one.file for one in counted), *attached.values(), *streets.values()]
    return MonthInputs(
        kind=kind,
        month=month,
        forces=tuple(ForceRow(force.id, force.slot, force.territorial) for force in register),
        files=tuple(folder.file(one.file.path) for one in counted),
        attachments={slot: folder.file(ref.path) for slot, ref in attached.items()},
        streets={key: folder.file(ref.path) for key, ref in streets.items()},
        digests=tuple(ref.sha256 for ref in refs),
    )
