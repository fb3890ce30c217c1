"""A month of crime files sent in by a force: kept aside, tried row by row by the operator, and loaded by them alone."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.publish import token
from api.publish.policy import COMMAND, Role, Where
from api.publish.token import SUBMITS
from api.v1.submission_document import FileDocument
from geo.store.layout import DataFolder
from ingest.workspace import staged_manifest
from yourarea.command import cli

SignIn = Callable[..., Any]
FORCE = Where("testshire")
PAGE = "/force/testshire/manage/submissions"
APRIL = "2024-04-testshire-street.csv"


@pytest.fixture
def april(testshire: Path) -> bytes:
    return (testshire / "crimes/2024-03/2024-03-testshire-street.csv").read_bytes().replace(b"2024-03", b"2024-04")


def post(staff: Any, *files: tuple[str, bytes]) -> Any:
    return staff.post(PAGE, files=[("files", (name, content, "text/csv")) for name, content in files])


def run(folder: DataFolder, *words: str, code: int = 0) -> Any:
    done = CliRunner().invoke(cli, ["submissions", *words, "--json", "--data", str(folder.root)])
    assert done.exit_code == code, (done.output, done.exception)
    return json.loads(done.stdout) if code == 0 else done.output


def test_what_is_sent_in_is_kept_and_changes_nothing_that_is_served_or_staged(
    sign_in: SignIn, folder: DataFolder, april: bytes
) -> None:
    before = {path: path.read_bytes() for path in (folder.staged, folder.live)}
    staff = sign_in(Role.FORCE_ADMINISTRATOR, FORCE)
    answer = post(staff, (APRIL, april))
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?sent=2024-04")
    assert "Nothing is live yet" in staff.get(answer.headers["location"]).text
    (one,) = run(folder)
    assert (one["force"], one["month"], one["state"]) == ("testshire", "2024-04", "waiting")
    with zipfile.ZipFile(one["path"]) as archive:
        assert archive.read(APRIL) == april
    assert {path: path.read_bytes() for path in before} == before


def test_the_same_files_again_are_the_same_submission(sign_in: SignIn, folder: DataFolder, april: bytes) -> None:
    staff = sign_in(Role.FORCE_ADMINISTRATOR, FORCE)
    post(staff, (APRIL, april))
    assert post(staff, (APRIL, april)).headers["location"].endswith("?again=2024-04")
    assert len(run(folder)) == 1
    post(staff, (APRIL, april + april.splitlines(keepends=True)[-1]))
    assert len(run(folder)) == 2


def test_trying_it_tells_each_row_that_would_be_left_out_and_loads_nothing(
    sign_in: SignIn, folder: DataFolder, april: bytes
) -> None:
    staff = sign_in(Role.FORCE_ADMINISTRATOR, FORCE)
    post(staff, (APRIL, april))
    (one,) = run(folder, "--check")
    (file,) = one["report"]["files"]
    assert (one["state"], file["rows"], file["rejected"]) == ("checked", 42, 9)
    assert len(file["lines"]) == 9
    assert file["rejects"]["bad-crime-id"] == 1
    text = staff.get(PAGE).text
    assert ("42 rows" in text, "9 left out" in text, "bad-crime-id" in text) == (True, True, True)
    assert "2024-04" not in {str(one.month) for one in staged_manifest(folder).publications}


def test_a_system_sends_the_same_in_and_is_told_the_same(
    site: FastAPI, sign_in: SignIn, folder: DataFolder, april: bytes
) -> None:
    now, sink = datetime.now(UTC), io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr(APRIL, april)
    with site.state.updates.writing() as connection:
        bearer = token.make(connection, COMMAND, "Records", FORCE, [SUBMITS], now + timedelta(days=9), now)
    client, path = TestClient(site), "/v1/submissions/testshire/2024-04"
    headers = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/zip"}
    assert client.put(path, content=sink.getvalue(), headers=headers).status_code == 201
    (one,) = run(folder, "--check")
    (told,) = client.get(path, headers=headers).json()["submissions"]
    assert (told["id"], told["state"], told["files"]) == (one["id"], "checked", one["report"]["files"])
    assert set(told["files"][0]) == set(FileDocument.model_fields)
    staff = sign_in(Role.FORCE_ADMINISTRATOR, FORCE)
    assert ("Records" in staff.get(PAGE).text, "42 rows" in staff.get(PAGE).text) == (True, True)
    assert post(staff, (APRIL, april)).headers["location"].endswith("?again=2024-04")


def test_what_was_found_good_is_loaded_by_the_operator_alone(sign_in: SignIn, folder: DataFolder, april: bytes) -> None:
    post(sign_in(Role.FORCE_ADMINISTRATOR, FORCE), (APRIL, april))
    run(folder, "--load", "1", code=2)
    (one,) = run(folder, "--check", "--load", "1", "--workers", "1")
    assert one["state"] == "loaded"
    assert "2024-04" in {str(one.month) for one in staged_manifest(folder).publications}


def test_a_file_that_is_none_is_refused_when_it_is_tried(sign_in: SignIn, folder: DataFolder) -> None:
    post(sign_in(Role.FORCE_ADMINISTRATOR, FORCE), (APRIL, b"\x89PNG not a table"))
    (one,) = run(folder, "--check")
    assert (one["state"], one["report"]["files"][0]["why"] is None) == ("refused", False)
    run(folder, "--load", "1", code=2)


@pytest.mark.parametrize(
    "names",
    [
        (),
        ("2024-04-farshire-street.csv",),
        ("../2024-04-testshire-street.csv/x",),
        ("notes.csv",),
        ("2024-99-testshire-street.csv",),
        (APRIL, APRIL),
        (APRIL, "2024-05-testshire-outcomes.csv"),
    ],
)
def test_what_is_not_one_months_files_of_the_force_is_not_kept(
    sign_in: SignIn, folder: DataFolder, names: tuple[str, ...]
) -> None:
    answer = post(sign_in(Role.FORCE_ADMINISTRATOR, FORCE), *((name, b"x") for name in names))
    assert (answer.status_code, "There is a problem" in answer.text) == (422, True)
    assert not (folder.root / "submissions").exists()
    assert run(folder) == []
