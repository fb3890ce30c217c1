"""Asking a team: what it is not for comes first, what is kept, what is refused, and where questions are not taken."""

import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.publish.database import Updates
from api.publish.policy import COMMAND
from api.publish.question.taking import take_questions
from api.publish.secret import secrets_of
from api.publish.staff_table import QUESTION
from geo.store.layout import DataFolder
from web.feedback import MOST_BYTES
from web.settings import WebSettings
from web.site import create_site

PLACE = "/neighbourhood/testshire/T1"
MAILING = {"smtp_url": "smtp+insecure://127.0.0.1:1", "mail_from": "a@b.example", "public_url": "http://testserver"}
GOOD = {"text": "When is the next\r\nmeeting?\x1b[2J", "address": ""}


@pytest.fixture
def folder(places: DataFolder, tmp_path: Path) -> DataFolder:
    """`places`, of a test's own."""
    shutil.copytree(places.root, tmp_path / "data")
    return DataFolder(tmp_path / "data")


@pytest.fixture
def site(folder: DataFolder) -> Iterator[TestClient]:
    """The site of a force that takes questions."""
    settings = WebSettings(data_dir=folder.root, **MAILING)  # type: ignore[arg-type]
    with TestClient(create_site(settings), follow_redirects=False) as client:
        take(client)
        yield client


def updates(client: TestClient) -> Updates:
    found: Updates = client.app.state.updates  # type: ignore[attr-defined]
    return found


def take(client: TestClient, taken: bool = True) -> None:
    updates(client).bring_up_to_date()
    with updates(client).writing() as connection:
        take_questions(connection, COMMAND, "testshire", taken)


def kept(client: TestClient) -> list[tuple[str, str, str, str | None, datetime]]:
    held = QUESTION.c
    with updates(client).reading() as connection:
        found = connection.execute(
            select(held.neighbourhood_id, held.text, held.language, held.address, held.due_at)
        ).all()
    return [(*row,) for row in found]


@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_what_it_is_not_for_stands_before_the_way_on(site: TestClient, prefix: str) -> None:
    answer = site.get(f"{prefix}{PLACE}/ask")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    text = answer.text
    marks = ['href="tel:999"', 'href="tel:101"', "999bsl.co.uk", f'href="{prefix}{PLACE}/ask/question"']
    assert sorted(marks, key=text.index) == marks
    assert "<form" not in text.partition("<main")[2]
    assert '<meta name="robots" content="noindex">' in text


@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_a_question_is_kept_clean_and_whoever_asked_is_told_by_when(site: TestClient, prefix: str) -> None:
    answer = site.post(f"{prefix}{PLACE}/ask/question", data=GOOD)
    assert (answer.status_code, answer.headers["cache-control"]) == (303, "no-store")
    assert "set-cookie" not in answer.headers
    ((neighbourhood, text, language, address, due_at),) = kept(site)
    assert (neighbourhood, text, language, address) == (
        "T1", "When is the next\nmeeting?[2J", prefix[1:] or "en", None,
    )  # fmt: skip
    thanks = site.get(answer.headers["location"]).text
    assert f"{due_at.astimezone():%Y}" in thanks
    assert re.search(r", \d\d:\d\d", thanks)


@pytest.mark.parametrize("by", ["", "soon", "1", "99999999", "9" * 9, "9" * 10, "9" * 30, "-5", "١٢٣"])
def test_a_day_that_cannot_be_true_is_not_said(site: TestClient, by: str) -> None:
    thanks = site.get(f"{PLACE}/ask/thanks", params={"by": by})
    assert (thanks.status_code, "to be answered within 72 hours.<" in thanks.text) == (200, True)


def test_an_address_is_kept_as_nobody_without_the_key_can_read_it(site: TestClient, folder: DataFolder) -> None:
    site.post(f"{PLACE}/ask/question", data=GOOD | {"address": " ann.teak@testham.example "})
    ((_, _, _, hidden, _),) = kept(site)
    assert hidden is not None
    assert secrets_of(WebSettings(data_dir=folder.root)).show(hidden) == "ann.teak@testham.example"
    assert not any(b"ann.teak" in path.read_bytes() for path in folder.root.glob("updates.db*"))


def test_where_no_mails_are_sent_no_address_is_asked_for_and_none_kept(folder: DataFolder) -> None:
    with TestClient(create_site(WebSettings(data_dir=folder.root)), follow_redirects=False) as client:
        take(client)
        page = client.get(f"{PLACE}/ask/question").text
        assert ('name="address"' in page, "This site sends no e-mails" in page) == (False, True)
        assert client.post(f"{PLACE}/ask/question", data=GOOD | {"address": "ann@b.example"}).status_code == 303
        assert kept(client)[0][3] is None


@pytest.mark.parametrize(
    ("changed", "said", "field"),
    [
        ({"text": " \n"}, "Enter your question", "text"),
        ({"text": "é" * 1_201}, "Your question must be 1,200 characters or fewer; you entered 1,201", "text"),
        ({"address": "nobody"}, "Enter one e-mail address, such as name@example.com, or none", "address"),
        ({"address": "a@b.example,c@d.example"}, "Enter one e-mail address", "address"),
        ({"address": "a@b.example\nBcc: c@d.example"}, "Enter one e-mail address", "address"),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_what_was_typed_stays(
    site: TestClient, changed: dict[str, str], said: str, field: str
) -> None:
    answer = site.post(f"{PLACE}/ask/question", data=GOOD | changed)
    assert (answer.status_code, answer.text.count(said), "<title>Error: " in answer.text) == (400, 2, True)
    assert f'href="#{field}"' in answer.text
    assert kept(site) == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 303),
    ],
)
def test_a_form_of_another_site_is_refused(site: TestClient, headers: dict[str, str], status: int) -> None:
    assert site.post(f"{PLACE}/ask/question", data=GOOD, headers=headers).status_code == status
    assert len(kept(site)) == (status == 303)


def test_a_body_that_is_too_large_or_no_form_is_refused(site: TestClient) -> None:
    path = f"{PLACE}/ask/question"
    assert site.post(path, data={**GOOD, "text": "a" * MOST_BYTES}).status_code == 413
    assert site.post(path, json=GOOD).status_code == 400
    assert site.put(path, data=GOOD).status_code == 405
    assert kept(site) == []


def test_beyond_so_many_in_an_hour_a_reader_is_told_that_nothing_was_kept(folder: DataFolder) -> None:
    settings = WebSettings(data_dir=folder.root, question_per_hour=1)
    with TestClient(create_site(settings), follow_redirects=False) as client:
        take(client)
        assert client.post(f"{PLACE}/ask/question", data=GOOD).status_code == 303
        answer = client.post(f"{PLACE}/ask/question", data=GOOD)
        assert (answer.status_code, "yours was not kept" in answer.text, "When is the next" in answer.text) == (
            503, True, True,
        )  # fmt: skip
        assert client.post("/neighbourhood/testshire/T2/ask/question", data=GOOD).status_code == 303


@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_where_questions_are_not_taken_the_page_says_how_else_to_ask(site: TestClient, prefix: str) -> None:
    take(site, taken=False)
    for path in ("ask", "ask/question"):
        answer = site.get(f"{prefix}{PLACE}/{path}")
        assert (answer.status_code, f'href="{prefix}{PLACE}/team"' in answer.text) == (200, True)
        assert "/ask/question" not in answer.text.partition("<main")[2].partition("</main")[0]
    assert site.post(f"{prefix}{PLACE}/ask/question", data=GOOD).status_code == 503
    assert kept(site) == []


def test_nobody_can_be_asked_who_is_not_there(site: TestClient) -> None:
    for path in ("/neighbourhood/testshire/T9/ask", "/neighbourhood/nowhere/T1/ask"):
        for more in ("", "/question", "/thanks"):
            assert site.get(path + more).status_code == 404
        assert site.post(f"{path}/question", data=GOOD).status_code == 404
    assert kept(site) == []


def test_no_page_and_no_answer_for_programs_shows_a_question(site: TestClient) -> None:
    site.post(f"{PLACE}/ask/question", data=GOOD | {"text": "Xylophone"})
    for path in (PLACE, f"{PLACE}/team", f"{PLACE}/ask", "/api/testshire/T1", "/v1/neighbourhoods/testshire/T1"):
        answer = site.get(path)
        assert (answer.status_code, "Xylophone" in answer.text) == (200, False)


@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_pages_of_a_place_lead_to_it(site: TestClient, prefix: str) -> None:
    for path in (PLACE, f"{PLACE}/team", "/neighbourhood/testshire/T2/team", "/area/ZZ1-1AA"):
        page = site.get(prefix + path).text
        (link,) = re.findall(r'href="([^"]*/ask)"', page)
        assert link.startswith(f"{prefix}/neighbourhood/testshire/T")
        assert "ZZ1" not in link
        assert site.get(link).status_code == 200
