"""The whole demo county, from coast to crime, in one call."""

from dataclasses import dataclass
from pathlib import Path

from geo.month import Month
from geo.store.population import Measure
from ingest.demo.address import number_houses, postcodes
from ingest.demo.archive import NOT_SUPPLIED, Archive, write_archives
from ingest.demo.base_map import write_base_map
from ingest.demo.boundary_file import write_boundaries, write_force_areas, write_neighbourhood_names
from ingest.demo.coast import draw_coast
from ingest.demo.content import write_content
from ingest.demo.crime import LAST_MONTH
from ingest.demo.landmark import landmarks
from ingest.demo.lsoa import beats_of, lsoas
from ingest.demo.neighbourhood import police
from ingest.demo.population import write_populations
from ingest.demo.register import write_forces, write_postcodes, write_snap_points
from ingest.demo.scene import set_scene
from ingest.demo.snap_point import snap_points
from ingest.demo.street import lay_streets


@dataclass(frozen=True)
class CountyFiles:
    """Where the county's published files are.

    Attributes:
        forces: the force register, JSON.
        force_areas: folder of `<force>.geojson`.
        neighbourhood_names: CSV of force, id and name, which KML does not carry.
        boundaries: (first month, folder of `<force>/<id>.kml`) of each generation, oldest first.
        postcodes: CSV in the shape of the ONS Postcode Directory.
        populations: CSV of residents and of workday population by LSOA, in the shape of Nomis's bulk files.
        base_map: folder of `<layer>.geojson`.
        archives: the bulk archives, oldest first; both are whole.
        snap_points: CSV of every snap point with the addresses in its catchment.
        content: folder of what forces and teams publish, in the API's shapes.
        not_supplied: (force, month, kind) that the archives lack because the force did not supply them.
    """

    forces: Path
    force_areas: Path
    neighbourhood_names: Path
    boundaries: tuple[tuple[Month, Path], ...]
    postcodes: Path
    populations: tuple[tuple[Measure, Path], ...]
    base_map: Path
    archives: tuple[Archive, ...]
    snap_points: Path
    content: Path
    not_supplied: tuple[tuple[str, Month, str], ...] = NOT_SUPPLIED


def write_county(folder: Path, *, seed: int = 1) -> CountyFiles:
    """The invented county of Dogger Bank as published files in a folder; the same seed gives the same bytes.

    It is drawn as land is settled: coast, roads, streets, homes, policing, crime. Its place in the North Sea, its
    postcodes (ZZ) and its areas' codes (E01999...) are nobody's.

    Args:
        folder: made if it does not exist; files of a former county in it are overwritten.
        seed: another seed is another county with the same towns and forces.
    """
    folder.mkdir(parents=True, exist_ok=True)
    coast = draw_coast(seed)
    plan = lay_streets(seed, coast)
    policing = police(plan.parcels)
    places = landmarks(seed, plan)
    points, addresses = snap_points(seed, plan.streets, places, number_houses(seed, plan.streets))
    neighbourhoods = policing.generations[0][1]
    lies_in = beats_of(points, neighbourhoods)
    area_of = lsoas(points, lies_in, neighbourhoods)
    scene = set_scene(seed, points, lies_in, area_of, neighbourhoods)
    write_forces(folder / "forces.json")
    write_force_areas(folder / "force-areas", policing)
    write_neighbourhood_names(folder / "neighbourhoods.csv", policing.generations)
    write_postcodes(folder / "postcodes" / "ONSPD_DEMO.csv", postcodes(seed, plan.streets, addresses))
    write_base_map(folder / "basemap", coast, plan, places)
    write_snap_points(folder / "snap-points.csv", points)
    return CountyFiles(
        forces=folder / "forces.json",
        force_areas=folder / "force-areas",
        neighbourhood_names=folder / "neighbourhoods.csv",
        boundaries=write_boundaries(folder / "boundaries", policing),
        postcodes=folder / "postcodes" / "ONSPD_DEMO.csv",
        populations=write_populations(folder / "population", seed, points, area_of),
        base_map=folder / "basemap",
        archives=write_archives(folder / "crimes", seed, scene),
        snap_points=folder / "snap-points.csv",
        content=write_content(folder / "content", seed, policing.generations[-1][1], LAST_MONTH),
    )
