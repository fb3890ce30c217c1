"""Streets: the snap points of one name in one neighbourhood, and the local authority that crimes there were in."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np
import pyarrow as pa

from geo.cell import parents
from geo.place_kind import PLACE_KINDS
from geo.store.placement import Placement
from geo.store.snap_register import SnapRegister

_DISTRICT = r"^(.*) \d{3}[A-Z]+$"  # an LSOA is called by its local authority, the number of its MSOA and a letter
_NEAR_RESOLUTION = 8  # about 0.7 km²: where no crime of late tells a point's local authority, those around it do
_NAMED = """
CREATE TABLE named AS
SELECT point.id, point.lat_e6, point.lng_e6, point.near AS cell, place.neighbourhood, place.force,
       trim(regexp_replace(point.name, '^on or near\\s*', '', 'i')) AS name
FROM point POSITIONAL JOIN place
WHERE name <> ''
"""
_SEEN = """
CREATE TABLE seen AS
SELECT lat_e6, lng_e6, regexp_extract(lsoa_name, $pattern, 1) AS district, count(*) AS n
FROM read_parquet($files) WHERE lat_e6 IS NOT NULL AND lsoa_name IS NOT NULL GROUP BY ALL
"""
_GROUPS = """
WITH lying AS (
  SELECT lat_e6, lng_e6, first(district ORDER BY n DESC, district) AS district FROM seen
  WHERE district <> '' GROUP BY lat_e6, lng_e6
), known AS (
  SELECT named.*, lying.district FROM named LEFT JOIN lying USING (lat_e6, lng_e6)
), nearby AS (
  SELECT cell, mode(district ORDER BY district) AS district FROM known WHERE district IS NOT NULL GROUP BY cell
), located AS (
  SELECT known.* REPLACE (coalesce(known.district, nearby.district, '') AS district)
  FROM known LEFT JOIN nearby USING (cell) WHERE name <> '' AND NOT list_contains($nameless, name)
)
SELECT name, neighbourhood, force, first(district ORDER BY district = '', district),
       first(lat_e6 ORDER BY id), first(lng_e6 ORDER BY id)
FROM located GROUP BY name, neighbourhood, force, CASE WHEN neighbourhood < 0 THEN district END
"""


class StreetGroup(NamedTuple):
    """The snap points of one name in one neighbourhood; where none is held, in one local authority of one force.

    Attributes:
        name: without "On or near".
        neighbourhood: index in the current generations, or -1.
        force: slot of the force whose ground it is, or -1.
        district: the local authority; empty where no crime tells it.
        lat_e6, lng_e6: of the oldest of the points, in millionths of a degree.
    """

    name: str
    neighbourhood: int
    force: int
    district: str
    lat_e6: int
    lng_e6: int


def street_groups(points: SnapRegister, placement: Placement, street_files: Sequence[Path]) -> list[StreetGroup]:
    """The streets of a snap register, in no particular order.

    Args:
        points: the snap points.
        placement: where they lie.
        street_files: records of crimes, which name the LSOA that each was in.
    """
    numbered = points.table.append_column("id", pa.array(np.arange(len(points))))
    numbered = numbered.append_column("near", pa.array(parents(points.cell, _NEAR_RESOLUTION)))
    with duckdb.connect(config={"threads": 2}) as database:
        database.register("point", numbered)
        database.register("place", placement.table)
        database.execute(_NAMED)
        if street_files:
            database.execute(_SEEN, {"pattern": _DISTRICT, "files": [str(path) for path in street_files]})
        else:
            database.execute("CREATE TABLE seen (lat_e6 INTEGER, lng_e6 INTEGER, district TEXT, n BIGINT)")
        found = database.execute(_GROUPS, {"nameless": list(PLACE_KINDS)}).fetchall()
    return [StreetGroup(*row) for row in found]
