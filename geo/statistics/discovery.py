"""Many comparisons at once: the false discovery rate."""

from collections.abc import Sequence

import numpy as np


def adjusted(p: Sequence[float]) -> list[float]:
    """Probabilities adjusted for their number, in the order given: at or below q they are discoveries at rate q.

    Y. Benjamini and Y. Hochberg, Journal of the Royal Statistical Society B 57 (1995), 289-300.

    >>> [round(one, 3) for one in adjusted([0.01, 0.04, 0.03, 0.5])]
    [0.04, 0.053, 0.053, 0.5]
    """
    if not len(p):
        return []
    values = np.asarray(p, np.float64)
    order = np.argsort(values, kind="stable")[::-1]
    rank = np.arange(len(values), 0, -1)
    steps = np.minimum.accumulate(values[order] * len(values) / rank)
    found = np.empty_like(values)
    found[order] = np.minimum(steps, 1.0)
    return [float(one) for one in found]
