"""Homes along the streets, and their postcodes in the unused ZZ area."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely import Point

from geo.month import Month
from ingest.demo.chance import chance
from ingest.demo.ground import point_to_latlng
from ingest.demo.settlement import BY_NAME
from ingest.demo.street import Street

Floats = npt.NDArray[np.float64]
_SPACING_M = {"primary": 10.0, "secondary": 8.0, "residential": 6.2, "close": 6.5, "lane": 95.0}
_INWARD_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"  # the letters Royal Mail uses in a postcode's last two places


@dataclass(frozen=True)
class Addresses:
    """Every address of the county, in the order of streets and along them.

    Attributes:
        street: index of each one's street.
        along_m: how far along its street it stands.
        xy_m: shape (n, 2), metres on the county's plane.
    """

    street: npt.NDArray[np.int64]
    along_m: Floats
    xy_m: Floats

    def without(self, gone: npt.NDArray[np.bool_]) -> "Addresses":
        """The addresses that are left when some are gone."""
        return Addresses(self.street[~gone], self.along_m[~gone], self.xy_m[~gone])


@dataclass(frozen=True)
class Postcode:
    """A postcode with its place in degrees; `ended` is the month it was terminated, or none."""

    text: str
    lat: float
    lng: float
    ended: Month | None


def number_houses(seed: int, streets: list[Street]) -> Addresses:
    """Addresses on both sides of every street, closer in the centre, farms apart along the lanes."""
    dice = chance(seed, "addresses")
    which: list[int] = []
    along: list[float] = []
    aside: list[float] = []
    for number, street in enumerate(streets):
        spacing = _spacing_m(street)
        at, side = dice.uniform(8, 8 + spacing), 1
        while at < street.line.length - 6:
            which.append(number)
            along.append(at)
            aside.append(side * dice.uniform(9, 15))
            at, side = at + spacing * dice.uniform(0.6, 1.4), -side
    lines = np.array([street.line for street in streets], dtype=object)[which]
    here = shapely.get_coordinates(shapely.line_interpolate_point(lines, along))
    ahead = shapely.get_coordinates(shapely.line_interpolate_point(lines, np.array(along) + 2))
    behind = shapely.get_coordinates(shapely.line_interpolate_point(lines, np.array(along) - 2))
    way = ahead - behind
    way /= np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-9)[:, None]
    xy = here + np.column_stack([-way[:, 1], way[:, 0]]) * np.array(aside)[:, None]
    return Addresses(np.array(which, dtype=np.int64), np.array(along), np.round(xy, 2))


def _spacing_m(street: Street) -> float:
    settlement = BY_NAME[street.settlement]
    away = street.line.distance(Point(settlement.market)) / (settlement.radius_km * 1_000)
    if street.street_class in ("primary", "lane") and away > 0.9:
        return 95.0
    return _SPACING_M[street.street_class] * (0.62 if away < 0.2 else 1.0)


def postcodes(seed: int, streets: list[Street], addresses: Addresses) -> list[Postcode]:
    """Postcodes of about sixteen addresses of one street each; one in sixty has been terminated."""
    dice = chance(seed, "postcodes")
    issued = dict.fromkeys(range(1, 12), 0)
    found: list[Postcode] = []
    starts = np.flatnonzero(np.r_[True, np.diff(addresses.street) != 0]).tolist()
    for start, end in zip(starts, [*starts[1:], len(addresses.street)], strict=True):
        district = BY_NAME[streets[int(addresses.street[start])].settlement].district
        groups = max(1, round((end - start) / 16))
        for part in np.array_split(addresses.xy_m[start:end], groups):
            x, y = part.mean(axis=0).tolist()
            ended = Month(dice.randint(2012, 2025), dice.randint(1, 12)) if dice.random() < 1 / 60 else None
            found.append(Postcode(_postcode(district, issued[district]), *point_to_latlng(x, y), ended))
            issued[district] += 1
    return sorted(found, key=lambda postcode: postcode.text)


def _postcode(district: int, number: int) -> str:
    """The district's postcode of that number: sectors 1 to 9 and then 0, forty units of a sector at a time."""
    sector, unit = divmod(number, len(_INWARD_LETTERS) ** 2)
    first, second = divmod(unit, len(_INWARD_LETTERS))
    return f"ZZ{district} {(sector + 1) % 10}{_INWARD_LETTERS[first]}{_INWARD_LETTERS[second]}"
