"""What data.police.uk documents, and what was recorded of it, comes back key for key once it is imported."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_api
from api.publish.intake import ContentReport
from api.settings import ApiSettings
from geo.store.layout import DataFolder
from geo.store.manifest import Manifest

pytestmark = pytest.mark.real

ImportFrom = Callable[[Path], ContentReport]
BUILT_ELSEWHERE = ("boundary", "locate-neighbourhood", "crimes-street-dates")


@pytest.fixture
def client(tmp_path: Path, updates_settings: ApiSettings) -> Iterator[TestClient]:
    """The API over a release of the United Kingdom's forces, and nothing else."""
    folder = DataFolder(tmp_path)
    folder.releases.mkdir()
    folder.release("r1").write_text(Manifest(release_id="r1").to_json())
    folder.live.write_text(json.dumps({"release": "r1"}))
    with TestClient(create_api(updates_settings.model_copy(update={"rate_per_s": 0}))) as found:
        yield found


def holds(answer: Any, documented: Any) -> bool:
    """Whether every key that is documented comes back with its value; a later key may stand beside it."""
    if isinstance(documented, dict):
        return isinstance(answer, dict) and all(
            key in answer and holds(answer[key], documented[key]) for key in documented
        )
    if isinstance(documented, list):
        return len(answer) == len(documented) and all(map(holds, answer, documented))
    return bool(answer == documented)


def test_the_documented_examples_come_back(
    shared: Path, client: TestClient, source: Callable[..., Path], import_from: ImportFrom
) -> None:
    examples = json.loads((shared / "api" / "documented-examples.json").read_text(encoding="utf-8"))
    answers = {one["path"].removeprefix("/api/"): one["response"] for one in examples}
    answers = {path: answer for path, answer in answers.items() if not path.endswith(BUILT_ELSEWHERE)}
    assert import_from(source(answers)).rejects == []
    assert len(answers) == 8
    for path, documented in answers.items():
        answer = client.get(f"/api/{path}").json()
        if path == "forces":  # the example shows three of them
            answer = answer[:3]
        if path.endswith("events"):  # the example's meeting was in 2016, and only upcoming ones are told
            assert answer == []
            continue
        assert holds(answer, documented), path


def test_the_recorded_answers_come_back(
    shared: Path, client: TestClient, source: Callable[..., Path], import_from: ImportFrom
) -> None:
    with zipfile.ZipFile(shared / "api" / "recorded-responses.zip") as archive:
        recorded = {name: archive.read(name) for name in archive.namelist() if name.endswith(".json")}
    answers = {_path(name): json.loads(text) for name, text in recorded.items() if not name.startswith("boundary")}
    report = import_from(source(answers))
    # the one address that was spoiled in the recording: no page could open it
    assert [(one.file, one.where, one.reason) for one in report.rejects] == [
        ("forces/cambridgeshire.json", "url", "unsafe-link")
    ]
    answers["forces/cambridgeshire"]["url"] = "https://www.cambridgeshire.police.uk/"  # as the register has it
    for path, documented in answers.items():
        answer = client.get(f"/api/{path}").json()
        if path == "forces":  # recorded alphabetically; ours is in upstream's order
            answer, documented = (sorted(one, key=lambda force: str(force["id"])) for one in (answer, documented))
        assert holds(answer, documented), path


def test_what_client_libraries_test_with_is_taken_over_and_what_is_malformed_is_refused(
    shared: Path, client: TestClient, import_from: ImportFrom, tmp_path: Path
) -> None:
    with zipfile.ZipFile(shared / "api" / "client-test-payloads-c.zip") as archive:
        payloads = {name: archive.read(name) for name in archive.namelist()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, path in (
            ("Forces.Multiple", "forces"), ("Force", "forces/leicestershire"), ("Malformed", "forces/kent"),
            ("Empty", "forces/essex"), ("EmptyArray", "forces/kent/people"),
            ("Neighbourhoods.Multiple", "metropolitan/neighbourhoods"), ("Neighbourhood", "metropolitan/00ABGA"),
            ("NeighbourhoodTeam.Multiple", "metropolitan/00ABGA/people"),
            ("NeighbourhoodEvents.Multiple", "metropolitan/00ABGA/events"),
        ):  # fmt: skip
            archive.writestr(f"{path}.json", payloads[f"{name}.json"])
    (tmp_path / "payloads.zip").write_bytes(packed.getvalue())
    report = import_from(tmp_path / "payloads.zip")
    assert sorted((one.file, one.reason) for one in report.rejects) == [
        ("forces/essex.json", "not-json"),
        ("forces/kent.json", "not-json"),
    ]
    answer = client.get("/api/metropolitan/00ABGA").json()
    payload = json.loads(payloads["Neighbourhood.json"].decode("utf-8-sig"))
    assert "title=" in payload["description"]
    assert "title=" not in answer["description"]
    assert (
        '<a href="http://www.met.police.uk/saferneighbourhoods/">Safer Neighbourhoods website</a>'
        in (answer["description"])
    )
    assert holds({**answer, "description": ""}, {**payload, "description": ""})
    team = json.loads(payloads["NeighbourhoodTeam.Multiple.json"].decode("utf-8-sig"))
    assert client.get("/api/metropolitan/00ABGA/people").json() == team


def _path(name: str) -> str:
    """`force-bedfordshire.json` was recorded at `forces/bedfordshire`."""
    kind, _, rest = name.removesuffix(".json").partition("-")
    return {
        "force": f"forces/{rest}",
        "forces": "forces",
        "neighbourhoods": f"{rest}/neighbourhoods",
        "neighbourhood": rest.replace("-", "/"),
    }[kind]
