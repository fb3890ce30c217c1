"""A month that a force holds back: gone within seconds, as an update would leave it out, and back when it is let go."""

import asyncio
import json
import re
import time
from typing import Any

from fastapi.testclient import TestClient
from typer.testing import CliRunner, Result

from geo.store.layout import DataFolder
from web.settings import WebSettings
from web.site import create_site
from yourarea.command import cli

HELD = "/force/testshire/manage/held-months"
MARCH, FEBRUARY = "/neighbourhood/testshire/T1?month=2024-03", "/neighbourhood/testshire/T1?month=2024-02"
AREA = "/area/ZZ1-1AA?month=2024-03"
TYPED = {"version": "0", "month": "2024-03", "kind": "street", "text": "Two stations are missing."}
STATED = "recorded in the neighbourhood of"
AT = "lat=54.005&lng=1.01&date="
ANSWERS = (
    *(f"/api/crimes-street/all-crime?{AT}{month}" for month in ("2024-03", "2024-02")),
    "/api/crimes-no-location?category=all-crime&force=testshire&date=2024-03",
    f"/api/outcomes-at-location?{AT}2024-03",
    "/api/stops-force?force=testshire&date=2024-03",
    "/api/crimes-street-dates",
    "/api/crime-last-updated",
    "/api/outcomes-for-crime/" + "1".rjust(64, "0"),
    *(f"/v1/counts?force=testshire&neighbourhood=T1&month={month}" for month in ("2024-03", "2024-02")),
    "/v1/counts?lat=54.005&lng=1.01&month=2024-03",
    "/v1/counts?force=testshire&month=2024-03",
    "/v1/areas/ZZ1-1AA?month=2024-03",
    "/v1/neighbourhoods/testshire/T1?month=2024-03",
    "/v1/coverage?month=2024-03",
    "/v1/crimes.ndjson?lat=54.005&lng=1.01&month=2024-03",
    "/v1/stops?force=testshire&neighbourhood=T1",
)
_RELEASE = re.compile(r"2024-0[23]-[0-9a-f]{12}(-[0-9a-f]{8})?")


def run(folder: DataFolder, *words: object) -> Result:
    return CliRunner().invoke(cli, [*(str(word) for word in words), "--data", str(folder.root)])


def seen(folder: DataFolder, *paths: str) -> list[tuple[int, str]]:
    """What a server answers that has just started, without the release's id."""
    settings = WebSettings(data_dir=folder.root, pages_kept_mb=0, rate_per_s=0)
    with TestClient(create_site(settings), follow_redirects=False) as reader:
        answers = [reader.get(path) for path in paths]
        return [(answer.status_code, _RELEASE.sub("RELEASE", answer.text)) for answer in answers]


def page(folder: DataFolder, path: str) -> str:
    ((status, text),) = seen(folder, path)
    assert status == 200
    return text


def states(folder: DataFolder) -> list[str]:
    return [row["state"] for row in json.loads(run(folder, "force", "holds", "--json").stdout)]


def test_it_is_out_of_every_answer_at_once_exactly_as_an_update_leaves_it_out(months: DataFolder, web: Any) -> None:
    asyncio.run(web.client.app.state.live.look())
    whole = seen(months, *ANSWERS)
    assert web.post(HELD, TYPED).status_code == 303
    at_once = seen(months, *ANSWERS)
    assert run(months, "update", "--workers", 1).exit_code == 0
    updated = seen(months, *ANSWERS)
    for path, *answers in zip(ANSWERS, whole, at_once, updated, strict=True):
        assert answers[1] == answers[2], path
        assert answers[0][0] == 200, path
    changed = {path for path, before, after in zip(ANSWERS, whole, at_once, strict=True) if before != after}
    assert {path for path in ANSWERS if "2024-02" in path or "stops" in path} & changed == set()
    assert len(changed) > len(ANSWERS) / 2
    assert sorted(one["category"] for one in json.loads(at_once[0][1])) == ["drugs", "robbery"]


def test_pages_say_why_and_take_the_map_down_until_the_update(months: DataFolder, web: Any) -> None:
    asyncio.run(web.client.app.state.live.look())
    assert STATED in page(months, MARCH)
    web.post(HELD, TYPED)
    for path in (MARCH, AREA):
        text = page(months, path)
        assert (STATED in text, "Two stations are missing." in text, "No map is made for this month" in text) == (
            False, True, True,
        )  # fmt: skip
    assert STATED in page(months, FEBRUARY)
    assert states(months) == ["in force, maps wait for update"]
    refused = run(months, "check")
    assert (refused.exit_code, "held back or let go" in str(refused.exception)) == (1, True)
    assert run(months, "update", "--workers", 1).exit_code == 0
    assert (states(months), "No map is made for this month" in page(months, AREA)) == (["in force"], False)

    asyncio.run(web.client.app.state.live.look())
    assert "Counts nowhere" in web.get(HELD).text
    assert web.post(HELD, {"version": "1", "remove": "2024-03/street"}).status_code == 303
    assert ("was let go" in web.get(HELD).text, states(months)) == (True, ["let go, waits for update"])
    assert STATED not in page(months, MARCH)
    assert run(months, "update", "--workers", 1).exit_code == 0
    assert (STATED in page(months, MARCH), states(months)) == (True, [])


def test_servers_that_run_leave_it_out_within_seconds_with_its_tiles_and_cursors(
    months: DataFolder, web: Any, folder: DataFolder
) -> None:
    tiles = "/tiles/month-2024-03.json"
    with TestClient(create_site(WebSettings(data_dir=folder.root))) as reader:
        stem = reader.get(tiles).json()["tiles"][0].split("/tiles/")[1].split("/")[0]
        first = reader.get("/v1/crimes?lat=54.005&lng=1.01&month=2024-03&limit=2").json()
        drawn = f"/tiles/{stem}/6/32/20.mvt"
        assert (STATED in reader.get(MARCH).text, reader.get(drawn).status_code) == (True, 200)
        web.post(HELD, TYPED)
        time.sleep(2.5)
        assert (STATED in reader.get(MARCH).text, reader.get(tiles).status_code) == (False, 404)
        assert reader.get(drawn).status_code == 404
        assert reader.get(first["next"]).status_code == 410
        assert web.post(HELD, {"version": "1", "remove": "2024-03/street"}).status_code == 303
        time.sleep(2.5)
        assert (STATED in reader.get(MARCH).text, reader.get(drawn).status_code) == (True, 200)


def test_going_back_to_a_release_in_which_it_counts_is_warned_of_and_shows_nothing_of_it(
    months: DataFolder, web: Any
) -> None:
    before = json.loads(run(months, "releases", "--json").stdout)[0]["release"]
    web.post(HELD, TYPED)
    run(months, "update", "--workers", 1)
    warned = run(months, "activate", before)
    assert (warned.exit_code, "testshire holds back 2024-03 street" in warned.output) == (0, True)
    assert states(months) == ["in force, maps wait for update"]
    assert "wait for `yourarea update`" in run(months, "force", "holds").output
    assert STATED not in page(months, MARCH)


def test_stops_that_are_held_back_are_out_of_the_stops_alone(months: DataFolder, web: Any) -> None:
    path = "/api/stops-force?force=testshire&date=2024-03"
    assert len(json.loads(page(months, path))) > 0
    web.post(HELD, {**TYPED, "kind": "stops"})
    assert json.loads(page(months, path)) == []
    assert STATED in page(months, MARCH)
