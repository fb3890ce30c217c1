"""Tokens of a force's own systems: shown once, of one place, for some kinds of things, and ended by time or by hand."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from api.publish import audit, token
from api.publish.database import Updates
from api.publish.item import put
from api.publish.item.kind import Kind
from api.publish.item.record import MayNot
from api.publish.item.written import WrittenLink
from api.publish.policy import COMMAND, Access, Deed, Role, Where
from api.publish.staff_table import SERVICE_TOKEN

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
A_YEAR = NOW + timedelta(days=365)
KENT, A1, A2 = Where("kent"), Where("kent", "A1"), Where("kent", "A2")
NEWS = (Kind.NEWS, Kind.EVENT)


@pytest.fixture(autouse=True)
def tables(updates: Updates) -> None:
    updates.migrate()


def make(updates: Updates, where: Where = KENT, kinds: tuple[Kind, ...] = NEWS, until: datetime = A_YEAR) -> str:
    with updates.writing() as connection:
        return token.make(connection, COMMAND, "Newsroom", where, kinds, until, NOW)


def test_a_token_is_who_publishes_in_its_place_and_nothing_else(updates: Updates) -> None:
    actor = token.find(updates, make(updates, A1), NOW)
    assert actor is not None
    assert (actor.kind, actor.id, actor.name) == ("token", "1", "Newsroom")
    assert actor.accesses == (Access(Role.SERVICE, A1),)
    assert actor.kinds == frozenset(("news", "event"))
    assert [actor.may(Deed.PUBLISH, where) for where in (A1, A2, KENT, Where("essex", "A1"))] == [True] + 3 * [False]
    assert [deed for deed in Deed if actor.may(deed, A1)] == [Deed.PUBLISH]


def test_it_publishes_no_other_kind_of_thing(updates: Updates) -> None:
    link = WrittenLink(title="Parish", url="https://parish.example")
    for kinds, refused in ((NEWS, True), ((Kind.LINK,), False)):
        actor = token.find(updates, make(updates, A1, kinds), NOW)
        assert actor is not None
        with updates.writing() as connection:
            if refused:
                with pytest.raises(MayNot, match="of that kind"):
                    put.put(connection, actor, A1, "parish", link)
            else:
                assert put.put(connection, actor, A1, "parish", link).created


def test_the_token_itself_is_kept_nowhere(updates: Updates) -> None:
    made = make(updates)
    with updates.reading() as connection:
        row = connection.execute(select(SERVICE_TOKEN)).one()
        assert made not in str(row) + str(audit.audit_of(connection, Where()))
    assert token.find(updates, row.token_hash, NOW) is None


def test_it_ends_by_time(updates: Updates) -> None:
    made = make(updates)
    assert token.find(updates, made, A_YEAR - timedelta(seconds=1)) is not None
    assert token.find(updates, made, A_YEAR) is None


def test_it_ends_by_hand_at_once_and_only_by_its_own_force(updates: Updates) -> None:
    made = make(updates, A1)
    with updates.writing() as connection:
        assert not token.revoke(connection, COMMAND, Where("essex"), 1, NOW)
    assert token.find(updates, made, NOW) is not None
    with updates.writing() as connection:
        assert token.revoke(connection, COMMAND, KENT, 1, NOW)
        assert not token.revoke(connection, COMMAND, KENT, 1, NOW)
    assert token.find(updates, made, NOW) is None
    with updates.reading() as connection:
        assert [(one.deed, one.force_id, one.item) for one in audit.audit_of(connection, A1)] == [
            ("revoke-token", "kent", "1"),
            ("make-token", "kent", "1"),
        ]


def test_its_latest_use_is_told(updates: Updates) -> None:
    made, later = make(updates), NOW + timedelta(hours=2)
    assert used(updates) is None
    for moment, told in ((NOW, NOW), (NOW + timedelta(seconds=30), NOW), (later, later)):
        token.find(updates, made, moment)
        assert used(updates) == told


def used(updates: Updates) -> datetime | None:
    with updates.reading() as connection:
        (only,) = token.tokens_of(connection, KENT)
    return only.used_at


def test_a_force_sees_its_own(updates: Updates) -> None:
    for where in (KENT, A1, Where("essex")):
        make(updates, where)
    with updates.reading() as connection:
        seen = [[one.where for one in token.tokens_of(connection, where)] for where in (KENT, A1, Where())]
    assert seen == [[A1, KENT], [A1], [Where("essex"), A1, KENT]]


@pytest.mark.parametrize(
    ("name", "where", "kinds", "until", "why"),
    [
        (" ", KENT, NEWS, A_YEAR, "which system"),
        ("Newsroom", Where(), NEWS, A_YEAR, "of a force"),
        ("Newsroom", KENT, (), A_YEAR, "may publish"),
        ("Newsroom", KENT, NEWS, NOW, "400 days"),
        ("Newsroom", KENT, NEWS, NOW + timedelta(days=401), "400 days"),
    ],
)
def test_none_is_made_without_a_name_a_force_a_kind_or_an_end(
    updates: Updates, name: str, where: Where, kinds: tuple[Kind, ...], until: datetime, why: str
) -> None:
    with updates.writing() as connection, pytest.raises(token.BadToken, match=why):
        token.make(connection, COMMAND, name, where, kinds, until, NOW)
