import asyncio
import threading
import time

import pytest

from api.app import create_api
from api.live import NOT_OPENED, Live
from api.settings import ApiSettings
from geo.errors import UnknownRelease

STEM = "month-2025-12"


def soon(true, within_s=2.0):
    """Whether it comes true in the two seconds that a new release may take."""
    deadline = time.monotonic() + within_s
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def ready(client):
    return client.get("/readyz").json


def stem_of(client):
    return client.get(f"/tiles/{STEM}.json").json["tiles"][0].split("/")[4]


def test_making_an_app_reads_nothing(tmp_path):
    app = create_api(ApiSettings(data_dir=tmp_path / "absent"))
    assert app.state.live.trouble is None
    assert not (tmp_path / "absent").exists()


def test_the_live_release_is_open_before_the_first_request(county, settings, serving):
    county.release("r1")
    county.activate("r1")
    with serving(create_api(settings)) as client:
        answer = client.get("/readyz")
    assert (answer.status, answer.json) == (200, {"release": "r1", "month": "2026-01", "trouble": None})
    assert answer.headers["cache-control"] == "no-store"


def test_a_server_without_a_release_is_up_and_not_ready_until_there_is_one(county, settings, serving):
    with serving(create_api(settings)) as client:
        assert client.get("/healthz").status == 200
        answer = client.get("/readyz")
        assert (answer.status, answer.headers["retry-after"]) == (503, "30")
        assert answer.json["detail"] == "No release is live yet."
        county.release("r1")
        county.activate("r1")
        assert soon(lambda: client.get("/readyz").status == 200)


def test_a_new_release_is_taken_up_and_an_older_one_again(county, settings, serving):
    county.release("r1", scale=1)
    county.release("r2", scale=2)
    county.activate("r1")
    with serving(create_api(settings)) as client:
        first = stem_of(client)
        for release_id in ("r2", "r1", "r2"):
            county.activate(release_id)
            assert soon(lambda wanted=release_id: ready(client)["release"] == wanted)
        assert client.get(f"/tiles/{first}/4/7/5.mvt").body == b"tile of scale 1"
        assert client.get(f"/tiles/{stem_of(client)}/4/7/5.mvt").body == b"tile of scale 2"


def test_an_archive_whose_file_is_pruned_is_sent_whole_while_its_release_is_open(county, settings, serving):
    path = county.folder.file(county.release("r1", scale=1).tiles[STEM].path)
    county.release("r2", scale=2)
    county.activate("r1")
    with serving(create_api(settings)) as client:
        address, whole = f"/tiles/{stem_of(client)}.pmtiles", path.read_bytes()
        county.activate("r2")
        assert soon(lambda: ready(client)["release"] == "r2")
        path.unlink()
        answer = client.get(address)
        assert (answer.status, answer.body) == (200, whole)
        assert client.get(address, range="bytes=5-9").body == whole[5:10]


def test_a_tile_address_that_another_worker_gave_is_looked_up_before_it_is_refused(county, serving):
    county.release("r1", scale=1)
    new = county.release("r2", scale=2).tiles[STEM].sha256[:16]
    county.activate("r1")
    with serving(create_api(ApiSettings(data_dir=county.root, look_every_s=2.0))) as client:
        county.activate("r2")
        assert client.get(f"/tiles/{STEM}-{new}/4/7/5.mvt").body == b"tile of scale 2"
        assert ready(client)["release"] == "r2"


def test_the_tiles_of_a_kept_release_that_this_process_never_had_open_are_found(county, settings, serving):
    kept = county.release("r1", scale=1).tiles[STEM].sha256[:16]
    pruned = county.release("r2", scale=2).tiles[STEM]
    county.folder.file(pruned.path).unlink()
    county.release("r3", scale=3)
    county.activate("r3")
    with serving(create_api(settings)) as client:
        assert client.get(f"/tiles/{STEM}-{kept}/4/7/5.mvt").body == b"tile of scale 1"
        assert client.get(f"/tiles/{STEM}-{kept}.pmtiles", range="bytes=0-6").body == b"PMTiles"
        assert client.get(f"/tiles/other-{kept}/4/7/5.mvt").status == 404
        assert client.get(f"/tiles/{STEM}-{pruned.sha256[:16]}/4/7/5.mvt").status == 404
        assert ready(client)["release"] == "r3"


@pytest.mark.parametrize("damage", ["file", "manifest", "pointer", "absent"])
def test_a_release_that_cannot_be_opened_leaves_the_old_one_serving(county, settings, serving, caplog, damage):
    county.release("r1", scale=1)
    ref = county.release("r2", scale=2).counts["2025-12"]
    county.activate("r1")
    with serving(create_api(settings)) as client:
        old = stem_of(client)
        match damage:
            case "file":
                county.folder.file(ref.path).unlink()
            case "manifest":
                county.folder.release("r2").write_text("{")
        if damage == "pointer":
            county.folder.live.write_text("{")
        else:
            county.activate("r9" if damage == "absent" else "r2")
        assert soon(lambda: ready(client)["trouble"] == NOT_OPENED)  # and no file of this machine
        assert client.get("/readyz").status == 200
        assert ready(client)["release"] == "r1"
        assert client.get(f"/tiles/{old}/4/7/5.mvt").status == 200
        time.sleep(0.2)
        said = [
            record.getMessage()
            for record in caplog.records
            if record.name == "api.live" and record.levelname == "ERROR"
        ]
        assert len(said) == 1  # once, not at each look
        assert "Release r1 goes on serving" in said[0]
        county.release("r3", scale=3)
        county.activate("r3")
        assert soon(lambda: ready(client) == {"release": "r3", "month": "2026-01", "trouble": None})


def test_what_nobody_foresaw_leaves_the_old_one_serving_too(county, settings, serving, caplog):
    county.release("r1")
    county.activate("r1")
    with serving(create_api(settings)) as client:
        county.folder.live.unlink()
        county.folder.live.mkdir()
        assert soon(lambda: ready(client)["trouble"] is not None)
        assert ready(client)["release"] == "r1"
        assert "could not be opened" in ready(client)["trouble"]


def test_a_release_whose_files_were_on_their_way_is_tried_again(county, monkeypatch):
    monkeypatch.setattr("api.live.RETRY_S", 0.0)
    ref = county.release("r1").counts["2025-12"]
    content = county.folder.file(ref.path).read_bytes()
    county.folder.file(ref.path).unlink()
    county.activate("r1")
    live = Live(county.folder, keep_old_s=60)
    asyncio.run(live.look())
    with pytest.raises(UnknownRelease, match="could not be opened"):
        live.current()
    county.folder.file(ref.path).write_bytes(content)
    asyncio.run(live.look())
    assert (live.current().id, live.trouble) == ("r1", None)


def test_a_request_under_way_keeps_the_release_it_began_with(county):
    county.release("r1", scale=1)
    county.release("r2", scale=2)
    county.activate("r1")
    live = Live(county.folder, keep_old_s=0)
    asyncio.run(live.look())
    began_with = live.current()
    county.activate("r2")
    asyncio.run(live.look())
    asyncio.run(live.look())
    assert live.current().id == "r2"
    assert int(began_with.counts(began_with.month_newest).n.sum()) == 9


def test_a_release_is_closed_when_its_time_is_over(county):
    county.release("r1", scale=1)
    county.release("r2", scale=2)
    county.activate("r1")
    live = Live(county.folder, keep_old_s=0.2)
    asyncio.run(live.look())
    old = live.current().tiles[STEM]
    county.activate("r2")
    asyncio.run(live.look())
    assert live.tile_file(old) is not None
    time.sleep(0.25)
    asyncio.run(live.look())
    assert live.tile_file(old) is None
    assert live.tile_file(live.current().tiles[STEM]) is not None


def test_releases_change_under_load_without_an_error_or_a_mixed_answer(county, settings, serving):
    for scale in (1, 2, 3):
        county.release(f"r{scale}", scale=scale)
    county.activate("r1")
    wrong, asked, stop = [], [], threading.Event()

    def reader(client):
        while not stop.is_set():
            stem = stem_of(client)
            answer = client.get(f"/tiles/{stem}/4/7/5.mvt")
            asked.append(stem)
            if answer.status != 200 or not stem.endswith(ends[answer.body]):
                wrong.append((stem, answer))

    ends = {b"tile of scale %d" % s: county.manifest("x", s).tiles[STEM].sha256[:16] for s in (1, 2, 3)}
    with serving(create_api(settings)) as client:
        readers = [threading.Thread(target=reader, args=(client,)) for _ in range(3)]
        for thread in readers:
            thread.start()
        for turn in range(9):
            county.activate(f"r{turn % 3 + 1}")
            time.sleep(0.1)
        stop.set()
        for thread in readers:
            thread.join()
    assert wrong == []
    assert len(set(asked)) == 3
