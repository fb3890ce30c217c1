"""`population`: how many people live, and work, in each LSOA."""

from typing import Annotated

import typer

from geo.store.layout import DataFolder
from geo.store.population import Measure
from ingest.population import load_population
from ingest.workspace import workspace
from yourarea.option import DATA, Data, Json, Source
from yourarea.screen import counted, counting, say, say_json

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
    measure = Measure.WORKDAY if workday else Measure.RESIDENTS
    with workspace(DataFolder(data)) as work, counting("reading populations", None):
        rows = load_population(work, source, measure, title)
    if as_json:
        say_json(
            {
                "measure": str(measure),
                "title": rows.title,
                "vintage": rows.vintage,
                "rows": rows.rows,
                "records": len(rows.people),
                "people": sum(rows.people.values()),
                "rejects": dict(rows.rejects),
            }
        )
        return
    say(
        f"{sum(rows.people.values()):,} people ({measure}) in {len(rows.people):,} areas of {rows.vintage}, "
        f"of {rows.rows:,} rows; rejects: {counted(rows.rejects)}."
    )
