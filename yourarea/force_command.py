"""`force ...`: what an operator does for one force."""

from pathlib import Path
from typing import Annotated

import typer

from geo.store.layout import DataFolder
from yourarea.option import DATA, Data, Json

Force = Annotated[str, typer.Argument(metavar="FORCE", help="Its id, such as leicestershire.", show_default=False)]
Target = Annotated[Path, typer.Argument(metavar="DIR|ZIP", help="A new folder, or a file.zip.", show_default=False)]
Export = Annotated[Path, typer.Argument(metavar="DIR|ZIP", help="What `force export` wrote.", show_default=False)]
Personal = Annotated[
    bool, typer.Option("--with-personal-data", help="Also who subscribes, asked and has access, in plain text.")
]
Over = Annotated[bool, typer.Option("--over", help="Replace what is here of that force.")]
Confirm = Annotated[bool, typer.Option("--confirm", help="Let everything follow; it cannot be taken back.")]


def add_to(cli: typer.Typer) -> None:
    """Add these commands."""
    force = typer.Typer(
        no_args_is_help=True, help="One force: what it lacks, leave with everything, come in, follow new boundaries."
    )
    force.command("check")(check_command)
    force.command("export")(export_command)
    force.command("import")(import_command)
    force.command("succession")(succession_command)
    cli.add_typer(force, name="force")


def check_command(force: Force, data: Data = DATA, as_json: Json = False) -> None:
    """Say what a force lacks before its pages go live."""
    from yourarea.force_check import say_what_is_lacking

    say_what_is_lacking(DataFolder(data), force, as_json)


def export_command(
    force: Force, target: Target, personal: Personal = False, data: Data = DATA, as_json: Json = False
) -> None:
    """Write everything of a force in open formats, to leave with."""
    from yourarea.force_job import export_force

    export_force(DataFolder(data), force, target, personal, as_json)


def import_command(source: Export, over: Over = False, data: Data = DATA, as_json: Json = False) -> None:
    """Bring in what an export has published and decided; doing it again changes nothing."""
    from yourarea.force_job import import_force

    import_force(DataFolder(data), source, over, as_json)


def succession_command(force: Force, confirm: Confirm = False, data: Data = DATA, as_json: Json = False) -> None:
    """Say what became of a force's neighbourhoods with new boundaries, and let what belongs to them follow."""
    from yourarea.succession_job import say_succession

    say_succession(DataFolder(data), force, confirm, as_json)
