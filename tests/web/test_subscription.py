"""E-mails about a neighbourhood, from asking for them to the last: by hand, by mail programs and by who should not."""

import html
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import select, update
from typer.testing import CliRunner

from api.publish import subscription
from api.publish.fresh import Fresh
from api.publish.item.kind import Kind
from api.publish.item.put import put
from api.publish.item.written import WrittenNews
from api.publish.plan import Telling
from api.publish.policy import COMMAND, Where
from api.publish.secret import Secrets, secrets_of
from api.publish.staff_table import OUTBOX, SUBSCRIPTION
from api.publish.subscription import Often, Subscription
from geo.month import Month
from geo.neighbourhood import NeighbourhoodRef
from geo.store.layout import DataFolder
from web.letter import Letters
from web.settings import WebSettings
from web.site import create_site
from yourarea.command import cli
from yourarea.doctor import Finding, examine

PUBLIC = "https://area.example"
FORM = "/neighbourhood/testshire/T1/subscribe"
ADDRESS = "robin@example.org"
NEWS = WrittenNews(
    title="Lights on Quay Street", title_cy="Goleuadau", text="Mended: [see](https://a.example/x) <b>bold</b>",
    issued_at=datetime(2026, 11, 2, 19, 0),  # noqa: DTZ001  the clock on the wall
)  # fmt: skip


class Town:
    """The site with a mail server behind it."""

    def __init__(self, client: TestClient, settings: WebSettings, mailbox: Any) -> None:
        self.client, self.settings, self.mailbox = client, settings, mailbox
        self.updates = client.app.state.updates  # type: ignore[attr-defined]

    def ask(self, email: str = ADDRESS, path: str = FORM, **more: str) -> Any:
        return self.client.post(path, data={"email": email, "often": "at-once", **more})

    def mails(self) -> list[EmailMessage]:
        """Send what is due, as `yourarea mail --once` does, and give what came."""
        before = len(self.mailbox.mails)
        settings = self.settings
        told = {
            "YOURAREA_SMTP_URL": self.mailbox.url, "YOURAREA_MAIL_FROM": settings.mail_from or "",
            "YOURAREA_PUBLIC_URL": PUBLIC,
        }  # fmt: skip
        done = CliRunner().invoke(cli, ["mail", "--once", "--data", str(settings.data_dir)], env=told)
        assert done.exit_code == 0, done.output
        found: list[EmailMessage] = self.mailbox.mails[before:]
        assert done.stdout == f"{len(found)} e-mails were sent.\n"
        return found

    def publish(self, external_id: str = "n1") -> None:
        with self.updates.writing() as connection:
            put(connection, COMMAND, Where("testshire", "T1"), external_id, NEWS)

    def confirmed(self, prefix: str = "", **more: str) -> None:
        self.ask(path=prefix + FORM, **more)
        [mail] = self.mails()
        assert self.client.post(link_in(mail, "confirm")).status_code == 200

    def held(self) -> list[Any]:
        with self.updates.reading() as connection:
            return list(connection.execute(select(SUBSCRIPTION)))


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def link_in(mail: EmailMessage, what: str) -> str:
    """The path of a link in a mail; it leads to the public address whatever was asked for."""
    [found] = [one for one in re.findall(r"https?://\S+", text_of(mail)) if f"/subscription/{what}" in one]
    assert found.startswith(PUBLIC)
    return urlsplit(found).path


@pytest.fixture
def town(places: DataFolder, tmp_path: Path, mailbox: Any) -> Iterator[Town]:
    shutil.copytree(places.root, tmp_path / "data")
    settings = WebSettings(
        data_dir=tmp_path / "data", smtp_url=SecretStr(mailbox.url), mail_from="Your Area <news@area.example>",
        public_url=PUBLIC + "/",
    )  # fmt: skip
    with TestClient(create_site(settings), follow_redirects=False) as client:
        found = Town(client, settings, mailbox)
        found.updates.bring_up_to_date()
        yield found


@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_who_asks_confirms_and_is_told_and_ends_it_with_one_click(town: Town, prefix: str) -> None:
    asked = town.ask(path=prefix + FORM)
    assert (asked.status_code, asked.headers["location"]) == (303, f"{prefix}/subscribed")
    [mail] = town.mails()
    assert mail["To"] == ADDRESS
    link = link_in(mail, "confirm")
    assert town.client.get(link).status_code == 200
    assert town.held()[0].confirmed_at is None  # a program that looks into links confirms nothing
    assert town.client.post(link).status_code == 200
    town.publish()
    [news] = town.mails()
    assert news["Subject"] == ("Newyddion o’ch cymdogaeth" if prefix else "News from your neighbourhood")
    assert ("Goleuadau" if prefix else "Lights on Quay Street") in text_of(news)
    assert "Mended: see (https://a.example/x)" in text_of(news)
    assert f"{PUBLIC}{prefix}/neighbourhood/testshire/T1/team" in text_of(news)
    assert news["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    one_click = urlsplit(news["List-Unsubscribe"].strip("<>")).path
    ended = town.client.post(
        one_click, content=b"List-Unsubscribe=One-Click", headers={"Origin": "https://mail.example"}
    )
    assert ended.status_code == 200
    assert "set-cookie" not in ended.headers
    assert town.held() == []
    town.publish("n2")
    assert town.mails() == []
    assert town.client.post(one_click).status_code == 200  # again is the same
    assert town.client.get(one_click.removesuffix("/end")).status_code == 404


def test_what_a_mail_program_sends_as_a_form_of_parts_ends_it_too(town: Town) -> None:
    town.confirmed()
    town.publish()
    [news] = town.mails()
    one_click = urlsplit(news["List-Unsubscribe"].strip("<>")).path
    assert town.client.get(one_click).status_code == 200
    assert len(town.held()) == 1  # looking at it ends nothing
    town.client.post(one_click, files={"List-Unsubscribe": (None, "One-Click")})
    assert town.held() == []


def test_no_page_sets_a_cookie_or_is_kept_and_none_tells_programs_to_list_it(town: Town) -> None:
    town.ask()
    confirm = link_in(town.mails()[0], "confirm")
    for path in (FORM, "/cy" + FORM, "/subscribed", confirm, "/subscription/x", "/subscription/x/end"):
        answer = town.client.get(path)
        assert answer.headers["cache-control"] == "no-store"
        assert "noindex" in answer.headers["x-robots-tag"]
        assert "set-cookie" not in answer.headers
        assert confirm.split("/")[-1] not in "".join(re.findall(r'/feedback[^"]*', answer.text))


def test_the_answer_is_the_same_whether_or_not_the_address_is_known(town: Town) -> None:
    first = town.ask()
    town.client.post(link_in(town.mails()[0], "confirm"))
    with town.updates.writing() as connection:  # an hour and more ago
        connection.execute(update(OUTBOX).values(created_at=datetime.now(UTC) - timedelta(hours=2), reference="old"))
    second = town.ask(often="weekly")
    assert (first.status_code, first.headers["location"], first.content) == (
        second.status_code, second.headers["location"], second.content,
    )  # fmt: skip
    [mail] = town.mails()
    assert link_in(mail, "") != ""
    assert "confirm" not in text_of(mail)
    assert town.held()[0].often == "at-once"  # a stranger changes nothing


def test_a_double_click_sends_one_mail(town: Town) -> None:
    assert [town.ask().status_code for _ in range(2)] == [303, 303]
    assert len(town.mails()) == 1


def test_only_so_many_mails_are_asked_for_in_an_hour_in_all(town: Town) -> None:
    few = town.settings.model_copy(update={"subscribe_per_hour": 2})
    town.client.app.state.settings = few  # type: ignore[attr-defined]
    assert [town.ask(email=f"{number}@example.org").status_code for number in range(3)] == [303, 303, 503]
    assert len(town.mails()) == 2


@pytest.mark.parametrize(
    "email",
    [
        "",
        "nobody",
        "a@b@c.example",
        "a@example.org\r\nBcc: b@example.org",
        "A <a@example.org>",
        "a@example.org,b@x.org",
    ],
)
def test_what_is_no_address_is_asked_for_again_and_nothing_is_sent(town: Town, email: str) -> None:
    answer = town.ask(email=email)
    assert answer.status_code == 400
    assert "such as name@example.org" in answer.text
    assert town.mails() == []


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}],
    ids=["by fetch", "by origin"],
)
def test_a_form_on_another_site_asks_for_nothing(town: Town, headers: dict[str, str]) -> None:
    answer = town.client.post(FORM, data={"email": ADDRESS}, headers=headers)
    assert answer.status_code == 403
    assert town.mails() == []


def test_a_body_that_is_too_large_is_not_read(town: Town) -> None:
    assert town.ask(email="a" * 100_000).status_code == 413


def test_a_host_that_somebody_made_up_stands_in_no_mail(town: Town) -> None:
    town.client.post(
        FORM, data={"email": ADDRESS}, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    )
    [mail] = town.mails()
    assert b"evil.example" not in mail.as_bytes()


@pytest.mark.parametrize("path", ["/neighbourhood/testshire/none/subscribe", "/neighbourhood/nowhere/T1/subscribe"])
def test_of_what_is_not_there_nothing_is_sent(town: Town, path: str) -> None:
    assert town.client.get(path).status_code == 404
    assert town.ask(path=path).status_code == 404


def test_a_site_without_a_mail_server_offers_none(places: DataFolder) -> None:
    with TestClient(create_site(WebSettings(data_dir=places.root))) as client:
        assert "sends no e-mails" in client.get(FORM).text
        assert "<form" not in client.get(FORM).text.partition("<main")[2].partition("</main")[0]
        assert client.post(FORM, data={"email": ADDRESS}).status_code == 404
        assert "/subscribe" not in client.get("/neighbourhood/testshire/T1/team").text


def test_the_page_of_the_team_leads_there(town: Town) -> None:
    assert f'href="{FORM}"' in town.client.get("/neighbourhood/testshire/T1/team").text
    assert f'href="/cy{FORM}"' in town.client.get("/cy/neighbourhood/testshire/T1/team").text


def test_links_that_are_forged_of_another_purpose_or_of_another_site_do_nothing(town: Town) -> None:
    town.ask()
    confirm = link_in(town.mails()[0], "confirm")
    token, secrets = confirm.split("/")[-1], secrets_of(town.settings)
    number = town.held()[0].id
    others = type(secrets)(("x" * 40,))
    wrong = {
        "cut": token[:-1], "changed": "A" + token[1:], "of managing": subscription.token_to_manage(secrets, number),
        "of other keys": subscription.token_to_confirm(others, number), "the number": str(number),
    }  # fmt: skip
    for one in wrong.values():
        assert town.client.get(f"/subscription/confirm/{one}").status_code == 404
        assert town.client.post(f"/subscription/confirm/{one}").status_code == 404
    for path in (f"/subscription/{token}", f"/subscription/{token}/end"):  # of confirming, so not of managing
        assert town.client.post(path, data={"often": "weekly"}).status_code == 404
    assert [one.confirmed_at for one in town.held()] == [None]


def test_a_link_that_is_too_old_confirms_nothing_and_the_address_is_gone(town: Town) -> None:
    town.ask()
    confirm = link_in(town.mails()[0], "confirm")
    with town.updates.writing() as connection:
        old = datetime.now(UTC) - subscription.UNCONFIRMED
        connection.execute(update(SUBSCRIPTION).values(created_at=old))
    assert town.client.post(confirm).status_code == 404
    assert town.mails() == []  # the jobs are done first
    assert town.held() == []


def test_a_signature_outlasts_forty_eight_hours_no_more(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.ask()
    secrets, number = secrets_of(town.settings), town.held()[0].id
    token = subscription.token_to_confirm(secrets, number)
    assert subscription.id_to_confirm(secrets, token) == number
    later = datetime.now(UTC).timestamp() + subscription.UNCONFIRMED.total_seconds() + 2
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)
    assert subscription.id_to_confirm(secrets, token) is None


def test_a_choice_can_be_changed_by_the_link_in_each_mail(town: Town) -> None:
    town.confirmed()
    town.publish()
    [news] = town.mails()
    manage = link_in(news, "")
    assert town.client.get(manage).status_code == 200
    changed = town.client.post(manage, data={"often": "weekly", "monthly": "yes"})
    assert (changed.status_code, changed.headers["location"]) == (303, manage + "?changed=1")
    assert "Your choice is kept." in town.client.get(changed.headers["location"]).text
    assert [(one.often, one.monthly) for one in town.held()] == [("weekly", True)]
    assert town.client.post("/subscription/x", data={"often": "weekly"}).status_code == 404


def test_neither_address_nor_link_lies_in_the_database_in_clear(town: Town) -> None:
    town.confirmed()
    town.ask(email="wren@example.org")
    with town.updates.reading() as connection:
        assert connection.scalar(select(OUTBOX.c.id).where(OUTBOX.c.sent_at.is_(None))) is not None
    town.updates.close()
    root = town.settings.data_dir
    with sqlite3.connect(root / "updates.db") as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    held = b"".join(path.read_bytes() for path in root.glob("updates.db*"))
    for told in (b"robin", b"wren", b"/subscription/", b"example.org"):
        assert told not in held


def test_the_first_words_of_a_mail_name_no_police_and_no_crime(town: Town) -> None:
    town.confirmed(monthly="yes")
    town.publish()
    mails = [*town.mailbox.mails, *town.mails()]
    assert len(mails) == 2
    for mail in mails:
        first = mail["Subject"] + mail["From"] + text_of(mail).split("\n\n", maxsplit=1)[0]
        assert not re.search(r"police|crime|heddlu|trosedd", first, re.IGNORECASE)


def test_a_subscription_holds_a_neighbourhood_and_no_postcode() -> None:
    assert not {"postcode", "lat", "lng", "name"} & {column.name for column in SUBSCRIPTION.c}


def test_the_notice_says_what_is_kept_where_mails_are_sent(town: Town, places: DataFolder) -> None:
    said = "your address is kept encrypted"
    assert said in html.unescape(town.client.get("/privacy").text)
    with TestClient(create_site(WebSettings(data_dir=places.root))) as client:
        assert said not in html.unescape(client.get("/privacy").text)


def test_one_who_is_refused_for_good_is_let_go(town: Town) -> None:
    town.mailbox.answers[ADDRESS] = "550 5.1.1 no such user"
    town.ask()
    assert town.mails() == []
    assert town.held() == []


@pytest.mark.parametrize("wanted", [{}, {"YOURAREA_SMTP_URL": "http://x.example"}], ids=["none set", "not meant"])
def test_mail_without_a_mail_server_says_so_in_one_line(wanted: dict[str, str], tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["mail", "--once", "--data", str(tmp_path)], env=wanted)
    assert done.exit_code == 1
    assert "YOURAREA_SMTP_URL" in str(done.exception)


def test_serve_sends_what_residents_ask_for_and_ends_when_it_is_told_to(town: Town, tmp_path: Path) -> None:
    told = {
        "YOURAREA_SMTP_URL": town.mailbox.url, "YOURAREA_MAIL_FROM": "news@area.example", "YOURAREA_PUBLIC_URL": PUBLIC,
        "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    serving = "import sys; from pathlib import Path; from geo.store.layout import DataFolder; "
    serving += "from yourarea.serve import serve_folder; "
    serving += "serve_folder(DataFolder(Path(sys.argv[1])), '127.0.0.1', 0, 2)"
    log, data = tmp_path / "err.log", str(town.settings.data_dir)
    with log.open("w") as err:
        started = subprocess.Popen([sys.executable, "-c", serving, data], stderr=err, env={**os.environ, **told})
        try:
            wait_until(lambda: "startup complete" in log.read_text())
            found = re.search(r"Serving at (http://\S+)/ ", log.read_text())
            assert found
            with urlopen(Request(found[1] + FORM, urlencode({"email": ADDRESS}).encode())) as answer:
                assert answer.url == found[1] + "/subscribed"
            wait_until(lambda: bool(town.mailbox.mails))
        finally:
            started.terminate()
            assert started.wait(30) == 0
    assert [mail["To"] for mail in town.mailbox.mails] == [ADDRESS]
    assert ADDRESS not in log.read_text()


def wait_until(it_is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not it_is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("language", "week", "month"),
    [
        ("en", "The week in your neighbourhood", "They are of September 2026."),
        ("cy", "Yr wythnos yn eich cymdogaeth", "Maent ar gyfer Medi 2026."),
    ],
)
def test_a_week_and_a_month_are_told_in_the_language_that_was_asked_for(language: str, week: str, month: str) -> None:
    letters, ref = Letters(Secrets(("k" * 32,)), PUBLIC), NeighbourhoodRef("kent", "A 1")
    held = Subscription(7, ref, Often.WEEKLY, True, language, True)
    event = Fresh(
        Kind.EVENT, ref, "e1", "Surgery", "<p>All <b>welcome</b></p>", "Cymhorthfa", None,
        starts_at=datetime(2026, 11, 2, 18, 0), address="Library",  # noqa: DTZ001  the clock on the wall
    )  # fmt: skip
    action = Fresh(Kind.ACTION, ref, "a1", None, "<p>Marked forty</p>", None, "<p>Nodwyd deugain</p>")
    letter = letters.to_tell(Telling(held, (event, action), weekly=True), "Quay")
    assert letter.subject == week
    assert ("Cymhorthfa\n2 Tachwedd 2026" if language == "cy" else "Surgery\n2 November 2026, 18:00") in letter.text
    assert "All welcome" in letter.text  # in English where nobody wrote it in Welsh
    assert ("Nodwyd deugain" if language == "cy" else "Marked forty") in letter.text
    prefix = "/cy" if language == "cy" else ""
    told = letters.to_tell(Telling(held, month=Month(2026, 9)), "Quay")
    assert month in told.text
    assert f"{PUBLIC}{prefix}/neighbourhood/kent/A%201\n" in told.text
    assert told.headers["List-Unsubscribe"].startswith(f"<{PUBLIC}{prefix}/subscription/")


def test_doctor_says_how_the_queue_stands_and_warns_where_mails_wait_too_long(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = DataFolder(town.settings.data_dir)

    def finding() -> Finding:
        return {one.what: one for one in examine(folder)}["e-mails"]

    assert finding() == Finding("e-mails", True, "none are sent: no mail server is set")
    monkeypatch.setenv("YOURAREA_SMTP_URL", "smtps://h.example")
    assert (finding().good, "YOURAREA_MAIL_FROM" in finding().said) == (False, True)
    monkeypatch.delenv("YOURAREA_SMTP_URL")
    town.ask()
    assert (finding().said[:7], finding().warning) == ("1 wait,", False)
    with town.updates.writing() as connection:
        connection.execute(update(OUTBOX).values(created_at=datetime.now(UTC) - timedelta(hours=2)))
    assert finding().warning
