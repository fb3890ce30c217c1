"""Commands that take sources in: load, boundaries, forces, postcodes, basemap, crosswalk."""

from pathlib import Path
from typing import Annotated

import typer

from geo.month import Month
from geo.store.layout import DataFolder
from yourarea.option import (
    DATA,
    WORKERS,
    Complete,
    Data,
    Json,
    Published,
    Replace,
    Source,
    Sources,
    Workers,
    month_option,
)


def add_to(cli: typer.Typer) -> None:
    """Add these commands."""
    for name, command in (
        ("load", load_command),
        ("boundaries", boundaries_command),
        ("forces", forces_command),
        ("postcodes", postcodes_command),
        ("basemap", basemap_command),
        ("crosswalk", crosswalk_command),
    ):
        cli.command(name)(command)


def load_command(
    sources: Sources,
    data: Data = DATA,
    published: Published = None,
    complete: Complete = False,
    replace: Replace = False,
    workers: Workers = WORKERS,
    as_json: Json = False,
) -> None:
    """Load crimes, outcomes and stops as data.police.uk publishes them. Loading again changes nothing."""
    from ingest.load import LoadOrder
    from yourarea.load_job import take_records

    take_records(DataFolder(data), LoadOrder(sources, published, complete, replace), workers, as_json)


def boundaries_command(
    source: Source,
    first_month: Annotated[
        Month, typer.Option("--from", parser=month_option, metavar="YYYY-MM", help="First month of this generation.")
    ],
    names: Annotated[Path | None, typer.Option(help="CSV of names (force,id,name): KML files carry none.")] = None,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Load a generation of neighbourhoods: KML as data.police.uk delivers it, GeoJSON or GeoPackage."""
    from yourarea.source_job import take_boundaries

    take_boundaries(DataFolder(data), source, first_month, names, as_json)


def forces_command(
    source: Source,
    register: Annotated[Path | None, typer.Option(help="A force register (JSON) other than the UK's.")] = None,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """Load the areas of police forces, as GeoJSON, KML or GeoPackage."""
    from yourarea.source_job import take_force_areas

    take_force_areas(DataFolder(data), source, register, as_json)


def postcodes_command(sources: Sources, data: Data = DATA, as_json: Json = False) -> None:
    """Load postcodes: Code-Point Open, ONSPD or NSPL. They take the place of those held."""
    from yourarea.source_job import take_postcodes

    take_postcodes(DataFolder(data), sources, as_json)


def basemap_command(source: Source, data: Data = DATA, as_json: Json = False) -> None:
    """Load the layers of a base map of your own: a folder of land, water, park, street, station, place .geojson."""
    from yourarea.source_job import take_basemap

    take_basemap(DataFolder(data), source, as_json)


def crosswalk_command(source: Source, data: Data = DATA, as_json: Json = False) -> None:
    """Load what crime ids saved from another instance mean here: a CSV. It takes the place of the one held."""
    from yourarea.source_job import take_crosswalk

    take_crosswalk(DataFolder(data), source, as_json)
