"""Slowing down who guesses passwords: they wait, and whose password it is comes in."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from api.publish import throttle
from api.publish.database import Updates
from api.publish.secret import Secrets
from api.publish.staff_table import SIGN_IN_FAILURE
from api.publish.throttle import Attempt, Throttle

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
KEYS = Secrets(("k" * 32,))
A_SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def tables(updates: Updates) -> None:
    updates.migrate()


def fail(updates: Updates, login: str = "u.curlew", source: str = "192.0.2.7", now: datetime = NOW) -> Attempt:
    with updates.writing() as connection:
        return Throttle(KEYS, login, source).begin(connection, now)


def rows(updates: Updates) -> int:
    with updates.reading() as connection:
        return connection.scalar(select(func.count()).select_from(SIGN_IN_FAILURE)) or 0


def test_five_tries_are_free_and_each_further_one_waits_twice_as_long(updates: Updates) -> None:
    now, waits = NOW, []
    for _ in range(16):
        found = fail(updates, now=now)
        waits.append(found.wait.total_seconds())
        if found.wait:
            now += found.wait
            assert fail(updates, now=now - A_SECOND).wait == A_SECOND
            assert not fail(updates, now=now).wait
    assert waits == [0, 0, 0, 0, 0, 5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900]


def test_whoever_waits_is_not_made_to_wait_longer_by_trying(updates: Updates) -> None:
    for _ in range(5):
        fail(updates)
    before = rows(updates)
    assert [fail(updates).wait.total_seconds() for _ in range(20)] == [5.0] * 20
    assert rows(updates) == before


def test_the_same_login_from_elsewhere_and_another_from_the_same_place_do_not_wait(updates: Updates) -> None:
    for _ in range(20):
        fail(updates)
    assert fail(updates, source="198.51.100.9").wait == timedelta(0)
    assert fail(updates, login="o.farr").wait == timedelta(0)


def test_a_login_that_a_thousand_guess_at_still_has_a_try_from_each_fresh_place(updates: Updates) -> None:
    for number in range(250):
        for _ in range(5):
            fail(updates, source=f"10.0.{number // 250}.{number % 250}")
    besieged = fail(updates, source="198.51.100.9")
    assert (besieged.wait, besieged.besieged) == (timedelta(0), True)
    assert fail(updates, source="198.51.100.9").wait > timedelta(0)


def test_one_place_that_fails_with_many_logins_waits_but_never_long(updates: Updates) -> None:
    for number in range(throttle.FREE_OF_SOURCE):
        assert not fail(updates, login=f"guess.{number}").wait
    now = NOW
    for number in range(8):
        wait = fail(updates, login=f"more.{number}", now=now).wait
        assert timedelta(0) < wait <= throttle.LONGEST_WAIT_OF_SOURCE
        now += wait
        assert not fail(updates, login=f"more.{number}", now=now).wait
    assert not fail(updates, login="u.curlew", source="browser abc", now=now).wait


def test_the_right_password_wipes_out_what_failed_before_it(updates: Updates) -> None:
    for _ in range(4):
        fail(updates)
    with updates.writing() as connection:
        guard = Throttle(KEYS, "U.Curlew ", "192.0.2.7")
        guard.succeed(connection, guard.begin(connection, NOW))
    assert [fail(updates).wait.total_seconds() for _ in range(6)] == [0, 0, 0, 0, 0, 5]


def test_a_day_later_nothing_is_held_against_anybody(updates: Updates) -> None:
    for _ in range(30):
        fail(updates)
    assert not fail(updates, now=NOW + timedelta(days=1)).wait
    assert rows(updates) == 3


def test_what_is_counted_is_bounded(updates: Updates, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "MOST_FAILURES", 30)
    for number in range(60):
        fail(updates, login=f"guess.{number}", source=f"10.0.0.{number}")
    assert rows(updates) <= 33


def test_neither_logins_nor_addresses_are_kept(updates: Updates) -> None:
    fail(updates)
    with updates.reading() as connection:
        kept = str(connection.execute(select(SIGN_IN_FAILURE)).all())
    assert ("curlew" in kept, "192.0.2" in kept) == (False, False)
