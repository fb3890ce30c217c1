"""GeoJSON (RFC 7946) as models and as values; longitude first, as nowhere else here."""

from typing import Any, Literal

import numpy as np
import shapely
from pydantic import Field

from api.v1.document import Document

DECIMALS = 7  # of degrees: a centimetre


class Geometry(Document):
    """A geometry; WGS 84, longitude before latitude."""

    type: Literal["Point", "Polygon", "MultiPolygon"]
    coordinates: list[Any] = Field(description="`[lng, lat]`, nested as the type asks.")


def geometry_json(shape: shapely.Geometry) -> dict[str, Any]:
    """A Polygon or MultiPolygon in degrees, axis order lng, lat; outer rings against the clock, as the RFC has it."""
    rounded = shapely.transform(shape, lambda coordinates: np.round(coordinates, DECIMALS))
    found: dict[str, Any] = shapely.geometry.mapping(shapely.orient_polygons(rounded))
    return found
