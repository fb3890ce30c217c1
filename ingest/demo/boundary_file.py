"""Boundaries as they are published: one KML per neighbourhood, one GeoJSON per force."""

from collections.abc import Sequence
from pathlib import Path

from shapely import Polygon

from geo.month import Month
from ingest.demo.crime import REPORTED_BY
from ingest.demo.geojson import Feature, write_geojson
from ingest.demo.neighbourhood import Neighbourhood, Policing

# the published file, blank for blank: no name inside, a Style nobody asked for, Google's old namespace
_KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://earth.google.com/kml/2.1">
<Document>

  <Placemark>
\t<Style>
\t<LineStyle>
      <width>0</width>
    </LineStyle>
    <PolyStyle>
      <color>cc4dedf7</color>
    </PolyStyle>
\t</Style>
    <Polygon>{rings}</Polygon>
  </Placemark>

</Document>
</kml>
"""


def write_boundaries(folder: Path, policing: Policing) -> tuple[tuple[Month, Path], ...]:
    """Each generation as `<folder>/YYYY-MM/<force>/<id>.kml`: (its first month, its folder), oldest first."""
    written = []
    for first_month, neighbourhoods in policing.generations:
        for neighbourhood in neighbourhoods:
            path = folder / str(first_month) / neighbourhood.beat.force / f"{neighbourhood.beat.id}.kml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(kml(neighbourhood.shape).encode())
        written.append((first_month, folder / str(first_month)))
    return tuple(written)


def kml(shape: Polygon) -> str:
    """A polygon in degrees as data.police.uk's KML: `lng,lat,0`, separated by blanks."""
    rings = f"<outerBoundaryIs>{_ring(shape.exterior.coords)}</outerBoundaryIs>"
    rings += "".join(f"<innerBoundaryIs>{_ring(hole.coords)}</innerBoundaryIs>" for hole in shape.interiors)
    return _KML.format(rings=rings)


def _ring(coordinates: Sequence[tuple[float, ...]]) -> str:
    text = " ".join(f"{lng:.6f},{lat:.6f},0" for lng, lat, *_ in coordinates)
    return f"<LinearRing><coordinates>{text}</coordinates></LinearRing>"


def write_force_areas(folder: Path, policing: Policing) -> None:
    """Each force's area as `<folder>/<force>.geojson`."""
    folder.mkdir(parents=True, exist_ok=True)
    for force, area in policing.areas.items():
        write_geojson(folder / f"{force}.geojson", [Feature(area, {"id": force, "name": REPORTED_BY[force]})])


def write_neighbourhood_names(path: Path, generations: Sequence[tuple[Month, Sequence[Neighbourhood]]]) -> None:
    """Force, id and name of every neighbourhood of any generation, which KML does not carry, as CSV."""
    beats = {
        (neighbourhood.beat.force, neighbourhood.beat.id): neighbourhood.beat.name
        for _, neighbourhoods in generations
        for neighbourhood in neighbourhoods
    }
    lines = ["force,id,name", *(f"{force},{beat},{name}" for (force, beat), name in sorted(beats.items()))]
    path.write_bytes(("\n".join(lines) + "\n").encode())
