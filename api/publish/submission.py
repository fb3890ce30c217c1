"""A month of crime files that a force sends in: kept aside, told apart by its content, and never live by itself."""

import io
import os
import re
import uuid
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, update

from api.publish.audit import note
from api.publish.item.record import MayNot
from api.publish.policy import Actor, Deed, Where
from api.publish.staff_table import SUBMISSION
from api.publish.token import SUBMITS
from geo.errors import BadParameter, OutOfSpace
from geo.month import Month

_NAME = re.compile(r"(\d{4}-\d{2})-([a-z0-9-]+?)-(?:street|outcomes|stop-and-search)\.csv")
_SOME_DAY = (1980, 1, 1, 0, 0, 0)  # so that the same files make the same zip


class State(StrEnum):
    """How far it is."""

    WAITING = "waiting"
    CHECKED = "checked"
    REFUSED = "refused"
    LOADED = "loaded"


@dataclass(frozen=True, slots=True)
class Submission:
    """What was sent in.

    Attributes:
        id: rises with each.
        force_id, month: of what.
        sha256: of its zip, in hex.
        size: of its zip, in bytes.
        state: how far it is.
        report: of the dry run (docs/spec/submission.md); empty before it.
        sent_at, sent_by: when, and who.
    """

    id: int
    force_id: str
    month: str
    sha256: str
    size: int
    state: str
    report: Mapping[str, Any]
    sent_at: datetime
    sent_by: str | None

    def path(self, data: Path) -> Path:
        """Where its zip lies in a data folder."""
        return data / "submissions" / self.force_id / self.month / f"{self.sha256}.zip"


def month_of(force_id: str, names: list[str]) -> Month:
    """The month that some files are of.

    Raises:
        BadParameter: they are not one month's files of that force, by their names.
    """
    found = [_NAME.fullmatch(name) for name in names]
    if not found:
        raise BadParameter("Choose the CSV files of one month.")
    for name, one in zip(names, found, strict=True):
        if one is None or one[2] != force_id:
            raise BadParameter(
                "%(file)r is not named as a crime file of this force is, such as %(example)s.",
                file=name, example=f"2026-01-{force_id}-street.csv",
            )  # fmt: skip
    if len(set(names)) < len(names) or len({one[1] for one in found if one}) > 1:
        raise BadParameter("Send the files of one month at a time, each once.")
    return Month.parse(names[0][:7])


@dataclass(frozen=True, slots=True)
class Packed:
    """The files of one month of a force, packed.

    Attributes:
        force_id, month: of what.
        names: of the files, in order.
        content: the zip; of the same files it is the same.
    """

    force_id: str
    month: str
    names: tuple[str, ...]
    content: bytes


def pack(force_id: str, files: Mapping[str, bytes]) -> Packed:
    """Pack some files by name; done before a transaction begins, since it takes seconds.

    Raises:
        BadParameter: they are not one month's files of that force.
        BadMonth: that is no month.
    """
    return Packed(force_id, str(month_of(force_id, list(files))), tuple(sorted(files)), _zip(files))


def may_submit(actor: Actor, force_id: str) -> bool:
    """Whether somebody manages that force, or is a system of the whole of it whose token says that it may."""
    where, system = Where(force_id), actor.kinds is not None and SUBMITS in actor.kinds
    return actor.may(Deed.MANAGE, where) or (system and actor.may(Deed.PUBLISH, where))


def submit(connection: Connection, data: Path, actor: Actor, packed: Packed) -> tuple[Submission, bool]:
    """Keep some files until the operator looks at them; the same again is the same submission, and not a new one.

    Args:
        connection: of a transaction.
        data: the data folder.
        actor: who sends them.
        packed: the files.

    Raises:
        MayNot: the actor may not.
        OutOfSpace: the disk is full.
    """
    force_id, month = packed.force_id, packed.month
    if not may_submit(actor, force_id):
        raise MayNot("You may not do that there.")
    digest = sha256(packed.content).hexdigest()
    same = select(SUBMISSION).where(
        SUBMISSION.c.force_id == force_id, SUBMISSION.c.month == month, SUBMISSION.c.sha256 == digest
    )
    row = connection.execute(same).mappings().one_or_none()
    if row is not None:
        return Submission(**row), False
    values = {
        "force_id": force_id,
        "month": month,
        "sha256": digest,
        "size": len(packed.content),
        "state": State.WAITING,
    }
    made = {"report": {}, "sent_at": datetime.now(UTC), "sent_by": actor.name}
    connection.execute(insert(SUBMISSION).values(**values, **made))
    found = Submission(**connection.execute(same).mappings().one())
    _keep(found.path(data), packed.content)
    told = {"month": month, "sha256": digest, "files": list(packed.names)}
    note(connection, actor, "submit", Where(force_id), "submission", str(found.id), after=told)
    return found, True


def submissions(connection: Connection, force_id: str | None = None, month: str | None = None) -> list[Submission]:
    """What was sent in, of a force or of all, of a month or of any, newest first."""
    asked = select(SUBMISSION).order_by(SUBMISSION.c.id.desc())
    if force_id is not None:
        asked = asked.where(SUBMISSION.c.force_id == force_id)
    if month is not None:
        asked = asked.where(SUBMISSION.c.month == month)
    return [Submission(**row) for row in connection.execute(asked).mappings()]


def advance(
    connection: Connection, actor: Actor, one: Submission, state: State, report: Mapping[str, Any] | None = None
) -> None:
    """Write down how far a submission is, and what was found."""
    values: dict[str, Any] = {"state": state} | ({} if report is None else {"report": report})
    connection.execute(update(SUBMISSION).where(SUBMISSION.c.id == one.id).values(**values))
    told = {"state": state, "month": one.month}
    note(connection, actor, "submission", Where(one.force_id), "submission", str(one.id), {"state": one.state}, told)


def _zip(files: Mapping[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _SOME_DAY), files[name], zipfile.ZIP_DEFLATED)
    return sink.getvalue()


def _keep(path: Path, packed: bytes) -> None:
    """Whole or not at all; a file without a row, of a transaction that failed, is the same file next time."""
    half = path.with_name(f".{path.name}.{uuid.uuid4().hex}.half")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(packed)
            file.flush()
            os.fsync(file.fileno())
        half.rename(path)
    except OSError as error:
        raise OutOfSpace("The files could not be kept: there is no room, or the folder cannot be written.") from error
    finally:
        half.unlink(missing_ok=True)
