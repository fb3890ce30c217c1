"""A release and the updates database know of each other."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert
from typer.testing import CliRunner

from api.publish.database import HEAD, Updates, open_updates
from api.publish.staff_table import SUCCESSION
from api.settings import ApiSettings
from geo.errors import CheckFailed, StoreFormatTooNew
from geo.month import Month
from geo.store.manifest import FileRef, Generation, Manifest
from yourarea.agreement import require_agreement
from yourarea.command import cli

_FILE = FileRef(path="x", sha256="0" * 64, size=0, rows=0)
EARLY = Manifest(
    release_id="r1",
    generations=(Generation(force="testshire", first_month=Month(2024, 1), file=_FILE, report=_FILE),),
)


@pytest.fixture
def updates(tmp_path: Path) -> Updates:
    found = open_updates(ApiSettings(data_dir=tmp_path))
    found.migrate()
    return found


def follow(updates: Updates, generation: str, force: str = "testshire") -> None:
    row = {"force_id": force, "generation": generation, "successors": [], "confirmed_at": datetime.now(UTC)}
    with updates.writing() as connection:
        connection.execute(insert(SUCCESSION).values(**row))


def test_a_release_goes_with_a_database_in_which_nothing_followed_later_boundaries(updates: Updates) -> None:
    require_agreement(updates, EARLY)
    follow(updates, "2024-01")
    require_agreement(updates, EARLY)


def test_a_release_with_older_boundaries_than_teams_have_followed_is_refused(updates: Updates) -> None:
    follow(updates, "2024-01")
    follow(updates, "2025-06")
    with pytest.raises(CheckFailed, match="testshire needs that from 2025-06"):
        require_agreement(updates, EARLY)
    require_agreement(updates, EARLY, despite=True)


def test_a_release_without_the_boundaries_of_a_force_that_followed_some_is_refused(updates: Updates) -> None:
    follow(updates, "2024-01", "kent")
    with pytest.raises(CheckFailed, match="kent"):
        require_agreement(updates, EARLY)


def test_a_database_of_a_later_version_is_refused_whatever_is_said(updates: Updates) -> None:
    with updates.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreFormatTooNew, match="9999"):
        require_agreement(updates, EARLY, despite=True)


def test_a_release_of_a_later_version_is_refused_and_one_of_an_earlier_is_not(updates: Updates) -> None:
    require_agreement(updates, EARLY.changed(updates_schema="0003"))
    with pytest.raises(StoreFormatTooNew, match="expects"):
        require_agreement(updates, EARLY.changed(updates_schema="9999"))


def test_where_the_database_cannot_be_asked_it_is_only_warned_of(
    updates: Updates, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    updates.close()
    for path in tmp_path.glob("updates.db*"):
        path.write_bytes(b"no database" * 1_000)
    require_agreement(updates, EARLY)
    assert "cannot be told" in capsys.readouterr().err


def test_check_writes_down_what_is_expected_and_activate_asks(testshire: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"

    def run(*words: object, code: int = 0) -> str:
        done = CliRunner().invoke(cli, [*map(str, words), "--data", str(data)])
        assert (done.exit_code, words) == (code, words), done.output
        return str(done.exception if code else done.stdout)

    run("forces", testshire / "force-areas", "--register", testshire / "forces.json")
    run("boundaries", testshire / "boundaries", "--from", "2024-01", "--names", testshire / "names.csv")
    run("load", testshire / "crimes", "--workers", "1")
    run("build", "--workers", "1")
    release = json.loads(run("check", "--json"))["release"]
    assert json.loads((data / "releases" / f"{release}.json").read_text())["updates_schema"] == HEAD
    updates = open_updates(ApiSettings(data_dir=data))
    updates.migrate()
    follow(updates, "2025-06")
    updates.close()
    assert "older boundaries" in run("activate", code=1)
    assert not (data / "live.json").exists()
    run("activate", "--despite-updates")
    assert json.loads((data / "live.json").read_text())["release"] == release
