"""Staff and the questions of residents: the inbox, one answer for all or for one, hand-over, and two at once."""

import asyncio
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select
from typer.testing import CliRunner

from api.publish.audit import audit_of
from api.publish.database import Updates
from api.publish.item.kind import Kind
from api.publish.item.put import items
from api.publish.policy import COMMAND, Role, Where
from api.publish.question.inbox import ask
from api.publish.question.taking import take_questions, takes_questions
from api.publish.secret import Secrets, secrets_of
from api.publish.staff_table import ASKED, OUTBOX, QUESTION
from web.settings import WebSettings
from web.site import create_site
from yourarea.command import cli
from yourarea.mail_job import MailWork

SignIn = Callable[..., Any]
FORCE, T1, T2 = Where("testshire"), Where("testshire", "T1"), Where("testshire", "T2")
LIST = "/staff/neighbourhood/testshire/T1/questions"
WORDS = "Who mends the lamp <b>by</b> the quay?"
GOOD = {"how": "publish", "version": "1", "question": "Street lamps", "answer": "The **council** mends them."}


@pytest.fixture
def asked(site: FastAPI) -> Callable[..., None]:
    """`asked(where, hours_ago, address)`: somebody asked a team."""
    updates: Updates = site.state.updates
    with updates.writing() as connection:
        take_questions(connection, COMMAND, "testshire", taken=True)

    def send(where: Where = T1, hours_ago: int = 0, address: str | None = None, language: str = "en") -> None:
        hidden = secrets_of(site.state.settings).hide(address) if address else None
        now = datetime.now(UTC) - timedelta(hours=hours_ago)
        ask(updates, where, WORDS, language, hidden, per_hour=20, days=90, now=now)

    return send


@pytest.fixture
def secrets(site: FastAPI) -> Secrets:
    """The site's own keys."""
    return secrets_of(site.state.settings)


def rows(staff: Any, table: Any) -> list[Any]:
    with staff.updates.reading() as connection:
        return list(connection.execute(select(table)).all())


def test_the_inbox_says_in_words_how_long_there_is(sign_in: SignIn, asked: Callable[..., None]) -> None:
    asked()
    asked(hours_ago=75)
    text = sign_in().get(LIST).text
    assert (
        text.index("Waiting for more than 48 hours") < text.index("Overdue by 3 hours") < text.index("Due in 71 hour")
    )
    assert "Who mends the lamp &lt;b&gt;by&lt;/b&gt; the quay?" in text
    assert "Waiting for more than 48 hours" not in sign_in(where=T2).get(LIST.replace("T1", "T2")).text


def test_a_forces_editors_see_every_neighbourhood_and_what_was_escalated_first(
    sign_in: SignIn, asked: Callable[..., None]
) -> None:
    asked(T1, hours_ago=1)
    asked(T2, hours_ago=50)
    text = sign_in(Role.FORCE_EDITOR, FORCE).get("/staff/force/testshire/questions").text
    assert text.index("/T2/questions/2") < text.index("/T1/questions/1")
    assert "Due in 21 hours" in text


def test_an_answer_is_published_in_the_teams_words_and_sent(
    sign_in: SignIn, asked: Callable[..., None], secrets: Secrets
) -> None:
    asked(address="ann@testham.example")
    staff = sign_in()
    page = staff.get(f"{LIST}/1").text
    assert ("ann@" in page, "sent to whoever asked" in page) == (False, True)
    answer = staff.post(f"{LIST}/1/answer", GOOD)
    assert (answer.status_code, answer.headers["location"]) == (303, LIST)
    with staff.updates.reading() as connection:
        (item,) = items(connection, T1, Kind.ANSWER)
        told = json.dumps([row.json() for row in audit_of(connection, T1)])
    assert item.written
    assert item.written["question"] == "Street lamps"
    (letter,) = rows(staff, OUTBOX)
    body = secrets.show(letter.body)
    assert (letter.subject, "The council mends them." in body) == ("An answer to your question", True)
    assert secrets.show(letter.address) == "ann@testham.example"
    assert not any(word in told + body + letter.address for word in ("quay?", "ann@"))
    assert "Answered, and published" in staff.get(f"{LIST}/1").text
    assert "Dealt with lately" in staff.get(LIST).text


def test_from_the_question_to_the_mail_that_answers_it(
    site: FastAPI, sign_in: SignIn, asked: Callable[..., None], mailbox: Any
) -> None:
    data_dir = site.state.settings.data_dir
    asked(hours_ago=1)  # now the force takes questions
    told = {"smtp_url": mailbox.url, "mail_from": "T <t@testshire.example>", "public_url": "https://area.example"}
    form = {"text": WORDS, "address": "ann.teak@testham.example"}
    with TestClient(create_site(WebSettings(data_dir=data_dir, **told)), follow_redirects=False) as resident:
        assert resident.post("/neighbourhood/testshire/T1/ask/question", data=form).status_code == 303
    assert sign_in().post(f"{LIST}/2/answer", GOOD).status_code == 303
    for n in (1, 0):
        env = {f"YOURAREA_{name.upper()}": value for name, value in told.items()}
        done = CliRunner().invoke(cli, ["mail", "--once", "--data", str(data_dir)], env=env)
        assert (done.exit_code, done.stdout) == (0, f"{n} e-mails were sent.\n"), done.output
    (mail,) = mailbox.mails
    assert (mail["To"], mail["Subject"], mail["Content-Language"]) == (
        "ann.teak@testham.example", "An answer to your question", "en",
    )  # fmt: skip
    words = mail.get_body(("plain",)).get_content()
    assert ("The council mends them." in words, "quay" in words) == (True, False)


def test_what_keeps_house_beside_the_pages_escalates_too(
    site: FastAPI, sign_in: SignIn, asked: Callable[..., None]
) -> None:
    asked(hours_ago=50)
    staff = sign_in()
    (one,) = rows(staff, QUESTION)
    assert one.escalated_at is None
    work = MailWork(site.state.settings, None)
    asyncio.run(work.step())
    asyncio.run(work.close())
    (one,) = rows(staff, QUESTION)
    assert one.escalated_at is not None


def test_who_asked_in_welsh_is_answered_in_welsh_where_there_is_that(
    sign_in: SignIn, asked: Callable[..., None], secrets: Secrets
) -> None:
    asked(address="ann@testham.example", language="cy")
    staff = sign_in()
    assert "It was asked in Welsh" in staff.get(f"{LIST}/1").text
    staff.post(f"{LIST}/1/answer", GOOD | {"how": "private", "question": "", "answer_cy": "Y cyngor"})
    (letter,) = rows(staff, OUTBOX)
    body = secrets.show(letter.body)
    assert ("Y cyngor" in body, "council" in body) == (True, False)
    assert letter.subject == "Ateb i'ch cwestiwn"
    with staff.updates.reading() as connection:
        assert items(connection, T1, Kind.ANSWER) == []


@pytest.mark.parametrize(
    ("path", "sent", "said"),
    [
        ("answer", {"how": ""}, "Select who is to read the answer"),
        ("answer", {"answer": ""}, "Enter this"),
        ("answer", {"question": ""}, "Enter this"),
        ("answer", {"answer": "a" * 4_001}, "Use 4000 characters or fewer"),
        ("answer", {"how": "private"}, "No e-mail address was left"),
        ("hand-over", {"to": "nowhere"}, "Select what it is handed over as"),
        ("close", {"reason": ""}, "Select why it has no answer"),
    ],
)
def test_a_mistake_is_told_and_nothing_typed_is_lost(
    sign_in: SignIn, asked: Callable[..., None], path: str, sent: dict[str, str], said: str
) -> None:
    asked()
    staff = sign_in()
    answer = staff.post(f"{LIST}/1/{path}", GOOD | sent)
    assert (answer.status_code, said in answer.text, "<title>Error: " in answer.text) == (400, True, True)
    if path == "answer" and sent.get("question") != "":
        assert "Street lamps" in answer.text
    assert rows(staff, ASKED) == []


def test_an_answer_that_seems_to_name_somebody_is_asked_about_before_it_goes_out(
    sign_in: SignIn, asked: Callable[..., None]
) -> None:
    asked(address="ann@testham.example")
    staff = sign_in()
    doubtful = GOOD | {"answer": "The victim, Sarah Jones, lives at 12 Mill Lane. Call 07700 900123."}
    answer = staff.post(f"{LIST}/1/answer", doubtful)
    assert (answer.status_code, "Are you sure?" in answer.text, "12 Mill Lane" in answer.text) == (400, True, True)
    assert (rows(staff, ASKED), rows(staff, OUTBOX)) == ([], [])
    assert staff.post(f"{LIST}/1/answer", doubtful | {"sure": "yes"}).status_code == 303
    assert len(rows(staff, OUTBOX)) == 1


def test_of_two_who_answer_at_once_the_second_is_told_and_keeps_their_words(
    sign_in: SignIn, asked: Callable[..., None]
) -> None:
    asked()
    first, second = sign_in(name="Sgt Una Curlew"), sign_in(Role.FORCE_EDITOR, FORCE, "Dot Plover")
    assert first.post(f"{LIST}/1/answer", GOOD).status_code == 303
    answer = second.post(f"{LIST}/1/answer", GOOD | {"answer": "Ring the council"})
    assert (answer.status_code, "Ring the council" in answer.text) == (409, True)
    assert "Somebody else dealt with this question" in answer.text
    assert "by Sgt Una Curlew" in answer.text
    assert second.post(f"{LIST}/1/close", {"version": "1", "reason": "abuse"}).status_code == 409
    with second.updates.reading() as connection:
        assert len(items(connection, T1, Kind.ANSWER)) == 1


@pytest.mark.parametrize(
    ("path", "sent", "said"),
    [
        ("hand-over", {"to": "safeguarding"}, "Handed over as a safeguarding matter"),
        ("close", {"reason": "not-ours"}, "Closed without an answer"),
    ],
)
def test_a_question_is_handed_over_or_closed_and_nothing_of_it_is_published(
    sign_in: SignIn, asked: Callable[..., None], path: str, sent: dict[str, str], said: str
) -> None:
    asked(address="ann@testham.example")
    staff = sign_in()
    assert staff.post(f"{LIST}/1/{path}", {"version": "1", **sent}).status_code == 303
    assert said in staff.get(f"{LIST}/1").text
    (one,) = rows(staff, QUESTION)
    assert (one.address, rows(staff, OUTBOX)) == (None, [])


def test_a_question_of_another_neighbourhood_is_not_there(sign_in: SignIn, asked: Callable[..., None]) -> None:
    asked(T2)
    staff = sign_in()
    assert staff.get(f"{LIST}/1").status_code == 404
    assert staff.get(f"{LIST}/{10**30}").status_code == 404
    assert staff.post(f"{LIST}/1/answer", GOOD).status_code == 404
    assert staff.get(f"{LIST.replace('T1', 'T2')}/1").status_code == 403
    assert rows(staff, ASKED) == []


def test_a_forces_administrator_is_led_to_where_they_say_whether_teams_can_be_asked(sign_in: SignIn) -> None:
    path, switch = "/staff/force/testshire/questions", "/force/testshire/manage/questions"
    boss = sign_in(Role.FORCE_ADMINISTRATOR, FORCE)
    assert switch in boss.get(path).text
    for said, taken in (("yes", True), ("no", False)):
        version = re.findall(r'name="version" value="(\d+)"', boss.get(switch).text)[0]
        assert boss.post(switch, {"on": said, "version": version}).status_code == 303
        with boss.updates.reading() as connection:
            assert takes_questions(connection, "testshire") is taken
    assert switch not in sign_in(Role.FORCE_EDITOR, FORCE).get(path).text
