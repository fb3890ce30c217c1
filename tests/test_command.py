"""The command line: its contracts for machines, its exit codes, and words that help."""

import json
import shlex
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from geo.errors import YourAreaError
from geo.store.layout import DataFolder
from web.settings import WebSettings
from yourarea.command import cli
from yourarea.doctor import examine
from yourarea.main import app
from yourarea.serve import PortTaken, serve


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, testshire: Path) -> Path:
    """Testshire made live by the commands that an operator types."""
    data = tmp_path_factory.mktemp("live")
    for words in (
        ("forces", testshire / "force-areas", "--register", testshire / "forces.json"),
        ("boundaries", testshire / "boundaries", "--from", "2024-01", "--names", testshire / "names.csv"),
        ("postcodes", testshire / "postcodes.csv"),
        ("load", testshire / "crimes", "--workers", "1"),
        ("build", "--workers", "1", "--verify"),
        ("check",),
        ("activate",),
    ):
        done = run(*words, "--data", data)
        assert done.exit_code == 0, (words, done.output, done.exception)
    return data


def test_load_json_is_the_documented_contract(testshire: Path, live: Path) -> None:
    done = run("load", testshire / "crimes", "--data", live, "--json", "--workers", "1")
    report = json.loads(done.stdout)
    assert report["rows"] == {"street": 42, "outcomes": 6, "stops": 7}
    assert sum(report["rejects"].values()) == 9 + 1 + 3
    street = next(one for one in report["files"] if one["kind"] == "street")
    assert (street["rows"], street["records"], street["rejects"]) == (42, 33, 9)
    assert len(report["unchanged"]) == 3


def test_status_json_is_the_documented_contract(live: Path) -> None:
    status = json.loads(run("status", "--data", live, "--json").stdout)
    assert status["rows"] == {"street": 42, "outcomes": 6, "stops": 7}
    assert status["records"] == {"street": 33, "outcomes": 5, "stops": 4}
    assert status["rejects"]["bad-crime-id"] == 1
    assert status["next"].startswith("nothing")
    assert status["live"] == status["releases"][0]
    supply = {(one["force"], one["kind"]): one["state"] for one in status["supply"]}
    assert supply["testshire", "street"] == "supplied"
    assert supply["elsewhere", "street"] == "not_held"
    assert status["disk_bytes"]["tiles"] > 0
    assert status["updates"]["where"] == str(live / "updates.db")
    specified = (Path(__file__).parent.parent / "docs/spec/status.md").read_text(encoding="utf-8")
    assert [key for key in ("updates", *status["updates"]) if f"`{key}`" not in specified] == []


def test_doctor_looks_at_the_updates_database(live: Path, tmp_path: Path) -> None:
    (tmp_path / "updates.db").write_bytes(b"no database" * 1_000)
    found = {one.what: one for one in examine(DataFolder(tmp_path))}
    assert (found["updates"].good, "damaged" in found["updates"].said) == (False, True)
    assert {one.what: one for one in examine(DataFolder(live))}["updates"].good


def test_a_theme_that_cannot_be_read_ends_serve_in_one_line_and_is_told_by_doctor(
    live: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    theme = tmp_path / "testshire.json"
    theme.write_text('{"force": "testshire", "colours": {"brand": "#999999"}}', encoding="utf-8")
    monkeypatch.setenv("YOURAREA_THEMES", str(tmp_path))
    monkeypatch.setattr("sys.argv", ["yourarea", "serve", "--data", str(live), "--port", "1"])
    with pytest.raises(SystemExit) as stopped:
        app()
    assert stopped.value.code == 1
    said = "#ffffff on brand (#999999) has a contrast of 2.85, and text needs 4.5."
    assert capfd.readouterr().err == (
        f"yourarea: {theme}: colours.on_brand: {said} Choose a colour that differs more in lightness.\n"
    )
    found = {one.what: one for one in examine(DataFolder(live))}["themes"]
    assert (found.good, said in found.said) == (False, True)


def test_doctor_warns_of_a_theme_that_no_page_wears(
    live: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for force in ("testshire", "tsetshire"):
        theme = f'{{"force": "{force}", "colours": {{"brand": "#222222"}}}}'
        (tmp_path / f"{force}.json").write_text(theme, encoding="utf-8")
    monkeypatch.setenv("YOURAREA_THEMES", str(tmp_path))
    found = {one.what: one for one in examine(DataFolder(live))}["themes"]
    assert (found.good, found.warning) == (True, True)
    assert "no force of the live release is called tsetshire:" in found.said


def test_providers_that_cannot_be_read_end_serve_in_one_line_and_are_told_by_doctor(
    live: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("YOURAREA_STAFF_PROVIDERS", str(tmp_path / "providers.json"))
    (tmp_path / "providers.json").write_text("{", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["yourarea", "serve", "--data", str(live), "--port", "1"])
    with pytest.raises(SystemExit) as stopped:
        app()
    assert stopped.value.code == 1
    said = f"{tmp_path}/providers.json: this is no JSON in UTF-8. docs/spec/providers.md shows one."
    assert capfd.readouterr().err == f"yourarea: {said}\n"
    found = {one.what: one for one in examine(DataFolder(live))}["providers"]
    assert (found.good, found.said) == (False, said)


def test_doctor_misses_the_public_address_that_providers_need(
    live: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = {"claim": "groups", "value": "web", "role": "force-editor"}
    known = {"force": "testshire", "name": "Testshire", "issuer": "https://login.example", "client_id": "a"}
    (tmp_path / "providers.json").write_text(json.dumps({"providers": [{"id": "t", "roles": [rule], **known}]}))
    monkeypatch.setenv("YOURAREA_STAFF_PROVIDERS", str(tmp_path / "providers.json"))
    found = {one.what: one for one in examine(DataFolder(live))}["providers"]
    assert (found.good, "YOURAREA_PUBLIC_URL" in found.said) == (False, True)
    monkeypatch.setenv("YOURAREA_PUBLIC_URL", "https://area.example")
    assert {one.what: one for one in examine(DataFolder(live))}["providers"].good


RECORDS, ATTACHMENT = "records/testshire/2024-03-street-*.parquet", "attachments/testshire-*.parquet"
REGISTER = "force-register-*.json"


@pytest.mark.parametrize("spoiled", ["missing", "damaged"])
@pytest.mark.parametrize(
    ("file", "command", "said"),
    [
        (RECORDS, "check", "yourarea load"),
        (RECORDS, "update", "yourarea load"),
        (RECORDS, "status", "yourarea load"),
        (ATTACHMENT, "check", "yourarea build"),
        (ATTACHMENT, "status", "yourarea build"),
        (REGISTER, "status", "yourarea forces --register"),
    ],
)
def test_a_file_that_is_not_as_it_was_is_named_in_one_line_with_what_mends_it(
    history: Path, tmp_path: Path, file: str, command: str, said: str, spoiled: str
) -> None:
    data = tmp_path / "data"
    shutil.copytree(history, data)
    (path,) = (data / "store").glob(file)
    if spoiled == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:100])
    done = run(command, "--data", data)
    words = done.output + str(done.exception or "")
    assert isinstance(done.exception, YourAreaError | SystemExit | None), done.exception
    assert path.name in words
    assert f"`{said}`" in words


@pytest.fixture(scope="module")
def history(live: Path, testshire: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Testshire with months enough that they are compared, in a folder that is not built anew."""
    data = tmp_path_factory.mktemp("history") / "data"
    shutil.copytree(live, data)
    crimes = tmp_path_factory.mktemp("crimes")
    for month in ("2024-04", "2024-05", "2024-06"):
        for path in (testshire / "crimes/2024-03").iterdir():
            goal = crimes / path.name.replace("2024-03", month)
            goal.write_bytes(path.read_bytes().replace(b"2024-03", month.encode()))
    for words in (("update", crimes, "--workers", "1"), ("prune", "--keep", "1")):
        done = run(*words, "--data", data)
        assert done.exit_code == 0, (words, done.output, done.exception)
    return data


def test_pages_of_a_force_become_files(live: Path, tmp_path: Path) -> None:
    words = ("export-site", "testshire", "--data", live, "--output", tmp_path / "site")
    done = run(*words, "--language", "cy", "--json")
    written = json.loads(done.stdout)
    manifest = json.loads((tmp_path / "site" / "export-site.json").read_text(encoding="utf-8"))
    assert written == {"release": manifest["release"], "files": len(manifest["files"])}
    assert manifest["languages"] == ["cy"]
    assert run(*words, "--language", "fr").exit_code == 2


def test_status_speaks_to_people_too(live: Path) -> None:
    said = run("status", "--data", live).stdout
    assert "elsewhere: not_held" in said


def test_releases_lists_what_is_live(live: Path) -> None:
    found = json.loads(run("releases", "--data", live, "--json").stdout)
    assert [one["live"] for one in found] == [True]


def test_check_and_update_warn_while_nobody_is_named_and_go_on(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"YOURAREA_OPERATOR_{name}" for name in ("NAME", "EMAIL", "ADDRESS")]
    for words in (("check",), ("update", "--workers", "1")):
        done = run(*words, "--data", live, "--json")
        assert done.exit_code == 0
        (warning,) = json.loads(done.stdout)["warnings"]
        assert [name for name in names if name not in warning] == []
    for name in names:
        monkeypatch.setenv(name, "x")
    assert json.loads(run("check", "--data", live, "--json").stdout)["warnings"] == []


def test_update_without_sources_finishes_what_was_begun_and_changes_nothing_else(live: Path) -> None:
    before = (live / "live.json").read_bytes()
    done = run("update", "--data", live, "--json", "--workers", "1")
    assert json.loads(done.stdout)["release"] == json.loads(before)["release"]
    assert (live / "live.json").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("load", "/nowhere.zip"), 1, "/nowhere.zip does not exist"),
        (("boundaries", "/nowhere.zip", "--from", "2024-13"), 2, "2024-13"),
        (("boundaries", "/nowhere.zip"), 2, "--from"),
        (("activate", "2024-03-000000000000"), 1, "There is no release"),
        (("activate", "../../etc/passwd"), 1, "There is no release"),
        (("check",), 1, "yourarea load"),
        (("check", "--accept", "kent/2024-03/street"), 2, "--note"),
        (("check", "--accept", "kent/2024-03/street", "--note", "x"), 2, "Nothing is held back"),
        (("prune", "--keep", "0"), 2, "--keep"),
        (("doctor",), 1, "live release"),
        (("bogus",), 2, "bogus"),
    ],
)
def test_a_mistake_is_said_with_its_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], words: tuple[str, ...],
    code: int, said: str,
) -> None:  # fmt: skip
    monkeypatch.setattr("sys.argv", ["yourarea", *words])
    monkeypatch.setenv("YOURAREA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "300")
    with pytest.raises(SystemExit) as stopped:
        app()
    out, err = capfd.readouterr()
    assert stopped.value.code == code
    assert said in out + err
    assert "Traceback" not in out + err


def test_the_data_folder_may_come_from_the_environment(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YOURAREA_DATA_DIR", str(live))
    assert json.loads(run("status", "--json").stdout)["snap_points"] > 0


def test_nobody_is_sent_to_a_port_that_something_else_has() -> None:
    told: list[str] = []
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match="something else listens there"):
            serve(WebSettings(), "127.0.0.1", port, 1, greet=lambda: told.append("Open http://..."))
    assert told == []


def test_doctor_does_not_say_of_a_folder_that_is_not_there_that_it_can_be_written(tmp_path: Path) -> None:
    said = {found.what: found.said for found in examine(DataFolder(tmp_path / "new"))}
    assert said["data folder"] == f"{tmp_path / 'new'} does not exist yet and can be made"
    said = {found.what: found.said for found in examine(DataFolder(tmp_path))}
    assert said["data folder"] == f"{tmp_path} can be written"


HEAVY = ("alembic", "duckdb", "fastapi", "folium", "geopandas", "numpy", "pandas", "pyarrow", "pydantic", "sqlalchemy")


@pytest.mark.parametrize(
    ("module", "without"),
    [
        pytest.param("yourarea.command", HEAVY, id="help"),
        pytest.param("yourarea.main, ingest.member", {"duckdb", "pandas", "pydantic", "rich", "typer"}, id="loading"),
        pytest.param("yourarea.main, tiles.job", {"duckdb", "fastapi", "pandas", "rich", "typer"}, id="drawing"),
    ],
)
def test_a_command_and_its_workers_import_only_what_they_need(module: str, without: tuple[str, ...]) -> None:
    listing = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True)
    assert set(without) & set(done.stdout.split()) == set()


def test_json_comes_as_it_is_and_a_reader_may_stop_reading() -> None:
    said = {"of [bold]": ["Sqwâr Owain Glyndŵr, Abertawe"] * 2_000}
    writing = [sys.executable, "-c", f"from yourarea.screen import say_json; say_json({said!r})"]
    done = subprocess.run(writing, capture_output=True, check=True)
    assert done.stdout.decode() == f"{json.dumps(said, indent=1, ensure_ascii=False)}\n"
    piped = f"{shlex.join(writing)} | head -c 9; exit ${{PIPESTATUS[0]}}"
    cut = subprocess.run(["bash", "-c", piped], capture_output=True, check=False)
    assert (cut.returncode, cut.stderr) == (0, b"")


def test_a_wrong_setting_is_a_wrong_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YOURAREA_SERVING_MONTHS", "many")
    monkeypatch.setenv("COLUMNS", "300")
    done = run("build", "--data", tmp_path / "data")
    assert done.exit_code == 2
    assert "YOURAREA_SERVING_MONTHS is 'many'" in done.stderr
