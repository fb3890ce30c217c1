"""`demo`: the invented county, written as published files and loaded by the same steps as real data."""

from datetime import UTC, datetime

from api.publish.clock import wall
from api.publish.database import HEAD
from api.settings import ApiSettings
from geo.store.layout import DataFolder
from ingest.boundary import load_boundaries, load_force_areas
from ingest.boundary_source import read_names
from ingest.demo.county import write_county
from ingest.demo.population import POPULATION_TITLE
from ingest.load import LoadOrder
from ingest.population import load_population
from ingest.reference import load_basemap, load_postcodes, load_register
from ingest.release import activate, check
from ingest.workspace import workspace
from yourarea.agreement import agreement
from yourarea.build_job import build_all
from yourarea.content_job import import_content
from yourarea.demo_team import publish_demo
from yourarea.load_job import run_load
from yourarea.screen import steps
from yourarea.setting import settings_of

FIRST_POSTCODE = "ZZ1 1AA"


def prepare_demo(folder: DataFolder, workers: int) -> tuple[str, str]:
    """Make the demo county live in a data folder of its own; returns the release and a postcode to ask for.

    Running it again changes nothing; running it after it was stopped finishes it.
    """
    months = settings_of(ApiSettings).serving_months
    with workspace(folder) as work:
        with steps() as step:
            step("drawing an invented county")
            county = write_county(folder.root / "source")
            step("loading its boundaries and postcodes")
            register = load_register(work, county.forces)
            load_force_areas(work, county.force_areas, register)
            names = read_names(county.neighbourhood_names)
            for first_month, kml in county.boundaries:
                load_boundaries(work, kml, first_month, register, names)
            load_postcodes(work, [county.postcodes])
            for measure, source in county.populations:
                load_population(work, source, measure, POPULATION_TITLE)
            load_basemap(work, county.base_map)
        for archive in county.archives:
            run_load(work, LoadOrder([archive.path], archive.published, complete=True), workers)
        build_all(work, workers, months)
        release, _ = check(work, HEAD)
        import_content(folder, county.content, register)
        publish_demo(folder, wall(datetime.now(UTC)).date())
        return activate(work, release.release_id, agreement(folder)), FIRST_POSTCODE
