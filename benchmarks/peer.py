"""What stands on the other side of a ratio, and the rows that come of it."""

import time
from collections.abc import Callable
from statistics import median
from typing import TypedDict


class Row(TypedDict):
    """A row of `build/bench.json`: the ratio is written so that more is better; `asked` is the least of it."""

    name: str
    ours: float
    peer: float
    unit: str
    ratio: float
    asked: float | None


class MissingPeer(Exception):
    """A peer, or the input that a benchmark needs, is not to be had here: the rows are skipped, aloud."""


def timed(work: Callable[[], object]) -> float:
    """Seconds that a piece of work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def by_turns(works: dict[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """The median of what each work measures, in seconds.

    One round first warms everybody up. Then they take turns, so that a busy moment of the machine is nobody's alone.
    """
    found: dict[str, list[float]] = {name: [] for name in works}
    for at in range(rounds + 1):
        for name, work in works.items():
            seconds = work()
            if at:
                found[name].append(seconds)
    return {name: median(each) for name, each in found.items()}


def time_row(name: str, ours: float, peer: float, asked: float | None) -> Row:
    """A row of `build/bench.json` for two times in seconds."""
    ratio = round(peer / ours, 2)
    return {"name": name, "ours": round(ours, 3), "peer": round(peer, 3), "unit": "s", "ratio": ratio, "asked": asked}
