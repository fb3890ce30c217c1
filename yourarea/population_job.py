"""What `population` does."""

from pathlib import Path

from geo.store.layout import DataFolder
from geo.store.population import Measure
from ingest.population import load_population
from ingest.workspace import workspace
from yourarea.screen import counted, counting, say, say_json


def take_population(folder: DataFolder, source: Path, title: str | None, *, workday: bool, as_json: bool) -> None:
    """Load how many people live, or are on a working day, in each LSOA, and say how it went."""
    measure = Measure.WORKDAY if workday else Measure.RESIDENTS
    with workspace(folder) as work, counting("reading populations", None):
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
