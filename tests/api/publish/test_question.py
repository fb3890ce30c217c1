"""Questions of residents: asked where a force takes them, answered once, and gone in time."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api.publish.audit import audit_of
from api.publish.database import Updates
from api.publish.item.kind import Kind
from api.publish.item.put import items
from api.publish.item.record import MayNot
from api.publish.item.written import WrittenAnswer
from api.publish.policy import Access, Actor, Role, Where
from api.publish.question.ending import Letter, answer_privately, close, hand_over, publish_answer
from api.publish.question.inbox import ask, ended, question, waiting
from api.publish.question.record import (
    CloseReason,
    EndedMeanwhile,
    HandedTo,
    NoAddress,
    NoSuchQuestion,
    Notice,
    NotTaken,
)
from api.publish.question.retention import prune
from api.publish.question.taking import take_questions, takes_questions
from api.publish.secret import Secrets
from api.publish.staff_table import ASKED, OUTBOX, QUESTION
from api.settings import ApiSettings
from geo.errors import DamagedFile

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
A1, A2, KENT = Where("kent", "A1"), Where("kent", "A2"), Where("kent")
CURLEW = Actor("account", "7", "Sgt Una Curlew", (Access(Role.NEIGHBOURHOOD_EDITOR, A1),))
READER = Actor("account", "8", "A. Reviewer", (Access(Role.REVIEWER, A1),))
HEAD = Actor("account", "9", "Head", (Access(Role.FORCE_ADMINISTRATOR, KENT),))
SECRETS = Secrets(("k" * 40,))
WORDS = "Why does the lamp at number nine flicker?"
WRITTEN = WrittenAnswer(
    question="Street lamps", answer="The council mends them.", answered_at=datetime.fromisoformat("2026-03-02T09:00")
)
LETTER = Letter(Notice("An answer", "The council mends them.", "en"), SECRETS)
SETTINGS = ApiSettings()


@pytest.fixture
def asked(updates: Updates) -> Updates:
    """A database of a force that takes questions."""
    updates.migrate()
    with updates.writing() as connection:
        take_questions(connection, HEAD, "kent", taken=True)
    return updates


def send(updates: Updates, where: Where = A1, now: datetime = NOW, address: str | None = None, **how: Any) -> datetime:
    hidden = None if address is None else SECRETS.hide(address)
    return ask(updates, where, WORDS, "en", hidden, now=now, **{"per_hour": 20, "days": 90, **how})


def doing(updates: Updates, deed: Callable[..., Any], *more: Any, **how: Any) -> Any:
    with updates.writing() as connection:
        return deed(connection, *more, **how)


def on_disk(updates: Updates, folder: Path) -> list[bytes]:
    """The bytes of every file of an SQLite database; what a server holds is its own."""
    if updates.path is None:
        return []
    files = [file.read_bytes() for file in folder.glob("updates.db*")]
    assert files
    return files


def answered(updates: Updates, now: datetime, actor: Actor = CURLEW, number: int = 1, seen: int = 1) -> str:
    return str(doing(updates, publish_answer, actor, A1, number, seen, WRITTEN, now, LETTER))


def test_no_force_takes_questions_unless_it_says_so(updates: Updates) -> None:
    updates.migrate()
    with pytest.raises(NotTaken):
        send(updates)
    doing(updates, take_questions, HEAD, "kent", taken=True)
    assert send(updates) == NOW + timedelta(hours=72)
    with pytest.raises(NotTaken):
        send(updates, Where("essex", "A1"))
    doing(updates, take_questions, HEAD, "kent", taken=False)
    with pytest.raises(NotTaken):
        send(updates)
    with updates.reading() as connection:
        assert not takes_questions(connection, "kent")
        said = [row.after for row in audit_of(connection, KENT) if row.item == "questions"]
    assert said == [{"value": False}, {"value": True}]


def test_a_question_never_makes_the_database(updates: Updates, tmp_path: Path) -> None:
    with pytest.raises(DamagedFile, match="start `yourarea serve` anew"):
        send(updates)
    prune(updates, SETTINGS, NOW)
    assert list(tmp_path.iterdir()) == []


def test_an_hour_takes_so_many_for_each_neighbourhood(asked: Updates) -> None:
    send(asked, per_hour=1)
    with pytest.raises(NotTaken):
        send(asked, per_hour=1)
    send(asked, A2, per_hour=1)
    send(asked, now=NOW + timedelta(hours=1), per_hour=1)


def test_an_address_lies_in_the_file_only_as_nobody_without_the_key_can_read_it(asked: Updates, tmp_path: Path) -> None:
    send(asked, address="ann.teak@testham.example")
    answered(asked, NOW + timedelta(hours=1))
    with asked.reading() as connection:
        held = [connection.scalar(select(column)) for column in (QUESTION.c.address, OUTBOX.c.address)]
    assert [SECRETS.show(str(one)) for one in held] == ["ann.teak@testham.example"] * 2
    asked.close()
    assert not any(b"ann.teak" in held for held in on_disk(asked, tmp_path))


def test_an_answer_is_published_in_the_teams_words_and_waits_to_be_sent(asked: Updates) -> None:
    send(asked, address="ann@testham.example")
    answer_id = answered(asked, NOW + timedelta(hours=30, minutes=1))
    with asked.reading() as connection:
        (item,) = items(connection, A1, Kind.ANSWER)
        (one,) = ended(connection, A1)
        letter = connection.execute(select(OUTBOX)).one()
        count = connection.execute(select(ASKED)).one()
        assert waiting(connection, KENT) == []
    assert (item.external_id, item.written and item.written["question"]) == (answer_id, "Street lamps")
    assert (one.state, one.ended_by, one.answer_id, one.version) == ("answered", "Sgt Una Curlew", answer_id, 2)
    assert (letter.reference, letter.subject, SECRETS.show(letter.body)) == (
        "answer/1", "An answer", "The council mends them.",
    )  # fmt: skip
    assert letter.headers == {"Content-Language": "en"}
    assert (count.asked_on, count.hours, count.how) == (NOW.date(), 31, "answered")


def test_an_answer_to_nobodys_address_is_published_and_not_sent(asked: Updates) -> None:
    send(asked)
    answered(asked, NOW)
    with asked.reading() as connection:
        assert connection.execute(select(OUTBOX)).all() == []


def test_an_address_whose_key_is_lost_keeps_no_answer_from_being_published(asked: Updates) -> None:
    send(asked, address="ann@testham.example")
    lost = Letter(LETTER.notice, Secrets(("n" * 40,)))
    with pytest.raises(NoAddress):
        doing(asked, answer_privately, CURLEW, A1, 1, 1, lost, NOW)
    doing(asked, publish_answer, CURLEW, A1, 1, 1, WRITTEN, NOW, lost)
    with asked.reading() as connection:
        assert connection.execute(select(OUTBOX)).all() == []
        assert ended(connection, A1)[0].state == "answered"


def test_a_private_answer_is_sent_and_published_nowhere(asked: Updates) -> None:
    send(asked, address="ann@testham.example")
    send(asked)
    doing(asked, answer_privately, CURLEW, A1, 1, 1, LETTER, NOW)
    with pytest.raises(NoAddress):
        doing(asked, answer_privately, CURLEW, A1, 2, 1, LETTER, NOW)
    with asked.reading() as connection:
        assert items(connection, A1, Kind.ANSWER) == []
        assert [one.id for one in waiting(connection, A1)] == [2]
        assert len(connection.execute(select(OUTBOX)).all()) == 1
        assert connection.scalars(select(ASKED.c.how)).all() == ["answered-privately"]


@pytest.mark.parametrize(
    ("deed", "what", "state"),
    [(hand_over, HandedTo.SAFEGUARDING, "handed-over"), (close, CloseReason.ABUSE, "closed")],
)
def test_what_is_handed_over_or_closed_is_published_nowhere_and_its_address_goes_at_once(
    asked: Updates, deed: Callable[..., Any], what: str, state: str
) -> None:
    send(asked, address="ann@testham.example")
    doing(asked, deed, CURLEW, A1, 1, 1, what, NOW)
    with asked.reading() as connection:
        (one,) = ended(connection, A1)
        assert (one.state, one.addressed) == (state, False)
        assert connection.execute(select(OUTBOX)).all() == []
        assert items(connection, A1, Kind.ANSWER) == []
        (row,) = [row for row in audit_of(connection, A1) if row.kind == "question"]
    assert (row.actor_name, row.item, row.after and what in row.after.values()) == ("Sgt Una Curlew", "1", True)


def test_of_two_who_answer_the_second_is_told_and_nothing_of_theirs_is_written(asked: Updates) -> None:
    send(asked)
    answered(asked, NOW)
    for deed, more in ((publish_answer, (WRITTEN, NOW)), (hand_over, (HandedTo.REPORT, NOW))):
        with pytest.raises(EndedMeanwhile) as met:
            doing(asked, deed, CURLEW, A1, 1, 1, *more)
        assert met.value.held.ended_by == "Sgt Una Curlew"
    with asked.reading() as connection:
        assert len(items(connection, A1, Kind.ANSWER)) == len(connection.execute(select(ASKED)).all()) == 1


def test_of_many_who_answer_at_the_same_moment_one_gets_through(asked: Updates) -> None:
    send(asked)
    with ThreadPoolExecutor(6) as pool:
        tried = [pool.submit(answered, asked, NOW) for _ in range(6)]
    faults = [one.exception() for one in tried]
    assert faults.count(None) == 1
    assert all(isinstance(one, EndedMeanwhile) for one in faults if one is not None)
    with asked.reading() as connection:
        assert len(items(connection, A1, Kind.ANSWER)) == len(connection.execute(select(ASKED)).all()) == 1


def test_only_who_may_answer_there_can_and_only_what_is_there(asked: Updates) -> None:
    send(asked)
    send(asked, A2)
    with pytest.raises(MayNot):
        answered(asked, NOW, READER)
    with pytest.raises(MayNot):
        doing(asked, close, CURLEW, A2, 2, 1, CloseReason.ABUSE, NOW)
    with pytest.raises(NoSuchQuestion):
        answered(asked, NOW, number=2)
    with asked.reading() as connection:
        assert question(connection, A1, 2) is None


def test_the_audit_holds_neither_the_residents_words_nor_the_address(asked: Updates) -> None:
    send(asked, address="ann@testham.example")
    send(asked)
    answered(asked, NOW)
    doing(asked, close, CURLEW, A1, 2, 1, CloseReason.NOT_OURS, NOW)
    prune(asked, SETTINGS, NOW + timedelta(days=90))
    with asked.reading() as connection:
        told = json.dumps([row.json() for row in audit_of(connection, Where())])
    assert not any(word in told for word in ("lamp at", "flicker", "testham"))


def test_after_48_hours_a_question_is_escalated_once_and_comes_first(asked: Updates) -> None:
    send(asked)
    send(asked, A2, NOW + timedelta(hours=1))
    prune(asked, SETTINGS, NOW + timedelta(hours=47, minutes=59))
    with asked.reading() as connection:
        assert [one.escalated_at for one in waiting(connection, KENT)] == [None, None]
    late = NOW + timedelta(hours=48)
    for now in (late, late + timedelta(minutes=1)):
        prune(asked, SETTINGS, now)
    with asked.reading() as connection:
        found = waiting(connection, KENT)
        rows = [row for row in audit_of(connection, KENT) if row.deed == "escalate"]
    assert [(one.id, one.escalated_at, one.hours_left(late)) for one in found] == [(1, late, 24), (2, None, 25)]
    assert [(row.actor_kind, row.item) for row in rows] == [("job", "1")]
    answered(asked, late)  # who had it open before it was escalated can answer it all the same


def test_an_address_is_gone_30_days_after_the_answer_and_so_is_what_waited_to_be_sent(asked: Updates) -> None:
    send(asked, address="ann@testham.example")
    answered(asked, NOW + timedelta(days=1))
    prune(asked, SETTINGS, NOW + timedelta(days=30, hours=23))
    with asked.reading() as connection:
        assert ended(connection, A1)[0].addressed
    prune(asked, SETTINGS, NOW + timedelta(days=31))
    with asked.reading() as connection:
        assert not ended(connection, A1)[0].addressed
        assert connection.execute(select(OUTBOX)).all() == []


@pytest.mark.parametrize("by_asking", [True, False])
def test_a_question_is_gone_after_a_set_time_and_only_counts_are_left(
    asked: Updates, tmp_path: Path, by_asking: bool
) -> None:
    send(asked, address="ann@testham.example")
    send(asked, A2)
    answered(asked, NOW)
    later = NOW + timedelta(days=90)
    prune(asked, SETTINGS, later - timedelta(minutes=1))
    with asked.reading() as connection:
        assert len(connection.execute(select(QUESTION)).all()) == 2
    if by_asking:
        ask(asked, A1, "Another thing", "en", None, per_hour=20, days=90, now=later)
    else:
        prune(asked, SETTINGS, later)
    with asked.reading() as connection:
        assert [row.text for row in connection.execute(select(QUESTION))] == ["Another thing"] * by_asking
        found = connection.execute(select(ASKED.c.neighbourhood_id, ASKED.c.hours, ASKED.c.how)).all()
    assert [tuple(row) for row in found] == [("A1", 0, "answered"), ("A2", None, "unanswered")]
    asked.close()
    assert not any(b"flicker" in held for held in on_disk(asked, tmp_path))


def test_questions_are_answered_though_the_force_takes_no_more(asked: Updates) -> None:
    send(asked)
    doing(asked, take_questions, HEAD, "kent", taken=False)
    assert answered(asked, NOW)
