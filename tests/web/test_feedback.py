"""Something wrong on a page: what readers send, what is kept of it, and what is refused."""

import html
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.publish.database import open_updates
from api.publish.feedback import KeptMessage, waiting
from geo.store.layout import DataFolder
from geo.store.release import live_release_id
from web.feedback import MOST_BYTES
from web.feedback_about import page_of
from web.settings import WebSettings
from web.site import create_site
from yourarea.command import cli
from yourarea.doctor import examine
from yourarea.serve import make_place_for_messages

GOOD = {"kind": "wrong", "about": "/find", "text": "The number is odd."}
LINK = re.compile(r'href="((?:/cy)?/feedback[^"]*)"')


@pytest.fixture
def folder(places: DataFolder, tmp_path: Path) -> DataFolder:
    """`places`, of a test's own."""
    shutil.copytree(places.root, tmp_path / "data")
    return DataFolder(tmp_path / "data")


@pytest.fixture
def site(folder: DataFolder) -> Iterator[TestClient]:
    with TestClient(create_site(WebSettings(data_dir=folder.root)), follow_redirects=False) as client:
        yield client


def kept(folder: DataFolder) -> list[KeptMessage]:
    updates = open_updates(WebSettings(data_dir=folder.root))
    try:
        return waiting(updates)
    finally:
        updates.close()


def command(folder: DataFolder, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["feedback", *words, "--data", str(folder.root)])
    return done.exit_code, done.stdout


@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_what_a_reader_sends_is_kept_for_the_operator_and_the_reader_is_thanked(
    site: TestClient, folder: DataFolder, prefix: str
) -> None:
    sent = site.post(f"{prefix}/feedback", data={**GOOD, "text": "Odd\r\nnumber\x1b[2J"})
    assert (sent.status_code, sent.headers["location"]) == (303, f"{prefix}/feedback/thanks")
    for answer in (sent, site.get(f"{prefix}/feedback"), site.get(sent.headers["location"])):
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers
    (one,) = kept(folder)
    assert (one.message.kind, one.message.about, one.message.text) == ("wrong", "/find", "Odd\nnumber[2J")
    assert (one.message.language, one.message.month) == (prefix[1:] or "en", "2024-03")
    assert one.message.release_id == live_release_id(folder)


@pytest.mark.parametrize(
    ("path", "about"),
    [
        ("/", "/"),
        ("/find?q=ZZ1+1ZZ", "/find"),
        ("/find?lat=54.005&lng=1.0205", "/find"),
        ("/area/ZZ1-1AA", "/area/%7Bpostcode%7D/neighbourhood/testshire/T1"),
        ("/area/ZZ1-1ZZ", "/area/%7Bpostcode%7D"),
        ("/forces/testshire", "/forces/testshire"),
        ("/help/testshire", "/help/testshire"),
        ("/neighbourhood/testshire/T1?month=2024-03", "/neighbourhood/testshire/T1"),
        ("/neighbourhood/testshire/T1/team", "/neighbourhood/testshire/T1/team"),
        ("/neighbourhood/testshire/T1/change", "/neighbourhood/testshire/T1/change"),
        ("/neighbourhood/testshire/ZZ1 1AA", "/neighbourhood/%7Bforce%7D/%7Bneighbourhood%7D"),
        ("/ZZ1-1AA", None),
        ("/privacy", "/privacy"),
    ],
)
@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_every_page_leads_to_the_form_and_no_postcode_travels(
    site: TestClient, prefix: str, path: str, about: str | None
) -> None:
    page = site.get(prefix + path, headers={"Accept": "text/html"}).text
    (link,) = [one for one in LINK.findall(page) if "about=/contact" not in one]
    assert link == f"{prefix}/feedback" + (f"?about={about}" if about else "")
    assert not re.search("zz1", link, re.IGNORECASE)


@pytest.mark.parametrize(
    ("given", "about"),
    [
        ("/area/ZZ1-1AA", "/area/{postcode}"),
        ("/cy/area/zz1%201aa?month=2024-03#map", "/area/{postcode}"),
        ("/area/{postcode}/neighbourhood/testshire/T1", "/area/{postcode}/neighbourhood/testshire/T1"),
        ("/area/ZZ1-1AA/neighbourhood/ZZ1/1AA", "/area/{postcode}"),
        ("/neighbourhood/testshire/ZZ1-1AA/team", "/neighbourhood/testshire/{neighbourhood}/team"),
        ("/neighbourhood/ZZ1/1AA", "/neighbourhood/{force}/{neighbourhood}"),
        ("/forces/ZZ1-1AA", "/forces/{force}"),
        ("/find?q=ZZ1+1AA", "/find"),
        ("/find/ZZ1-1AA", ""),
        ("/ZZ1-1AA", ""),
        ("//elsewhere.example/find", ""),
        ("https://elsewhere.example/find", ""),
        ("/find\x00", ""),
        ("/area/" + "A" * 500, ""),
        ("", ""),
    ],
)
def test_whatever_is_sent_as_the_page_no_postcode_of_it_is_kept(
    site: TestClient, folder: DataFolder, given: str, about: str
) -> None:
    form = site.get("/feedback", params={"about": given})
    assert f'name="about" value="{html.escape(about)}"' in form.text
    assert site.post("/feedback", data={**GOOD, "about": given}).status_code == 303
    assert kept(folder)[0].message.about == about


def test_a_page_that_is_reduced_stays_as_it_is_when_reduced_again() -> None:
    once = page_of("/area/ZZ1-1AA/neighbourhood/a/b c", lambda force, neighbourhood: True)
    assert once == page_of(once, lambda force, neighbourhood: True) == "/area/{postcode}/neighbourhood/a/b%20c"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"kind": ""}, "Select what your message is about"),
        ({"kind": "praise"}, "Select what your message is about"),
        ({"text": " \n"}, "Enter what is wrong"),
        ({"text": "é" * 1_201}, "What is wrong must be 1,200 characters or fewer; you entered 1,201"),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_what_was_typed_stays(
    site: TestClient, folder: DataFolder, changed: dict[str, str], said: str
) -> None:
    answer = site.post("/feedback", data=GOOD | changed)
    assert (answer.status_code, answer.headers["cache-control"]) == (400, "no-store")
    assert answer.text.count(said) == 2
    assert "<title>Error: " in answer.text
    assert f'href="#{next(iter(changed))}"' in answer.text
    assert (GOOD | changed)["text"].strip() in answer.text
    assert kept(folder) == []


def test_the_longest_text_is_kept_whole(site: TestClient, folder: DataFolder) -> None:
    assert site.post("/feedback", data={**GOOD, "text": "\U0001f6b2" * 1_200}).status_code == 303
    assert len(kept(folder)[0].message.text) == 1_200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "https://["}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "null"}, 403),
        ({"Origin": "http://testserver"}, 303),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 303),
        ({}, 303),
    ],
)
def test_a_form_of_another_site_is_refused(
    site: TestClient, folder: DataFolder, headers: dict[str, str], status: int
) -> None:
    assert site.post("/feedback", data=GOOD, headers=headers).status_code == status
    assert len(kept(folder)) == (status == 303)


def test_a_body_that_is_too_large_or_no_form_is_refused(site: TestClient, folder: DataFolder) -> None:
    assert site.post("/feedback", data={**GOOD, "text": "a" * MOST_BYTES}).status_code == 413
    assert site.post("/feedback", json=GOOD).status_code == 400
    assert site.post("/feedback", content=b"&".join(b"a=b" for _ in range(99))).status_code == 400
    assert site.put("/feedback", data=GOOD).status_code == 405
    assert kept(folder) == []


def test_beyond_so_many_in_an_hour_a_reader_is_told_that_nothing_was_kept(folder: DataFolder) -> None:
    with TestClient(create_site(WebSettings(data_dir=folder.root, feedback_per_hour=1))) as client:
        assert client.post("/feedback", data=GOOD, follow_redirects=False).status_code == 303
        answer = client.post("/feedback", data=GOOD)
        assert (answer.status_code, answer.text.count("that yours was not kept")) == (503, 2)
        identifies = GOOD | {"kind": "identifies"}
        for _ in range(3):
            assert client.post("/feedback", data=identifies, follow_redirects=False).status_code == 303


def test_what_identifies_somebody_has_a_far_larger_hour_of_its_own(folder: DataFolder) -> None:
    settings = WebSettings(data_dir=folder.root)
    assert settings.feedback_identifies_per_hour >= 10 * settings.feedback_per_hour
    identifies = GOOD | {"kind": "identifies"}
    with TestClient(create_site(settings.model_copy(update={"feedback_identifies_per_hour": 1}))) as client:
        assert client.post("/feedback", data=identifies, follow_redirects=False).status_code == 303
        assert client.post("/feedback", data=identifies).status_code == 503
        assert client.post("/feedback", data=GOOD, follow_redirects=False).status_code == 303


@pytest.mark.parametrize("prefix", ["", "/cy"])
@pytest.mark.parametrize(
    ("operator", "way"),
    [
        ({"operator_email": "us@testshire.example"}, 'ya-prose">[^<]*<a class="govuk-link" href="mailto:us@testshire'),
        ({"operator_address": "1 Quay, Testham"}, 'ya-prose">[^<]*<a class="govuk-link" href="{prefix}/contact"'),
        ({}, "(Keep a copy of it: it can be sent again later|Cadwch gopi)"),
    ],
)
def test_whose_message_is_not_kept_is_told_another_way(
    folder: DataFolder, prefix: str, operator: dict[str, str], way: str
) -> None:
    settings = WebSettings(data_dir=folder.root, feedback_per_hour=0, **operator)  # type: ignore[arg-type]
    with TestClient(create_site(settings)) as client:
        way = way.replace("{prefix}", prefix)
        assert not re.search(way, client.get(f"{prefix}/feedback").text)
        refused = client.post(f"{prefix}/feedback", data=GOOD)
    assert refused.status_code == 503
    assert re.search(way, refused.text)


def test_status_and_doctor_warn_for_a_day_where_an_hour_was_full(
    site: TestClient, folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.post("/feedback", data=GOOD)
    finding = {one.what: one for one in examine(folder)}["feedback"]
    assert (finding.warning, "may have been refused" in finding.said) == (False, False)
    monkeypatch.setenv("YOURAREA_FEEDBACK_PER_HOUR", "1")
    finding = {one.what: one for one in examine(folder)}["feedback"]
    assert (finding.warning, "(YOURAREA_FEEDBACK_PER_HOUR), so others may have been refused" in finding.said) == (
        True,
        True,
    )
    told = CliRunner().invoke(cli, ["status", "--json", "--data", str(folder.root)])
    assert json.loads(told.stdout)["updates"]["full"] == ["other"]
    assert "may have been refused" in CliRunner().invoke(cli, ["status", "--data", str(folder.root)]).output


def test_where_messages_cannot_be_kept_the_reader_is_told_so(site: TestClient, folder: DataFolder) -> None:
    for file in folder.root.glob("updates.db*"):
        file.unlink()
    (folder.root / "updates.db").write_bytes(b"no database at all" * 100)
    answer = site.post("/feedback", data=GOOD)
    assert (answer.status_code, answer.text.count("Messages cannot be kept here at the moment")) == (503, 2)
    assert GOOD["text"] in answer.text


@pytest.mark.parametrize("earlier", ["0001", None])
def test_no_message_makes_or_changes_the_database_which_the_start_of_serve_does(
    tmp_path: Path, earlier: str | None
) -> None:
    settings = WebSettings(data_dir=tmp_path / "data")
    updates = open_updates(settings)
    if earlier:
        settings.data_dir.mkdir()
        updates.migrate(earlier)
    with TestClient(create_site(settings), follow_redirects=False) as client:
        answer = client.post("/feedback", data=GOOD)
        assert (answer.status_code, answer.text.count("Messages cannot be kept here at the moment")) == (503, 2)
        assert (updates.schema(), settings.data_dir.exists()) == (earlier, earlier is not None)
        finding = {one.what: one for one in examine(settings.folder)}["feedback"]
        assert (finding.warning, "until `yourarea serve` is started anew" in finding.said) == (True, True)
        make_place_for_messages(settings)
        assert client.post("/feedback", data=GOOD).status_code == 303
    assert not {one.what: one for one in examine(settings.folder)}["feedback"].warning
    updates.close()


def test_where_no_place_can_be_made_serve_says_so_and_goes_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "updates.db").write_bytes(b"no database at all" * 100)
    make_place_for_messages(WebSettings(data_dir=tmp_path))
    said = "Messages of readers cannot be kept: The updates database is damaged: bring it back from a copy."
    assert said in caplog.text


def test_a_new_operator_who_only_serves_can_be_told_of_a_fault(tmp_path: Path) -> None:
    serving = "import sys; from pathlib import Path; from geo.store.layout import DataFolder; "
    serving += "from yourarea.serve import serve_folder; "
    serving += "serve_folder(DataFolder(Path(sys.argv[1])), '127.0.0.1', 0, 1)"
    log = tmp_path / "err.log"
    with log.open("w") as err:
        started = subprocess.Popen([sys.executable, "-c", serving, str(tmp_path / "data")], stderr=err)
        try:
            deadline = time.monotonic() + 120
            while "startup complete" not in log.read_text():
                assert started.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.05)
            found = re.search(r"Serving at (http://\S+/) ", log.read_text())
            assert found
            request = Request(f"{found[1]}feedback", urlencode(GOOD).encode())
            with urlopen(request) as answer:
                assert answer.url == f"{found[1]}feedback/thanks"
        finally:
            started.terminate()
            started.wait(30)
    assert len(kept(DataFolder(tmp_path / "data"))) == 1


def test_without_a_release_a_message_is_kept_all_the_same(tmp_path: Path) -> None:
    make_place_for_messages(WebSettings(data_dir=tmp_path))
    with TestClient(create_site(WebSettings(data_dir=tmp_path)), follow_redirects=False) as client:
        assert client.get("/cy/feedback?about=/area/ZZ1-1AA").status_code == 200
        assert client.post("/feedback", data=GOOD | {"about": "/forces/testshire"}).status_code == 303
    (one,) = kept(DataFolder(tmp_path))
    assert (one.message.about, one.message.release_id, one.message.month) == ("/forces/{force}", None, None)


def test_the_operator_lists_what_identifies_somebody_first_and_is_warned_until_it_is_done(
    site: TestClient, folder: DataFolder
) -> None:
    def told() -> tuple[bool, bool]:
        one = {finding.what: finding for finding in examine(folder)}["feedback"]
        return one.warning, "no message" in one.said

    assert (command(folder), told()) == ((0, "No message waits.\n"), (False, True))
    site.post("/feedback", data=GOOD | {"kind": "identifies", "text": "Third row\nof the table"})
    site.post("/feedback", data=GOOD)
    assert told() == (True, False)
    code, said = command(folder)
    lines = said.splitlines()
    assert code == 0
    assert lines[0].startswith("! 1 identifies: /find (en, release ")
    assert lines[1:3] == ["    Third row", "    of the table"]
    assert lines[3].startswith("2 wrong: /find")
    assert command(folder, "--done", "1", "--done", "9")[0] == 1
    assert told() == (False, False)
    (left,) = json.loads(command(folder, "--json")[1])
    assert (left["id"], left["kind"], left["text"]) == (2, "wrong", GOOD["text"])
    assert command(folder, "--done", "2") == (0, "No message waits.\n")


def test_no_page_and_no_answer_for_programs_shows_a_message(site: TestClient) -> None:
    site.post("/feedback", data=GOOD | {"text": "Xylophone", "about": "/neighbourhood/testshire/T1"})
    paths = ("/", "/feedback", "/neighbourhood/testshire/T1", "/api/testshire/T1", "/v1/neighbourhoods/testshire/T1")
    for path in paths:
        answer = site.get(path)
        assert (answer.status_code, "Xylophone" in answer.text) == (200, False)


def test_privacy_and_contact_tell_of_it(site: TestClient) -> None:
    assert "for 90 days at most" in site.get("/privacy").text
    assert 'href="/feedback?about=/contact"' in site.get("/contact").text
