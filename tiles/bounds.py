"""The ground that an archive covers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from tiles.mercator import world

_BRITISH_ISLES = (-8.7, 49.8, 1.8, 60.9)  # what an archive without features says, west, south, east, north


@dataclass(frozen=True)
class Bounds:
    """A rectangle of the Web Mercator square.

    Attributes:
        degrees: (west, south, east, north), WGS 84.
    """

    degrees: tuple[float, float, float, float]

    @classmethod
    def around(cls, squares: Iterable[npt.NDArray[np.float64]]) -> Self:
        """The rectangle around positions on the Web Mercator square, each array of shape (n, 2)."""
        some = [square for square in squares if len(square)]
        if not some:
            return cls(_BRITISH_ISLES)
        west, north = np.min([square.min(axis=0) for square in some], axis=0)
        east, south = np.max([square.max(axis=0) for square in some], axis=0)
        return cls((_lng(west), _lat(south), _lng(east), _lat(north)))

    def middle_tile(self, zoom: int) -> tuple[int, int]:
        """Column and row of a tile in the middle."""
        west, south, east, north = self.degrees
        x, y = world(np.array([(south + north) / 2]), np.array([(west + east) / 2]))[0]
        return int(x * (1 << zoom)), int(y * (1 << zoom))


def _lng(x: float) -> float:
    return float(x * 360 - 180)


def _lat(y: float) -> float:
    return float(np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y)))))
