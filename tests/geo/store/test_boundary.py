"""Whose ground a circle touches."""

import numpy as np
import pytest
import shapely

from geo.latlng import MILE_M, LatLng, distance_m
from geo.store.boundary import Areas, circle

TOWN = LatLng(55.0, -1.5)


@pytest.mark.parametrize("centre", [LatLng(49.2, -2.1), TOWN, LatLng(60.8, -0.9)])
def test_ground_just_inside_a_circle_is_never_missed_and_ground_well_outside_is_left_out(centre: LatLng) -> None:
    shape = circle(centre, MILE_M)
    lat, lng = (axis.ravel() for axis in np.mgrid[-0.018:0.018:400j, -0.036:0.036:400j])  # degrees from the centre
    lat, lng = centre.lat + lat, centre.lng + lng
    away = distance_m(centre, lat, lng)
    held = shapely.contains_xy(shape, lng, lat)
    assert held[away <= MILE_M].all()
    assert not held[away > MILE_M * 1.002].any()


def test_a_neighbour_a_metre_within_reach_between_two_corners_is_touched() -> None:
    angle = np.pi / 64
    reach = np.degrees((MILE_M - 1) / 6_371_008.8)
    lat = TOWN.lat + reach * np.sin(angle)
    lng = TOWN.lng + reach * np.cos(angle) / np.cos(np.radians(lat))
    tip = shapely.Polygon([(lng, lat), (lng + 0.1, lat + 0.01), (lng + 0.1, lat - 0.01)])
    areas = Areas(("kent",), ("A",), ("A",), np.array([tip], object))
    assert areas.touching(TOWN, MILE_M) == [0]
