"""A month that a force holds back, from its corner through the operator's update to what residents see, and back."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner, Result

from geo.store.layout import DataFolder
from web.settings import WebSettings
from web.site import create_site
from yourarea.command import cli

HELD = "/force/testshire/manage/held-months"
PAGE = "/neighbourhood/testshire/T1?month=2024-03"
TYPED = {"version": "0", "month": "2024-03", "kind": "street", "text": "Two stations are missing."}
STATED = "recorded in the neighbourhood of"


def run(folder: DataFolder, *words: object) -> Result:
    return CliRunner().invoke(cli, [*(str(word) for word in words), "--data", str(folder.root)])


def seen(folder: DataFolder, path: str) -> str:
    """A page of what is live now."""
    with TestClient(create_site(WebSettings(data_dir=folder.root, pages_kept_mb=0))) as reader:
        return reader.get(path).text


@pytest.fixture
def months(folder: DataFolder, testshire: Path, tmp_path: Path) -> DataFolder:
    """Testshire with a second month, live."""
    march = (testshire / "crimes/2024-03/2024-03-testshire-street.csv").read_bytes()
    source = tmp_path / "more" / "2024-02"
    source.mkdir(parents=True)
    (source / "2024-02-testshire-street.csv").write_bytes(march.replace(b"2024-03", b"2024-02"))
    assert run(folder, "update", source, "--workers", 1, "--published", "2024-02").exit_code == 0
    return folder


def states(folder: DataFolder) -> list[str]:
    return [row["state"] for row in json.loads(run(folder, "force", "holds", "--json").stdout)]


def test_it_counts_nowhere_from_the_next_update_until_the_force_lets_it_go(months: DataFolder, web: Any) -> None:
    asyncio.run(web.client.app.state.live.look())
    assert STATED in seen(months, PAGE)
    assert web.post(HELD, TYPED).status_code == 303
    assert (STATED in seen(months, PAGE), states(months)) == (True, ["waits for update"])

    refused = run(months, "check")
    assert (refused.exit_code, "held back or let go" in str(refused.exception)) == (1, True)
    assert run(months, "update", "--workers", 1).exit_code == 0
    page, table = seen(months, PAGE), seen(months, "/v1/coverage?force=testshire&kind=street")
    assert (STATED in page, "incomplete and are held back" in page, "Two stations are missing." in page) == (
        False, True, True,
    )  # fmt: skip
    (row,) = [one for one in json.loads(table)["coverage"] if one["month"] == "2024-03"]
    assert (row["state"], row["counted"], row["taken_back"], row["note"]) == (
        "partial", False, True, "Two stations are missing.",
    )  # fmt: skip
    assert (states(months), STATED in seen(months, PAGE.replace("-03", "-02"))) == (["in force"], True)
    dates = [one["date"] for one in json.loads(seen(months, "/api/crimes-street-dates"))]
    assert "2024-03" not in dates

    asyncio.run(web.client.app.state.live.look())
    assert "Counts nowhere" in web.get(HELD).text
    assert web.post(HELD, {"version": "1", "remove": "2024-03/street"}).status_code == 303
    assert ("was let go" in web.get(HELD).text, states(months)) == (True, ["let go, waits for update"])
    assert run(months, "update", "--workers", 1).exit_code == 0
    assert (STATED in seen(months, PAGE), states(months)) == (True, [])


def test_going_back_to_a_release_in_which_it_counts_is_warned_of(months: DataFolder, web: Any) -> None:
    before = json.loads(run(months, "releases", "--json").stdout)[0]["release"]
    web.post(HELD, TYPED)
    run(months, "update", "--workers", 1)
    warned = run(months, "activate", before)
    assert (warned.exit_code, "testshire holds back 2024-03 street" in warned.output) == (0, True)
    listed = run(months, "force", "holds").output
    assert ("waits for update" in listed, "yourarea update" in listed) == (True, True)
