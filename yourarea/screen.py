"""What a person at a terminal sees: progress on the error stream, results on the standard one."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

_out = Console(soft_wrap=True, highlight=False)
_err = Console(stderr=True, soft_wrap=True, highlight=False)


def say(text: str) -> None:
    """One line of result."""
    _out.print(text, markup=False)


def warn(text: str) -> None:
    """One line about something that needs attention, on the error stream."""
    _err.print(text, markup=False, style="yellow")


def say_json(value: Any) -> None:
    """A result for machines: as it is, whatever reads it. A reader may stop reading."""
    try:
        sys.stdout.write(f"{json.dumps(value, indent=1, ensure_ascii=False)}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains at its end


def say_table(title: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A result as a table; numbers to the right."""
    table = Table(title=title, title_justify="left")
    for at, name in enumerate(header):
        numeric = bool(rows) and isinstance(rows[0][at], int | float)
        table.add_column(name, justify="right" if numeric else "left")
    for row in rows:
        table.add_row(*(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row))
    _out.print(table)


@contextmanager
def counting(what: str, total: int | None) -> Iterator[Callable[[], None]]:
    """A bar that is moved on by one with each call, or a spinner where the total is not known."""
    with _progress() as progress:
        task = progress.add_task(what, total=total)
        yield lambda: progress.advance(task)


@contextmanager
def steps() -> Iterator[Callable[[str], None]]:
    """A spinner that says what is being done; each call names the next step."""
    with _progress() as progress:
        task = progress.add_task("", total=None)
        yield lambda name: progress.update(task, description=name)


def _progress() -> Progress:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=_err, transient=True, disable=not _err.is_terminal)


def counted(counts: Mapping[str, int]) -> str:
    """`1,234 street, 5 stops`, or `none`."""
    return ", ".join(f"{n:,} {name}" for name, n in counts.items()) or "none"
