"""The map as a notebook shows it, and the worked notebook, run cell by cell."""

import ast
import html
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page
from starlette.responses import HTMLResponse

from geo.errors import UnknownNeighbourhood
from web.notebook import NotebookMap, neighbourhood_map_of

NOTEBOOK = Path(__file__).parents[2] / "docs" / "notebook" / "your-area.ipynb"
HERE = ("blob:", "data:")


@pytest.fixture(scope="module")
def notebook() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    return read


@pytest.fixture(scope="module")
def drawn(places: Any) -> NotebookMap:
    return neighbourhood_map_of(places.root, "testshire", "T1")


def run(cells: list[dict[str, Any]], names: dict[str, Any]) -> Iterator[Any]:
    """What each code cell shows: the value of its last line, as in a notebook."""
    for cell in cells:
        *steps, last = ast.parse("".join(cell["source"])).body
        exec(compile(ast.Module(steps, []), cell["id"], "exec"), names)
        if isinstance(last, ast.Expr):
            yield eval(compile(ast.Expression(last.value), cell["id"], "eval"), names)
        else:
            exec(compile(ast.Module([last], []), cell["id"], "exec"), names)
            yield None


def test_a_notebook_shows_the_whole_file_in_a_frame_that_sees_nothing_of_it(drawn: NotebookMap) -> None:
    shown = drawn._repr_html_()
    frame = re.fullmatch(r'<iframe srcdoc="([^"]*)" title="Market &amp; Quay" sandbox="([^"]*)"[^>]*></iframe>', shown)
    assert frame
    assert html.unescape(frame[1]) == drawn.html
    assert "allow-same-origin" not in frame[2]


def test_it_gives_the_counts_that_its_page_states(drawn: NotebookMap) -> None:
    assert sum(n for n in drawn.counts.values() if n is not None) == drawn.answer.total


def test_it_is_saved_as_it_is_shown(drawn: NotebookMap, tmp_path: Path) -> None:
    saved = drawn.save(str(tmp_path / "market.html"))
    assert saved.read_text(encoding="utf-8") == drawn.html


def test_a_month_a_category_and_a_language_can_be_chosen(places: Any, drawn: NotebookMap) -> None:
    chosen = next(one.category for one in drawn.answer.counts if one.n)
    month = str(drawn.answer.month)
    made = neighbourhood_map_of(places.root, "testshire", "T1", month, chosen.slug, "cy")
    assert '<html lang="cy"' in made.html
    assert f'"count":"c{chosen.code}"' in made.html
    assert made.answer.month == drawn.answer.month


def test_what_is_not_held_is_said(places: Any) -> None:
    with pytest.raises(UnknownNeighbourhood):
        neighbourhood_map_of(places.root, "testshire", "T99")
    with pytest.raises(ValueError, match="'fr' is none of en, cy"):
        neighbourhood_map_of(places.root, "testshire", "T1", language="fr")


def test_the_worked_notebook_is_a_notebook_without_outputs(notebook: dict[str, Any]) -> None:
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    cells = notebook["cells"]
    assert len({cell["id"] for cell in cells}) == len(cells)
    for cell in cells:
        wanted = {"cell_type", "id", "metadata", "source"}
        if cell["cell_type"] == "code":
            wanted |= {"execution_count", "outputs"}
            assert (cell["execution_count"], cell["outputs"]) == (None, [])
        assert set(cell) == wanted
        assert all(isinstance(line, str) for line in cell["source"])


def test_the_worked_notebook_runs_from_its_first_cell_to_its_last(
    notebook: dict[str, Any], places: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("YOURAREA_DATA_DIR", str(places.root))
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "__main__"}
    shown = list(run([cell for cell in notebook["cells"] if cell["cell_type"] == "code"], names))
    assert sum(isinstance(one, NotebookMap) for one in shown) == 2
    assert names["drawn"].counts == names["counts"]
    assert (tmp_path / "your-area.html").read_text(encoding="utf-8") == names["drawn"].html


@pytest.mark.browser
def test_the_map_is_drawn_within_a_notebooks_page_without_asking_its_server(
    page: Page, drawn: NotebookMap, served: Callable[[FastAPI], str]
) -> None:
    site = FastAPI()
    site.add_api_route("/", lambda: HTMLResponse(f"<!DOCTYPE html><title>Notebook</title>{drawn._repr_html_()}"))
    address = served(site)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.frame_locator("iframe").locator("html[data-map-ready]").wait_for(timeout=60_000)
    assert page.frame_locator("iframe").locator("[data-map-incomplete]").count() == 0
    others = [one for one in asked if not one.startswith(HERE) and one != "about:srcdoc"]
    assert [one for one in others if not one.endswith("/favicon.ico")] == [f"{address}/"]
