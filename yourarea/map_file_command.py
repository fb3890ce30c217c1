"""`export-map`: a neighbourhood's map as one file."""

from pathlib import Path
from typing import Annotated

import typer

from geo.month import Month
from geo.store.layout import DataFolder
from yourarea.option import DATA, Data, month_option

Neighbourhood = Annotated[
    str, typer.Argument(metavar="FORCE/NEIGHBOURHOOD", help="As its page's address ends.", show_default=False)
]
Output = Annotated[Path, typer.Option("--output", metavar="FILE.html", help="The file to write.", show_default=False)]
Shown = Annotated[Month | None, typer.Option(parser=month_option, metavar="YYYY-MM", help="Else the newest month.")]
Chosen = Annotated[str, typer.Option("--category", metavar="SLUG", help="Show this category alone on the map.")]
Tongue = Annotated[str, typer.Option("--language", metavar="en|cy", help="Of the words in the file.")]
Site = Annotated[str, typer.Option("--site", metavar="URL", help="A site to lead to; else the file leads nowhere.")]
Most = Annotated[float | None, typer.Option("--most-mb", min=1, help="Megabytes that the file may have; else 5.")]


def add_to(cli: typer.Typer) -> None:
    """Add this command."""
    cli.command("export-map")(export_map)


def export_map(
    neighbourhood: Neighbourhood,
    output: Output,
    month: Shown = None,
    category: Chosen = "",
    language: Tongue = "en",
    site: Site = "",
    most_mb: Most = None,
    data: Data = DATA,
) -> None:
    """Write a neighbourhood's map and counts of a month as one HTML file, which opens without a network."""
    from yourarea.map_file_job import save_map

    save_map(DataFolder(data), neighbourhood, output, month, category, language, site, most_mb)
