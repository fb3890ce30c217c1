"""`force ...`: what an operator does for one force."""

from typing import Annotated

import typer

from geo.store.layout import DataFolder
from yourarea.option import DATA, Data, Json

Force = Annotated[str, typer.Argument(metavar="FORCE", help="Its id, such as leicestershire.", show_default=False)]
Confirm = Annotated[bool, typer.Option("--confirm", help="Let everything follow; it cannot be taken back.")]


def add_to(cli: typer.Typer) -> None:
    """Add these commands."""
    force = typer.Typer(no_args_is_help=True, help="What concerns one force: what follows new boundaries.")
    force.command("succession")(succession_command)
    cli.add_typer(force, name="force")


def succession_command(force: Force, confirm: Confirm = False, data: Data = DATA, as_json: Json = False) -> None:
    """Say what became of a force's neighbourhoods with new boundaries, and let what belongs to them follow."""
    from yourarea.succession_job import say_succession

    say_succession(DataFolder(data), force, confirm, as_json)
