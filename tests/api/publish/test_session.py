"""Sessions of staff: a row and a token, ended by time, by hand, or with the account."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from api.publish import account, session
from api.publish.database import Updates
from api.publish.policy import COMMAND, Access, Role, Where
from api.publish.session import Session
from api.publish.staff_table import SESSION

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
IDLE, LONGEST = timedelta(hours=1), timedelta(hours=12)
PASSWORD = "correct horse battery"


@pytest.fixture
def sergeant(updates: Updates) -> int:
    updates.migrate()
    with updates.writing() as connection:
        number = account.add_local(connection, COMMAND, "Sgt Una Curlew", "u.curlew", PASSWORD)
        account.give(connection, COMMAND, number, Access(Role.NEIGHBOURHOOD_EDITOR, Where("kent", "A1")))
    return number


def begin(updates: Updates, account_id: int, now: datetime = NOW) -> str:
    with updates.writing() as connection:
        return session.begin(connection, account_id, "A telephone", now)


def find(updates: Updates, token: str, now: datetime) -> Session | None:
    return session.find(updates, token, now, IDLE, LONGEST)


def test_a_session_knows_whose_it_is_and_what_they_may(updates: Updates, sergeant: int) -> None:
    found = find(updates, begin(updates, sergeant), NOW)
    assert found is not None
    assert (found.actor.name, found.account_id) == ("Sgt Una Curlew", sergeant)
    assert found.actor.accesses == (Access(Role.NEIGHBOURHOOD_EDITOR, Where("kent", "A1")),)


def test_the_token_itself_is_kept_nowhere(updates: Updates, sergeant: int) -> None:
    token = begin(updates, sergeant)
    with updates.reading() as connection:
        row = connection.execute(select(SESSION)).one()
    assert token not in map(str, row)
    assert find(updates, row.token_hash, NOW) is None


def test_two_sessions_have_tokens_and_forms_of_their_own(updates: Updates, sergeant: int) -> None:
    first, second = begin(updates, sergeant), begin(updates, sergeant)
    one, other = find(updates, first, NOW), find(updates, second, NOW)
    assert one is not None
    assert other is not None
    assert (first != second, one.csrf != other.csrf, one.id != other.id) == (True, True, True)


def test_an_hour_unseen_ends_it_and_being_seen_prolongs_it(updates: Updates, sergeant: int) -> None:
    token = begin(updates, sergeant)
    for minutes in (50, 100, 150):
        assert find(updates, token, NOW + timedelta(minutes=minutes)) is not None
    assert find(updates, token, NOW + timedelta(minutes=150) + IDLE) is None


def test_twelve_hours_end_it_however_busy(updates: Updates, sergeant: int) -> None:
    token = begin(updates, sergeant)
    for minutes in range(30, 720, 30):
        assert find(updates, token, NOW + timedelta(minutes=minutes)) is not None
    assert find(updates, token, NOW + LONGEST) is None


def test_one_can_be_ended_and_the_others_stay(updates: Updates, sergeant: int) -> None:
    lost, kept = begin(updates, sergeant), begin(updates, sergeant)
    held = find(updates, lost, NOW)
    assert held is not None
    with updates.writing() as connection:
        assert session.end(connection, sergeant, NOW, held.id) == 1
    assert find(updates, lost, NOW) is None
    assert find(updates, kept, NOW) is not None
    with updates.reading() as connection:
        assert sorted(one.ended_at is None for one in session.sessions_of(connection, sergeant)) == [False, True]


def test_nobody_ends_the_session_of_another_account(updates: Updates, sergeant: int) -> None:
    held = find(updates, begin(updates, sergeant), NOW)
    assert held is not None
    with updates.writing() as connection:
        assert session.end(connection, sergeant + 1, NOW, held.id) == 0


def test_an_account_that_is_disabled_has_no_session(updates: Updates, sergeant: int) -> None:
    token = begin(updates, sergeant)
    with updates.writing() as connection:
        account.disable(connection, COMMAND, sergeant)
    assert find(updates, token, NOW) is None


def test_what_is_taken_away_is_gone_at_the_next_request(updates: Updates, sergeant: int) -> None:
    token = begin(updates, sergeant)
    with updates.writing() as connection:
        assert account.take(connection, COMMAND, sergeant, Access(Role.NEIGHBOURHOOD_EDITOR, Where("kent", "A1")))
    found = find(updates, token, NOW)
    assert found is not None
    assert found.actor.accesses == ()
