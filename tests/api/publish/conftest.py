"""An updates database of its own for each test, and sources to import."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from api.publish.database import Updates, open_updates
from api.publish.intake import ContentReport, take_in
from api.publish.source import find_content
from api.settings import ApiSettings
from geo.force import uk_forces


@pytest.fixture(params=["sqlite", "postgresql"])
def updates_settings(request: pytest.FixtureRequest, tmp_path: Path) -> ApiSettings:
    """Settings that name an updates database: a real SQLite file that is not there yet, and an empty PostgreSQL one."""
    url = request.getfixturevalue("postgresql_url") if request.param == "postgresql" else None
    return ApiSettings(data_dir=tmp_path, updates_url=url)


@pytest.fixture
def updates(updates_settings: ApiSettings) -> Iterator[Updates]:
    """An updates database with nothing in it, not even tables; each test runs on SQLite and on PostgreSQL."""
    found = open_updates(updates_settings)
    yield found
    found.close()


@pytest.fixture
def source(tmp_path: Path) -> Callable[..., Path]:
    """`source({path: answer})`: a folder whose files lie as the API's paths do."""

    def write(answers: dict[str, Any], name: str = "leicestershire-export") -> Path:
        for path, answer in answers.items():
            file = tmp_path / name / f"{path}.json"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(answer if isinstance(answer, str) else json.dumps(answer), encoding="utf-8")
        return tmp_path / name

    return write


@pytest.fixture
def import_from(updates: Updates) -> Callable[[Path], ContentReport]:
    """`import_from(folder)`: what `yourarea content` does, for the forces of the United Kingdom."""
    return lambda folder: take_in(updates, find_content(folder), uk_forces())
