"""The rules of the house that a test can hold."""

import ast
import importlib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("geo", "ingest", "tiles", "api", "web", "yourarea")
LINES_IN_FILE = 300
LINES_IN_FUNCTION = 40
SOURCES = sorted(path for room in (*ROOMS, "benchmarks", "tests") for path in (ROOT / room).rglob("*.py"))
SOURCES = [path for path in SOURCES if "node_modules" not in path.parts]
OURS = [path for path in SOURCES if "tests" not in path.relative_to(ROOT).parts]
VAGUE = {"utils", "util", "helpers", "helper", "manager", "common", "base", "misc"}


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_is_longer_than_a_reader_can_hold(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES_IN_FILE


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_function_is_longer_than_a_screen(path: Path) -> None:
    functions = [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    long = {one.name: lines for one in functions if (lines := _lines(one)) > LINES_IN_FUNCTION}
    assert long == {}


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring: saying more about it must not cost it."""
    documented = ast.get_docstring(function) is not None
    first = function.body[0]
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def test_files_are_named_for_what_is_in_them() -> None:
    assert [path for path in SOURCES if path.stem in VAGUE] == []


def test_tests_are_no_package() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_rooms_name_is_ours_alone(room: str) -> None:
    assert Path(str(importlib.import_module(room).__file__)).parent == ROOT / room
    assert set(packages_distributions().get(room, ["yourarea"])) == {"yourarea"}


def test_the_lock_names_no_registry() -> None:
    for lock in (ROOT / "requirements.lock", ROOT / "web/assets/package-lock.json"):
        text = lock.read_text(encoding="utf-8")
        assert "index-url" not in text
        assert '"resolved": "http' not in text
