"""`submissions`: the dry run of what forces sent in, and loading what was found good."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow.parquet as pq
import typer

from api.publish.database import Updates, open_updates
from api.publish.policy import COMMAND
from api.publish.submission import State, Submission, advance, submissions
from api.settings import ApiSettings
from geo.errors import UnreadableSource
from geo.force import ForceRegister
from geo.store.layout import DataFolder
from ingest.load import LoadOrder
from ingest.member import Refused, load_member
from ingest.reference import register_of
from ingest.source import find_content
from ingest.workspace import staged_manifest, workspace
from yourarea.load_job import run_load
from yourarea.screen import say, say_json
from yourarea.setting import settings_of

LINES = 100  # of a file's rejects that a report names; the rest is counted


def check_waiting(folder: DataFolder) -> None:
    """Try every submission that waits, and write down what was found."""
    register = register_of(folder, staged_manifest(folder))
    with _updates(folder) as updates:
        for one in _all(updates):
            if one.state != State.WAITING:
                continue
            report = _dry_run(folder, one, register)
            good = report["files"] and all(file["why"] is None for file in report["files"])
            with updates.writing() as connection:
                advance(connection, COMMAND, one, State.CHECKED if good else State.REFUSED, report)


def load_one(folder: DataFolder, number: int, workers: int) -> None:
    """Load a submission that was found good into what is staged; `update` makes it live.

    Raises:
        typer.BadParameter: there is none of that id, or it was not found good.
        typer.Exit: with 1, a file of it was refused.
    """
    with _updates(folder) as updates:
        one = next((one for one in _all(updates) if one.id == number), None)
        if one is None or one.state not in (State.CHECKED, State.LOADED):
            raise typer.BadParameter(f"there is no submission {number} that was found good; try it with --check.")
        with workspace(folder) as work:
            report = run_load(work, LoadOrder([one.path(folder.root)]), workers)
        if report.refused:
            say("\n".join(refused.why for refused in report.refused))
            raise typer.Exit(1)
        if one.state != State.LOADED:
            with updates.writing() as connection:
                advance(connection, COMMAND, one, State.LOADED)


def say_submissions(folder: DataFolder, as_json: bool) -> None:
    """Say what was sent in, newest first, and how far it is."""
    with _updates(folder) as updates:
        found = _all(updates)
    if as_json:
        say_json([_json(one, folder) for one in found])
        return
    if not found:
        say("Nothing was sent in.")
    for one in found:
        say(f"{one.id} {one.force_id} {one.month} {one.state} ({one.sent_at:%Y-%m-%d %H:%M} UTC, {one.sent_by})")
        for file in one.report.get("files", ()):
            why = f": {file['why']}" if file["why"] else ""
            say(f"    {file['name']}: {file['rows']:,} rows, {file['rejected']:,} left out{why}")


def _json(one: Submission, folder: DataFolder) -> dict[str, Any]:
    about = {"id": one.id, "force": one.force_id, "month": one.month, "state": one.state, "size": one.size}
    return about | {"sent_at": one.sent_at.isoformat(), "path": str(one.path(folder.root)), "report": one.report}


def _dry_run(folder: DataFolder, one: Submission, register: ForceRegister) -> dict[str, Any]:
    """What loading it would do, file by file (docs/spec/submission.md); nothing is kept of it."""
    try:
        members = find_content([one.path(folder.root)]).members
    except UnreadableSource as error:
        return {"files": [{"name": "", "rows": 0, "rejected": 0, "rejects": {}, "lines": [], "why": str(error)}]}
    return {"files": [_tried(member, register) for member in members]}


def _tried(member: Any, register: ForceRegister) -> dict[str, Any]:
    said: dict[str, Any] = {"name": member.name, "rows": 0, "rejected": 0, "rejects": {}, "lines": [], "why": None}
    done = load_member(member, register.force(member.force).reported_as)
    if isinstance(done, Refused):
        return said | {"why": done.why.replace(f"{member.source}: ", "")}
    account = done.account
    lines: list[dict[str, Any]] = []
    if done.reject_parquet:
        lines = pq.read_table(io.BytesIO(done.reject_parquet), columns=["line", "reason"]).slice(0, LINES).to_pylist()
    rejected = sum(account.rejects.values())
    return said | {"rows": account.rows, "rejected": rejected, "rejects": account.rejects, "lines": lines}


def _all(updates: Updates) -> list[Submission]:
    with updates.reading() as connection:
        return submissions(connection)


@contextmanager
def _updates(folder: DataFolder) -> Iterator[Updates]:
    updates = open_updates(settings_of(ApiSettings, data_dir=folder.root))
    try:
        yield updates
    finally:
        updates.close()
