"""`backup` and `restore` as an operator types them."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from api.publish import content
from api.publish.database import Updates, open_updates
from api.publish.item.put import put
from api.publish.item.written import WrittenMember
from api.publish.policy import COMMAND, Where
from api.settings import ApiSettings
from geo.errors import Busy, DamagedFile
from geo.neighbourhood import NeighbourhoodRef
from yourarea.command import cli


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


def said(*words: object) -> Any:
    done = run(*words, "--json")
    assert done.exit_code == 0, done.exception
    return json.loads(done.stdout)


def team(data: Path) -> list[str]:
    updates = open_updates(ApiSettings(data_dir=data))
    with updates.reading() as connection:
        found = [one.name for one in content.team(connection, NeighbourhoodRef("kent", "A1"))]
    updates.close()
    return found


def publish(updates: Updates, surname: str) -> None:
    with updates.writing() as connection:
        put(connection, COMMAND, Where("kent", "A1"), "m1", WrittenMember(surname=surname))
    updates.close()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    updates = open_updates(ApiSettings(data_dir=folder))
    updates.migrate()
    publish(updates, "Curlew")
    return folder


def test_a_copy_with_its_keys_makes_a_lost_folder_again(data: Path, tmp_path: Path) -> None:
    made = said("backup", tmp_path / "copies", "--with-keys", "--data", data)
    back = said("restore", made["file"], "--data", tmp_path / "new")
    assert (back["same_keys"], back["deeds_since"], back["put_aside"]) == (True, 0, None)
    assert team(tmp_path / "new") == ["Curlew"]
    keys = tmp_path / "new" / "secret.keys"
    assert keys.read_text().split() == (data / "secret.keys").read_text().split()
    assert keys.stat().st_mode & 0o777 == 0o600


def test_without_its_keys_it_says_what_cannot_be_read(data: Path, tmp_path: Path) -> None:
    made = said("backup", tmp_path / "copies", "--data", data)
    assert said("restore", made["file"], "--data", tmp_path / "new")["same_keys"] is False
    assert (
        "e-mail addresses cannot be read" in run("restore", made["file"], "--over", "--data", tmp_path / "new").output
    )


def test_other_keys_are_put_aside_and_only_when_told(data: Path, tmp_path: Path) -> None:
    made = said("backup", tmp_path / "copies", "--with-keys", "--data", data)
    (data / "secret.keys").write_text("n" * 40)
    refused = run("restore", made["file"], "--data", data)
    assert isinstance(refused.exception, Busy)
    said("restore", made["file"], "--over", "--data", data)
    aside = [path for path in data.glob("secret.keys.*") if path.read_text() == "n" * 40]
    assert len(aside) == 1


def test_what_is_there_is_replaced_only_when_told(data: Path, tmp_path: Path) -> None:
    made = said("backup", tmp_path / "copies", "--data", data)
    publish(open_updates(ApiSettings(data_dir=data)), "Plover")
    assert isinstance(run("restore", made["file"], "--data", data).exception, Busy)
    assert team(data) == ["Plover"]
    assert said("restore", made["file"], "--over", "--data", data)["deeds_since"] == 1
    assert team(data) == ["Curlew"]


def test_a_damaged_database_is_put_aside_and_only_when_told(data: Path, tmp_path: Path) -> None:
    made = said("backup", tmp_path / "copies", "--data", data)
    (data / "updates.db").write_bytes(b"no database at all" * 1_000)
    assert isinstance(run("restore", made["file"], "--data", data).exception, DamagedFile)
    back = said("restore", made["file"], "--over", "--data", data)
    assert Path(back["put_aside"]).read_bytes().startswith(b"no database")
    assert team(data) == ["Curlew"]


def test_a_damaged_copy_changes_nothing(data: Path, tmp_path: Path) -> None:
    made = Path(said("backup", tmp_path / "copies", "--data", data)["file"])
    spoiled = bytearray(made.read_bytes())
    at = spoiled.index(b"table/person.jsonl") + 40
    spoiled[at] ^= 0xFF
    made.write_bytes(spoiled)
    assert isinstance(run("restore", made, "--over", "--data", data).exception, DamagedFile)
    assert team(data) == ["Curlew"]
