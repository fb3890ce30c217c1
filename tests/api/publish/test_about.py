"""What `status` and `doctor` say of the updates database."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert

from api.app import create_api
from api.publish.about import about_updates
from api.publish.database import HEAD, Updates, open_updates
from api.publish.table import FORCE
from api.settings import ApiSettings
from geo.errors import UnreadableSource

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
IN_A_FILE = pytest.mark.parametrize("updates_settings", ["sqlite"], indirect=True)


@IN_A_FILE
def test_where_nothing_was_published_nothing_is_made(updates: Updates, tmp_path: Path) -> None:
    about = about_updates(updates)
    assert (about.where, about.size_bytes, about.schema, about.trouble) == (str(tmp_path / "updates.db"), *[None] * 3)
    assert list(tmp_path.iterdir()) == []


def test_it_has_a_size_a_schema_and_when_content_came_last(updates: Updates) -> None:
    updates.migrate()
    assert about_updates(updates).last_import is None
    with updates.writing() as connection:
        connection.execute(insert(FORCE).values(id="kent", revision=1, source="x.zip", imported_at=NOON))
    about = about_updates(updates)
    assert (about.schema, about.current, about.last_import, about.trouble) == (HEAD, True, NOON, None)
    assert about.json()["last_import"] == "2026-11-22T12:00:00+00:00"
    assert (about.size_bytes is None) == (updates.path is None)
    assert about.size_bytes is None or about.size_bytes > 4_096


@IN_A_FILE
def test_a_schema_of_another_version_and_a_damaged_file_are_trouble(updates: Updates, tmp_path: Path) -> None:
    updates.migrate()
    with sqlite3.connect(tmp_path / "updates.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    about = about_updates(updates)
    assert (about.schema, about.current) == ("9999", False)
    assert about.trouble == f"It has schema 9999; this software reads {HEAD}."
    updates.close()
    for path in tmp_path.iterdir():
        path.write_bytes(b"no database" * 1_000)
    about = about_updates(updates)
    assert (about.current, about.trouble) == (None, "The updates database is damaged: bring it back from a copy.")


def test_what_is_no_address_of_a_database_is_said_to_be_none() -> None:
    with pytest.raises(UnreadableSource, match="YOURAREA_UPDATES_URL"):
        open_updates(ApiSettings(updates_url="updates.db"))


@IN_A_FILE
def test_a_server_lets_go_of_the_database_when_it_ends(updates: Updates, tmp_path: Path) -> None:
    updates.migrate()
    updates.close()
    log = tmp_path / "updates.db-wal"  # SQLite keeps it for as long as anybody has the database open
    app = create_api(ApiSettings(data_dir=tmp_path))
    with TestClient(app), app.state.updates.reading():
        assert log.exists()
    assert not log.exists()
