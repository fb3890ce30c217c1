"""Who lets whom do what: within their own force, never more than they may themselves, and never themselves out."""

from datetime import UTC, datetime

import pytest

from api.publish import account, admission, audit, session
from api.publish.account import BadAccount
from api.publish.database import Updates
from api.publish.item.record import MayNot
from api.publish.policy import COMMAND, Access, Actor, Role, Where
from api.publish.staff_table import SESSION

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
KENT, ESSEX, A1 = Where("kent"), Where("essex"), Where("kent", "A1")
ADMINISTRATOR = Access(Role.FORCE_ADMINISTRATOR, KENT)


@pytest.fixture(autouse=True)
def tables(updates: Updates) -> None:
    updates.migrate()


def person(updates: Updates, name: str, *accesses: Access) -> Actor:
    with updates.writing() as connection:
        number = account.add_local(connection, COMMAND, name, name, "correct horse battery")
        for access in accesses:
            account.give(connection, COMMAND, number, access)
        session.begin(connection, number, None, NOW)
        found = account.account(connection, number)
    assert found is not None
    return found.actor


def held(updates: Updates, whose: Actor) -> set[tuple[Role, Where]]:
    with updates.reading() as connection:
        return {(one.role, one.where) for one in account.accesses_of(connection, int(whose.id or 0))}


def number(whose: Actor) -> int:
    return int(whose.id or 0)


def test_an_administrator_gives_and_takes_roles_within_the_force(updates: Updates) -> None:
    chief, pc = person(updates, "chief", ADMINISTRATOR), person(updates, "pc")
    for role, where in (
        (Role.FORCE_ADMINISTRATOR, KENT), (Role.FORCE_EDITOR, KENT), (Role.NEIGHBOURHOOD_EDITOR, A1),
        (Role.REVIEWER, KENT), (Role.REVIEWER, A1),
    ):  # fmt: skip
        with updates.writing() as connection:
            admission.give(connection, chief, number(pc), Access(role, where))
        assert held(updates, pc) == {(role, where)}
        with updates.writing() as connection:
            admission.take(connection, chief, number(pc), Access(role, where))
        assert held(updates, pc) == set()


@pytest.mark.parametrize(
    "access",
    [
        Access(Role.NATIONAL_ADMINISTRATOR, Where()),
        Access(Role.FORCE_EDITOR, ESSEX),
        Access(Role.NEIGHBOURHOOD_EDITOR, Where("essex", "A1")),
    ],
)
def test_none_beyond_it_is_given_or_taken(updates: Updates, access: Access) -> None:
    chief, pc = person(updates, "chief", ADMINISTRATOR), person(updates, "pc", access)
    with updates.writing() as connection, pytest.raises(MayNot):
        admission.give(connection, chief, number(chief), access)
    with updates.writing() as connection, pytest.raises(MayNot):
        admission.take(connection, chief, number(pc), access)
    assert held(updates, pc) == {(access.role, access.where)}


@pytest.mark.parametrize(
    "access", [Access(Role.NATIONAL_ADMINISTRATOR, KENT), Access(Role.FORCE_EDITOR, A1), Access(Role.SERVICE, KENT)]
)
def test_a_role_that_cannot_be_had_there_is_not_given(updates: Updates, access: Access) -> None:
    chief, pc = person(updates, "chief", ADMINISTRATOR), person(updates, "pc")
    with updates.writing() as connection, pytest.raises((BadAccount, MayNot)):
        admission.give(connection, chief, number(pc), access)
    assert held(updates, pc) == set()


@pytest.mark.parametrize("role", [Role.FORCE_EDITOR, Role.REVIEWER])
def test_whoever_is_no_administrator_gives_nothing(updates: Updates, role: Role) -> None:
    editor, pc = person(updates, "editor", Access(role, KENT)), person(updates, "pc")
    with updates.writing() as connection, pytest.raises(MayNot):
        admission.give(connection, editor, number(pc), Access(Role.REVIEWER, KENT))
    assert admission.givable(editor, KENT) == []


def test_an_administrator_cannot_take_away_what_makes_them_one(updates: Updates) -> None:
    chief = person(updates, "chief", ADMINISTRATOR, Access(Role.REVIEWER, KENT))
    with updates.writing() as connection, pytest.raises(MayNot, match="your own last role"):
        admission.take(connection, chief, number(chief), ADMINISTRATOR)
    with updates.writing() as connection, pytest.raises(MayNot, match="your own account"):
        admission.close(connection, chief, KENT, number(chief), NOW)
    with updates.writing() as connection:
        admission.take(connection, chief, number(chief), Access(Role.REVIEWER, KENT))
    other = person(updates, "other", ADMINISTRATOR)
    with updates.writing() as connection:
        admission.take(connection, other, number(chief), ADMINISTRATOR)


def test_a_role_that_a_provider_gives_is_taken_away_there(updates: Updates) -> None:
    chief, editor = person(updates, "chief", ADMINISTRATOR), Access(Role.FORCE_EDITOR, KENT)
    with updates.writing() as connection:
        claimed = account.claim(connection, "kent", "7", "Una", None, [editor])
    with updates.writing() as connection, pytest.raises(MayNot, match="own sign-in gives"):
        admission.take(connection, chief, claimed.id, editor)
    with updates.reading() as connection:
        found = admission.holder(connection, KENT, claimed.id)
    assert found is not None
    assert found.claimed == {editor}


def test_closing_an_account_ends_its_sessions_and_can_be_undone(updates: Updates) -> None:
    chief, pc = person(updates, "chief", ADMINISTRATOR), person(updates, "pc", Access(Role.NEIGHBOURHOOD_EDITOR, A1))
    with updates.writing() as connection:
        admission.close(connection, chief, KENT, number(pc), NOW)
        found = account.account(connection, number(pc))
        assert found is not None
        assert found.disabled_at is not None
        assert [one.ended_at for one in session.sessions_of(connection, number(pc))] == [NOW]
        admission.reopen(connection, chief, KENT, number(pc))
        again = account.account(connection, number(pc))
    assert again is not None
    assert again.disabled_at is None
    with updates.reading() as connection:
        deeds = [(one.deed, one.actor_name) for one in audit.audit_of(connection, KENT)][:2]
    assert deeds == [("enable-account", "chief"), ("disable-account", "chief")]


@pytest.mark.parametrize("elsewhere", [Access(Role.FORCE_EDITOR, ESSEX), Access(Role.NATIONAL_ADMINISTRATOR, Where())])
def test_an_account_that_works_elsewhere_too_is_not_closed_from_here(updates: Updates, elsewhere: Access) -> None:
    chief = person(updates, "chief", ADMINISTRATOR)
    both = person(updates, "both", Access(Role.REVIEWER, KENT), elsewhere)
    with updates.writing() as connection:
        for deed in (
            lambda: admission.close(connection, chief, KENT, number(both), NOW),
            lambda: admission.reopen(connection, chief, KENT, number(both)),
            lambda: admission.end_sessions(connection, chief, KENT, number(both), NOW),
        ):
            with pytest.raises(MayNot, match="elsewhere too"):
                deed()
        assert connection.execute(SESSION.select().where(SESSION.c.ended_at.is_not(None))).all() == []


def test_everybody_signed_in_with_an_account_is_signed_out_at_once(updates: Updates) -> None:
    chief, pc = person(updates, "chief", ADMINISTRATOR), person(updates, "pc", Access(Role.NEIGHBOURHOOD_EDITOR, A1))
    with updates.writing() as connection:
        session.begin(connection, number(pc), None, NOW)
        assert admission.end_sessions(connection, chief, KENT, number(pc), NOW) == 2
        assert admission.end_sessions(connection, chief, KENT, number(pc), NOW) == 0


def test_a_force_sees_its_own_people_and_whom_its_provider_signed_in(updates: Updates) -> None:
    person(updates, "chief", ADMINISTRATOR)
    person(updates, "essex", Access(Role.FORCE_EDITOR, ESSEX))
    both = person(updates, "both", Access(Role.REVIEWER, KENT), Access(Role.REVIEWER, ESSEX))
    with updates.writing() as connection:
        waiting = account.claim(connection, "kent-login", "7", "waiting", None, [])
    with updates.reading() as connection:
        found = admission.holders(connection, KENT, ("kent-login",))
        assert [(one.account.name, len(one.here), one.beyond) for one in found] == [
            ("both", 1, True), ("chief", 1, False), ("waiting", 0, False),
        ]  # fmt: skip
        assert [one.account.name for one in admission.holders(connection, Where())] == [
            "both", "chief", "essex", "waiting",
        ]  # fmt: skip
        assert admission.holder(connection, ESSEX, number(both)) is not None
        assert admission.holder(connection, ESSEX, waiting.id, ("essex-login",)) is None
        assert admission.holder(connection, KENT, 7_777) is None
