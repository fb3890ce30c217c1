"""Every benchmark, one after the other: `python -m benchmarks.run [name ...]`; `make bench`.

Prints each ratio beside what is asked of it (docs/performance.md), writes `build/bench.json`, and ends with 1 where a
row misses what is asked or a benchmark fails. A benchmark whose peer or input is not to be had here is skipped, aloud.
"""

import importlib
import json
import os
import sys
import traceback
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from benchmarks.peer import MissingPeer, Row

HERE = Path(__file__).resolve().parent
RESULT = HERE.parent / "build/bench.json"


def names() -> list[str]:
    """The benchmarks there are: the modules beside this one that measure something."""
    return sorted(path.stem for path in HERE.glob("*.py") if "\ndef measure(" in path.read_text(encoding="utf-8"))


def measured(name: str, executor: Executor) -> tuple[list[Row], str]:
    """The rows of one benchmark, and why there are none; empty where all went well."""
    print(f"== {name}", flush=True)
    work = executor.submit(_measure, name)
    error = work.exception()
    if isinstance(error, MissingPeer):
        return [], f"skipped: {error}"
    if error is not None:
        traceback.print_exception(error)
        return [], f"failed: {error}"
    return work.result(), "" if work.result() else "skipped: it gave no row, and says why above"


def _measure(name: str) -> list[Row]:
    rows: list[Row] = importlib.import_module(f"benchmarks.{name}").measure()
    return rows


def table(rows: Sequence[Row]) -> str:
    """The rows for a reader, those that miss marked."""
    width = max([len(row["name"]) for row in rows], default=0)
    lines = [f"{'':{width}} {'ours':>12} {'peer':>12} {'ratio':>9} {'asked':>7}"]
    for row in rows:
        asked = "" if row["asked"] is None else f"{row['asked']:g}"
        verdict = "  MISSED" if missed(row) else ""
        figures = f"{row['ours']:>12,g} {row['peer']:>12,g} {row['ratio']:>8,g}x {asked:>7}"
        lines.append(f"{row['name']:{width}} {figures}{verdict}  {row['unit']}")
    return "\n".join(lines)


def missed(row: Row) -> bool:
    """Whether a row has less than is asked of it."""
    return row["asked"] is not None and row["ratio"] < row["asked"]


def main(asked: Sequence[str]) -> int:
    """Run the benchmarks of those names, or all of them."""
    known = names()
    if unknown := sorted(set(asked) - set(known)):
        print(f"No benchmark is called {', '.join(unknown)}. There are: {', '.join(known)}.", file=sys.stderr)
        return 2
    rows: list[Row] = []
    faults: dict[str, str] = {}
    # Each in a process of its own: nothing is warm from another, and a failure keeps none from being measured.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as executor:
        for name in asked or known:
            found, fault = measured(name, executor)
            rows.extend(found)
            if fault:
                faults[name] = fault
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"\n{len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}. More is better.\n{table(rows)}")
    for name, fault in faults.items():
        print(f"{name} {fault}", file=sys.stderr)
    failed = any(fault.startswith("failed") for fault in faults.values())
    return 1 if failed or any(map(missed, rows)) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
