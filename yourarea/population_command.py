"""`population`: how many people live, and work, in each LSOA."""

from typing import Annotated

import typer

from geo.store.layout import DataFolder
from yourarea.option import DATA, Data, Json, Source

Workday = Annotated[
    bool, typer.Option("--workday", help="The figures are people there on a working day, not residents.")
]
Title = Annotated[
    str | None, typer.Option(help="What the figures are, as pages say it; by default the name of the file.")
]


def add_to(cli: typer.Typer) -> None:
    """Add this command."""
    cli.command("population")(population_command)


def population_command(
    source: Source, workday: Workday = False, title: Title = None, data: Data = DATA, as_json: Json = False
) -> None:
    """Load people by LSOA: Census or mid-year estimates, from the ONS or Nomis. They take the place of those held."""
    from yourarea.population_job import take_population

    take_population(DataFolder(data), source, title, workday=workday, as_json=as_json)
