"""H3 cells. One fine cell for each snap point; every coarser one is its parent, so totals nest exactly."""

import h3.api.numpy_int as h3
import numpy as np
import numpy.typing as npt

FINE_RESOLUTION = 12  # edge about 10 m; finer than any snap point is meant to be
DRAWN_RESOLUTIONS = range(4, 10)  # those that maps have somewhere between their zooms
_RESOLUTION_SHIFT = 52
_DIGIT_BITS = 3
_DIGITS = 15


def fine_cells(lat: npt.NDArray[np.float64], lng: npt.NDArray[np.float64]) -> npt.NDArray[np.uint64]:
    """The cell of each position at `FINE_RESOLUTION`, shape (n,).

    Args:
        lat: latitudes in degrees, shape (n,).
        lng: longitudes in degrees, shape (n,).
    """
    positions = zip(lat.tolist(), lng.tolist(), strict=True)
    return np.fromiter((h3.latlng_to_cell(a, b, FINE_RESOLUTION) for a, b in positions), np.uint64, len(lat))


def parents(cells: npt.NDArray[np.uint64], resolution: int) -> npt.NDArray[np.uint64]:
    """The parent of each cell at a coarser resolution, as `h3.cell_to_parent`, but for whole arrays.

    An H3 index holds its resolution in bits 52 to 55 and then three bits for each of fifteen resolutions, all ones
    where unused: a parent is the same bits with the rest set (https://h3geo.org/docs/core-library/h3Indexing).
    """
    unused = (np.uint64(1) << np.uint64(_DIGIT_BITS * (_DIGITS - resolution))) - np.uint64(1)
    cleared = cells & ~(np.uint64(0xF) << np.uint64(_RESOLUTION_SHIFT))
    return cleared | (np.uint64(resolution) << np.uint64(_RESOLUTION_SHIFT)) | unused
