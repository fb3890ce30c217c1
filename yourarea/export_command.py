"""`export-site`: a force's pages as files."""

from pathlib import Path
from typing import Annotated

import typer

from geo.store.layout import DataFolder
from yourarea.option import DATA, Data, Json

Force = Annotated[str, typer.Argument(help="Id of the force whose pages are written.", show_default=False)]
Output = Annotated[Path, typer.Option("--output", help="Folder to write: new, empty, or an earlier one of these.")]
Codes = Annotated[
    list[str], typer.Option("--language", metavar="CODE", help="`en` or `cy`, as often as needed; else both.")
]


def add_to(cli: typer.Typer) -> None:
    """Add this command."""
    cli.command("export-site")(export_command)


def export_command(
    force: Force,
    output: Output,
    language: Codes = [],  # noqa: B006  Typer takes the default as it stands and makes a list of its own
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Write a force's pages as files that any file server can hand out, with the map's tiles and the postcodes."""
    from yourarea.export_job import export_folder

    export_folder(DataFolder(data), force, output, language, as_json)
