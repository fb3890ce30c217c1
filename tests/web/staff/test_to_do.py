"""What is to do in a force: what the board says is missing, and the questions that wait."""

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from api.publish.policy import COMMAND, Role, Where
from api.publish.question.inbox import ask
from api.publish.question.taking import take_questions

SignIn = Callable[..., Any]
FORCE = Where("testshire")


def said(page: str) -> str:
    main = page.partition("<main")[2].partition("</main")[0]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main)))


def test_a_forces_staff_see_what_is_missing_in_each_neighbourhood(sign_in: SignIn) -> None:
    staff = sign_in(Role.FORCE_EDITOR, FORCE)
    with staff.updates.writing() as connection:
        take_questions(connection, COMMAND, "testshire", taken=True)
    ask(staff.updates, Where("testshire", "T1"), "Why?", "en", None, per_hour=9, days=90, now=datetime.now(UTC))
    page = staff.get("/staff/force/testshire/to-do").text
    words = said(page)
    east, market = words.index("East Field"), words.index("Market & Quay")
    assert "Name an officer: nobody is published here" in words[east:market]
    assert "there are no priorities" in words[east:market]
    assert "Publish the next meeting" not in words[east:market]
    assert "1 question waits for an answer" in words[market:]
    assert "Look at the priorities again" in words[market:]
    assert 'href="/staff/neighbourhood/testshire/T1/questions"' in page


def test_a_reviewer_reads_it_and_has_no_way_to_the_questions(sign_in: SignIn) -> None:
    staff = sign_in(Role.REVIEWER, FORCE)
    answer = staff.get("/staff/force/testshire/to-do")
    assert (answer.status_code, "/questions" in answer.text) == (200, False)
    assert "/questions" not in staff.get("/staff/force/testshire").text


def test_a_force_without_neighbourhoods_has_nothing_to_do(sign_in: SignIn) -> None:
    staff = sign_in(Role.NATIONAL_ADMINISTRATOR, Where())
    assert "No neighbourhood of this force is held here" in staff.get("/staff/force/elsewhere/to-do").text
