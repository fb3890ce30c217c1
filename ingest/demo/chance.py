"""Chance that is the same on every machine: one named stream of draws per purpose."""

import math
import random


def chance(seed: int, *purpose: object) -> random.Random:
    """A stream of draws that depends on the seed and its purpose only.

    One stream per purpose keeps the county steady under change: a longer list of street names leaves the coast alone.
    """
    return random.Random("/".join(str(part) for part in (seed, *purpose)))  # noqa: S311  (a map, not a secret)


def poisson(dice: random.Random, mean: float) -> int:
    """A Poisson draw; above a mean of 30 the normal approximation of it."""
    if mean > 30:
        return max(0, round(dice.gauss(mean, math.sqrt(mean))))
    count, product, floor = 0, dice.random(), math.exp(-mean)
    while product > floor:
        count += 1
        product *= dice.random()
    return count
