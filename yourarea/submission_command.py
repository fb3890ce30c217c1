"""`submissions`: months of crime files that forces sent in."""

from typing import Annotated

import typer

from geo.store.layout import DataFolder
from yourarea.option import DATA, WORKERS, Data, Json, Workers

Check = Annotated[bool, typer.Option("--check", help="Try those that wait, row by row; nothing is loaded.")]
Load = Annotated[int | None, typer.Option("--load", metavar="ID", help="Load one that was found good.")]


def add_to(cli: typer.Typer) -> None:
    """Add this command."""
    cli.command("submissions")(submissions_command)


def submissions_command(
    check: Check = False, load: Load = None, workers: Workers = WORKERS, data: Data = DATA, as_json: Json = False
) -> None:
    """List what forces sent in, try it, and load what was found good."""
    from yourarea.submission_job import check_waiting, load_one, say_submissions

    folder = DataFolder(data)
    if check:
        check_waiting(folder)
    if load is not None:
        load_one(folder, load, workers)
    say_submissions(folder, as_json)
