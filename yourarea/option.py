"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from geo.month import Month

Data = Annotated[Path, typer.Option("--data", envvar="YOURAREA_DATA_DIR", help="The data folder.", show_default=True)]
Sources = Annotated[list[Path], typer.Argument(help="Zips, folders or files.", show_default=False)]
Source = Annotated[Path, typer.Argument(help="A zip, folder or file.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
Workers = Annotated[int, typer.Option("--workers", min=1, help="Processes that do the reading and drawing.")]
DATA = Path("data")
WORKERS = 2


def month_option(text: str) -> Month:
    """A month given on the command line; a wrong one is a wrong command line."""
    return Month.parse(text)


Published = Annotated[
    Month | None,
    typer.Option(
        parser=month_option, metavar="YYYY-MM", help="The monthly issue the sources are; else their newest month."
    ),
]
Complete = Annotated[
    bool, typer.Option("--complete", help="The sources are known to be whole: a force they lack supplied nothing.")
]
Replace = Annotated[
    bool, typer.Option("--replace", help="Let a file take the place of another of the same publication.")
]
