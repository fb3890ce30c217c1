"""`force ...` as an operator types it."""

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from typer.testing import CliRunner

from api.publish import content
from api.publish.database import Updates, open_updates
from api.publish.item.put import put
from api.publish.item.written import WrittenMember
from api.publish.policy import COMMAND, Where
from api.settings import ApiSettings
from geo.neighbourhood import NeighbourhoodRef
from yourarea.command import cli


def run(*words: object, code: int = 0) -> str:
    done = CliRunner().invoke(cli, [str(word) for word in words])
    assert done.exit_code == code, (words, done.output, done.exception)
    return done.output


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, testshire: Path) -> Path:
    """Testshire under two generations: of the second, T1 is called Q."""
    data = tmp_path_factory.mktemp("live")
    other = data / "other.geojson"
    areas = [{"type": "Feature", "properties": {"force": "testshire", "id": "Q", "name": "Quay"},
              "geometry": shapely.geometry.mapping(shapely.box(1.0, 54.0, 1.02, 54.01))}]  # fmt: skip
    other.write_text(json.dumps({"type": "FeatureCollection", "features": areas}))
    for words in (
        ("forces", testshire / "force-areas", "--register", testshire / "forces.json"),
        ("boundaries", testshire / "boundaries", "--from", "2024-01", "--names", testshire / "names.csv"),
        ("boundaries", other, "--from", "2024-02"),
        ("postcodes", testshire / "postcodes.csv"),
        ("load", testshire / "crimes", "--workers", "1"),
        ("build", "--workers", "1"),
        ("check",),
        ("activate",),
    ):
        run(*words, "--data", data)
    return data


@pytest.fixture
def updates(live: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Updates:
    """An updates database of its own for each test, beside the one release."""
    url = f"sqlite:///{tmp_path / 'updates.db'}"
    monkeypatch.setenv("YOURAREA_UPDATES_URL", url)
    found = open_updates(ApiSettings(updates_url=url))
    found.migrate()
    return found


def said(*words: object, data: Path) -> Any:
    return json.loads(run(*words, "--json", "--data", data))


def test_what_waits_is_said_and_confirmed_only_when_told(live: Path, updates: Updates) -> None:
    with updates.writing() as connection:
        put(connection, COMMAND, Where("testshire", "T1"), "m1", WrittenMember(surname="Curlew"))
    waiting = said("force", "succession", "testshire", data=live)
    assert (waiting["generation"], waiting["followed"]) == ("2024-02", None)
    assert [(one["id"], one["fate"], one["to"]) for one in waiting["ended"]] == [
        ("T 3.b", "gone", {}), ("T1", "renamed", {"Q": 1.0}), ("T2", "gone", {}),
    ]  # fmt: skip
    done = said("force", "succession", "testshire", "--confirm", data=live)
    assert [(one["from"], one["content"], one["rows"]) for one in done["followed"]] == [("T1", "Q", {"person": 1})]
    with updates.reading() as connection:
        assert [one.name for one in content.team(connection, NeighbourhoodRef("testshire", "Q"))] == ["Curlew"]
    assert said("force", "succession", "testshire", data=live)["generation"] is None
    assert "no new boundaries" in run("force", "succession", "testshire", "--data", live)


def test_a_force_that_is_not_there_is_said_not_to_be(live: Path, updates: Updates) -> None:
    run("force", "succession", "nowhere", "--data", live, code=1)
