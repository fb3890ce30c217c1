"""Where one is signed in: one's own sessions and nobody else's, each ended at once."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import select, update

from api.publish import session
from api.publish.staff_table import SESSION
from web.staff.route import COOKIE

SignIn = Callable[..., Any]


def elsewhere(staff: Any, browser: str) -> TestClient:
    """The same person signed in with another browser."""
    with staff.updates.writing() as connection:
        token = session.begin(connection, staff.account_id, browser, datetime.now(UTC))
    client = TestClient(staff.client.app, base_url="https://testserver", follow_redirects=False)
    client.cookies.set(COOKIE, token)
    return client


def test_one_sees_ones_own_and_nobody_elses(sign_in: SignIn) -> None:
    staff, other = sign_in(), sign_in(name="PC Otto Farr")
    elsewhere(staff, "Firefox, Windows")
    elsewhere(other, "Opera, Linux")
    text = staff.get("/staff/sessions").text
    assert ("A telephone" in text, "(this one)" in text, "Firefox, Windows" in text) == (True, True, True)
    assert "Opera, Linux" not in text


def test_one_is_ended_and_the_others_stay(sign_in: SignIn) -> None:
    staff = sign_in()
    lost, kept = elsewhere(staff, "Lost, Android"), elsewhere(staff, "Firefox, Windows")
    text = staff.get("/staff/sessions").text
    number = re.search(r'Lost, Android.*?name="end" value="(\d+)"', text, re.DOTALL)
    assert number is not None
    assert staff.post("/staff/sessions", {"end": number[1]}).headers["location"] == "/staff/sessions"
    assert [one.get("/staff").status_code for one in (lost, kept, staff.client)] == [303, 200, 200]
    assert "Lost, Android: from" in staff.get("/staff/sessions").text


def test_all_but_this_one_are_ended(sign_in: SignIn) -> None:
    staff = sign_in()
    others = [elsewhere(staff, "Lost, Android"), elsewhere(staff, "Firefox, Windows")]
    staff.post("/staff/sessions", {"end": "others"})
    assert [one.get("/staff").status_code for one in (*others, staff.client)] == [303, 303, 200]


def test_the_session_of_somebody_else_is_not_found(sign_in: SignIn) -> None:
    staff, other = sign_in(), sign_in(name="PC Otto Farr")
    with other.updates.reading() as connection:
        number = connection.scalar(select(SESSION.c.id).where(SESSION.c.account_id == other.account_id))
    for chosen in (str(number), "", "7777", "others-not"):
        assert staff.post("/staff/sessions", {"end": chosen}).status_code == 404
    assert other.get("/staff").status_code == 200


def test_one_that_time_ended_is_not_shown_as_holding(sign_in: SignIn) -> None:
    staff = sign_in()
    elsewhere(staff, "Old, Linux")
    with staff.updates.writing() as connection:
        old = datetime.now(UTC) - timedelta(days=2)
        connection.execute(update(SESSION).where(SESSION.c.browser == "Old, Linux").values(seen_at=old, created_at=old))
    text = staff.get("/staff/sessions").text
    assert ("Old, Linux: from" in text, "Sign out everywhere but here" in text) == (True, False)
