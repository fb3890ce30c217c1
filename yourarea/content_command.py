"""`content`: import what forces and teams publish."""

import typer

from geo.store.layout import DataFolder
from yourarea.option import DATA, Data, Json, Source


def add_to(cli: typer.Typer) -> None:
    """Add this command."""
    cli.command("content")(content_command)


def content_command(source: Source, data: Data = DATA, as_json: Json = False) -> None:
    """Import forces, neighbourhoods, teams, events and priorities from JSON in the API's own shapes."""
    from yourarea.content_job import take_content

    take_content(DataFolder(data), source, as_json)
