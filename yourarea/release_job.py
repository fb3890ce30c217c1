"""What the commands about releases do: check, accept, activate, list and prune."""

import typer

from api.publish.database import HEAD
from geo.errors import CheckFailed
from geo.month import Month
from geo.store.layout import DataFolder
from geo.supply import Kind
from ingest.judge import accept
from ingest.release import activate, check, live_release, prune, read_release, releases
from ingest.workspace import workspace
from yourarea.agreement import agreement
from yourarea.hold_job import unheld_in, withheld_by_forces
from yourarea.screen import say, say_json, say_table, warn
from yourarea.setting import operator_unset


def check_staged(folder: DataFolder, as_json: bool) -> None:
    """Test what is staged, write it down as a release, and say what it lacks.

    Raises:
        CheckFailed: the staged data cannot be a release.
    """
    with workspace(folder) as work:
        if work.staged().withheld != withheld_by_forces(folder):
            raise CheckFailed("A force has held back or let go a month since the last `yourarea build`: run it again.")
        release, warnings = check(work, HEAD)
    warnings += operator_unset()
    if as_json:
        say_json({"release": release.release_id, "warnings": warnings})
        return
    for warning in warnings:
        warn(f"Warning: {warning}")
    say(f"Release {release.release_id} is ready: `yourarea activate {release.release_id}`.")


def accept_held(folder: DataFolder, written: str, note: str | None) -> None:
    """Accept a month that is held back.

    Args:
        folder: the data folder.
        written: `FORCE/YYYY-MM/KIND`.
        note: why.

    Raises:
        typer.BadParameter: no note, or nothing of that name is held back.
    """
    if not note:
        raise typer.BadParameter("say why with --note: it is kept with the month, for whoever asks.")
    force, month, kind = (*written.split("/"), "", "")[:3]
    try:
        with workspace(folder) as work:
            work.stage(accept(work.staged(), force, Month.parse(month), Kind(kind), note))
    except (LookupError, ValueError) as error:
        raise typer.BadParameter(
            f"{error} Write --accept FORCE/YYYY-MM/KIND, as `yourarea status` lists them."
        ) from error
    say(f"Accepted {written}. Run `yourarea update` to build it in and make it live.")


def make_live(folder: DataFolder, release: str | None, as_json: bool, *, despite_updates: bool = False) -> None:
    """Make a checked release live, and say which; and which months were built into it that their forces hold back."""
    with workspace(folder) as work:
        live = activate(work, release, agreement(folder, despite=despite_updates))
    for one in unheld_in(read_release(folder, live), withheld_by_forces(folder)):
        what = f"{one.force} holds back {one.month} {one.kind}, which was built into this release"
        warn(f"Warning: {what}; servers leave it out. {one.note}")
    if as_json:
        say_json({"release": live})
    else:
        say(f"Live: {live}")


def list_releases(folder: DataFolder, as_json: bool) -> None:
    """Say which releases there are, newest first."""
    live = live_release(folder)
    found = [
        {
            "release": str(one.release_id),
            "checked_at": one.checked_at.isoformat(timespec="seconds") if one.checked_at else None,
            "newest_month": str(one.months[-1]),
            "live": one.release_id == live,
        }
        for one in releases(folder)
    ]
    if as_json:
        say_json(found)
        return
    rows = [[one["release"], one["checked_at"], one["newest_month"], "live" if one["live"] else ""] for one in found]
    say_table("Releases", ["release", "checked", "newest month", ""], rows)


def prune_releases(folder: DataFolder, keep: int, as_json: bool) -> None:
    """Remove old releases and what only they named, and say how much that was."""
    with workspace(folder) as work:
        removed, freed = prune(work, keep)
    if as_json:
        say_json({"removed": removed, "freed_bytes": freed})
    else:
        say(f"Removed {len(removed)} releases and freed {freed / 1e6:,.1f} MB.")
