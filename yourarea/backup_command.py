"""`backup` and `restore`: what forces and teams publish, copied and brought back while it is served."""

from pathlib import Path
from typing import Annotated

import typer

from geo.store.layout import DataFolder
from yourarea.option import DATA, Data, Json

Into = Annotated[Path, typer.Argument(metavar="DIR", help="The folder for the copy.", show_default=False)]
Copy = Annotated[Path, typer.Argument(metavar="FILE", help="A copy that `backup` made.", show_default=False)]
WithKeys = Annotated[
    bool, typer.Option("--with-keys", help="Copy the secret keys too: whoever has the copy reads every e-mail address.")
]
Over = Annotated[bool, typer.Option("--over", help="Replace what the updates database holds.")]


def add_to(cli: typer.Typer) -> None:
    """Add these commands."""
    cli.command("backup")(backup_command)
    cli.command("restore")(restore_command)


def backup_command(into: Into, with_keys: WithKeys = False, data: Data = DATA, as_json: Json = False) -> None:
    """Copy the updates database into one file, while it is used."""
    from yourarea.backup_job import back_up

    back_up(DataFolder(data), into, with_keys, as_json)


def restore_command(copy: Copy, over: Over = False, data: Data = DATA, as_json: Json = False) -> None:
    """Bring a copy of the updates database back, while it is served."""
    from yourarea.backup_job import bring_back

    bring_back(DataFolder(data), copy, over, as_json)
