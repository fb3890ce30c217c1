"""GeoJSON files with six decimals and one feature a line, so that a difference can be read."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True)
class Feature:
    """A geometry in degrees (longitude first) and what is said of it."""

    geometry: BaseGeometry
    properties: dict[str, str | int]


def write_geojson(path: Path, features: Iterable[Feature]) -> None:
    """A FeatureCollection in EPSG:4326."""
    lines = [
        json.dumps(
            {
                "type": "Feature",
                "properties": feature.properties,
                "geometry": mapping(shapely.transform(feature.geometry, lambda xy: np.round(xy, 6))),
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for feature in features
    ]
    body = ",\n".join(lines)
    path.write_bytes(f'{{"type":"FeatureCollection","features":[\n{body}\n]}}\n'.encode())
