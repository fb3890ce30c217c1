"""Snap points by id and by nearness: what the methods call a location."""

import numpy as np

from api.police.parameters import Parameters, position_asked
from api.police.refusal import not_there
from api.serving.where import SnapPoints
from geo.latlng import MILE_M, LatLng, distance_m
from geo.month import Month
from geo.store.arrow import numbers
from geo.store.serving import Ints
from geo.store.snap_register import SnapRegister, vintage_of

COVERAGE_M = 20_000.0  # farther than this from every snap point, a crime is published without a position


def location_asked(parameters: Parameters, register: SnapRegister) -> SnapPoints:
    """The snap point of `location_id`, which is its street id in answers.

    Raises:
        Refusal: 404, for an id that no snap point has.
    """
    written = parameters["location_id"]
    if not (written.isascii() and written.isdigit() and len(written) < 10 and int(written) < len(register)):
        raise not_there()
    snap_id = int(written)
    return _points(register, np.array([snap_id]))


def nearest_asked(parameters: Parameters, register: SnapRegister, month: Month) -> SnapPoints | None:
    """The snap points nearest to a position: several where names share it, none where the country is far away.

    Raises:
        Refusal: 400, no position.
    """
    position = position_asked(parameters)
    return None if position is None else nearest_points(register, position, month)


def nearest_points(register: SnapRegister, position: LatLng, month: Month) -> SnapPoints | None:
    """The named snap points, of the list that the month was made with, at the nearest position that has any."""
    for radius_m in (MILE_M, COVERAGE_M):
        near = register.within(position, radius_m)
        near = near[numbers(register.table, "vintage")[near] == vintage_of(month)]
        names = register.table["name"].take(near).to_pylist()
        near = near[np.array([bool(name) for name in names], bool)]
        if len(near):
            away = distance_m(position, register.lat[near], register.lng[near])
            first = near[away.argmin()]
            shared = (register.lat[near] == register.lat[first]) & (register.lng[near] == register.lng[first])
            return _points(register, near[shared])
    return None


def _points(register: SnapRegister, ids: Ints) -> SnapPoints:
    lat_e6, lng_e6 = (int(numbers(register.table, name)[ids[0]]) for name in ("lat_e6", "lng_e6"))
    return SnapPoints(tuple(ids.tolist()), lat_e6, lng_e6)
