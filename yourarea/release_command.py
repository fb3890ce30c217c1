"""Commands from staged data to what is live: build, check, activate, update, releases, prune, status."""

from typing import Annotated

import typer

from geo.store.layout import DataFolder
from yourarea.option import DATA, WORKERS, Complete, Data, Json, Published, Replace, Sources, Workers

Verify = Annotated[bool, typer.Option("--verify", help="Open every tile archive again and count it against the store.")]


def add_to(cli: typer.Typer) -> None:
    """Add these commands."""
    for name, command in (
        ("build", build_command),
        ("check", check_command),
        ("activate", activate_command),
        ("update", update_command),
        ("releases", releases_command),
        ("prune", prune_command),
        ("status", status_command),
    ):
        cli.command(name)(command)


def build_command(data: Data = DATA, workers: Workers = WORKERS, verify: Verify = False, as_json: Json = False) -> None:
    """Make what is derived: placement, counts, attachments, tiles. What did not change is not made again."""
    from yourarea.build_job import build_staged

    build_staged(DataFolder(data), workers, verify=verify, as_json=as_json)


def check_command(
    accepted: Annotated[
        str | None,
        typer.Option("--accept", metavar="FORCE/YYYY-MM/KIND", help="Accept what is held back, with a note."),
    ] = None,
    note: Annotated[str | None, typer.Option(help="Why it is accepted.")] = None,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Test the staged whole and write it down as a release; hold back what cannot be a whole month."""
    from yourarea.release_job import accept_held, check_staged

    if accepted is None:
        check_staged(DataFolder(data), as_json)
    else:
        accept_held(DataFolder(data), accepted, note)


def activate_command(
    release: Annotated[str | None, typer.Argument(help="Its id; the staged one by default.")] = None,
    despite_updates: Annotated[
        bool, typer.Option("--despite-updates", help="Also where what is published belongs to later boundaries.")
    ] = False,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Make a checked release live. Going back is activating an older one."""
    from yourarea.release_job import make_live

    make_live(DataFolder(data), release, as_json, despite_updates=despite_updates)


def update_command(
    sources: Sources = [],  # noqa: B006  Typer takes the default as it stands and makes a list of its own
    data: Data = DATA,
    published: Published = None,
    complete: Complete = False,
    replace: Replace = False,
    workers: Workers = WORKERS,
    as_json: Json = False,
) -> None:
    """Load, build, check and activate in one. Without sources it finishes what was begun."""
    from ingest.load import LoadOrder
    from yourarea.build_job import update_live

    update_live(DataFolder(data), LoadOrder(sources, published, complete, replace), workers, as_json)


def releases_command(data: Data = DATA, as_json: Json = False) -> None:
    """List the checked releases, newest first."""
    from yourarea.release_job import list_releases

    list_releases(DataFolder(data), as_json)


def prune_command(
    keep: Annotated[int, typer.Option(min=1, help="How many of the newest releases to keep.")],
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Remove old releases and every file that only they named. The live one is always kept."""
    from yourarea.release_job import prune_releases

    prune_releases(DataFolder(data), keep, as_json)


def status_command(data: Data = DATA, as_json: Json = False) -> None:
    """Say what is held, counted, missing and live."""
    from yourarea.status_job import say_what_is_held

    say_what_is_held(DataFolder(data), as_json)
