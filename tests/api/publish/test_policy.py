"""Who may do what, as the police of a place would put it."""

import pytest

from api.publish.policy import POLICY, SCOPES, Access, Actor, Deed, Role, Scope, Where

KENT, KENT_A1, KENT_A2, ESSEX_A1 = Where("kent"), Where("kent", "A1"), Where("kent", "A2"), Where("essex", "A1")
PLACES = {
    "the nation": Where(),
    "its force": KENT,
    "its neighbourhood": KENT_A1,
    "another": KENT_A2,
    "elsewhere": ESSEX_A1,
}
FORCE_WIDE = "its force, its neighbourhood, another"
WORK = (Deed.ENTER, Deed.READ, Deed.WRITE, Deed.PUBLISH, Deed.ANSWER)
HOLDERS = {
    Role.NATIONAL_ADMINISTRATOR: Where(),
    Role.FORCE_ADMINISTRATOR: KENT,
    Role.FORCE_EDITOR: KENT,
    Role.NEIGHBOURHOOD_EDITOR: KENT_A1,
    Role.REVIEWER: KENT_A1,
    Role.SERVICE: KENT_A1,
}
# where each role may do each deed; what does not stand here is refused
MAY: dict[Role, dict[Deed, str]] = {
    Role.NATIONAL_ADMINISTRATOR: dict.fromkeys(Deed, ", ".join(PLACES)),
    Role.FORCE_ADMINISTRATOR: dict.fromkeys(set(Deed) - {Deed.OPERATE}, FORCE_WIDE),
    Role.FORCE_EDITOR: dict.fromkeys((*WORK, Deed.REVIEW), FORCE_WIDE),
    Role.NEIGHBOURHOOD_EDITOR: dict.fromkeys(WORK, "its neighbourhood"),
    Role.REVIEWER: dict.fromkeys((Deed.ENTER, Deed.READ, Deed.REVIEW), "its neighbourhood"),
    Role.SERVICE: dict.fromkeys((Deed.PUBLISH,), "its neighbourhood"),
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("deed", Deed)
def test_each_role_may_do_what_the_table_says_where_it_says_and_nothing_else(role: Role, deed: Deed) -> None:
    actor = Actor("account", "1", "Somebody", (Access(role, HOLDERS[role]),))
    found = [name for name, where in PLACES.items() if actor.may(deed, where)]
    assert ", ".join(found) == MAY[role].get(deed, "")


def test_nobody_without_a_role_may_do_anything() -> None:
    assert not any(Actor("visitor", None, "").may(deed, where) for deed in Deed for where in (None, *PLACES.values()))


def test_a_role_in_a_place_that_it_cannot_be_had_opens_nothing() -> None:
    unsound = [Access(role, where) for role in Role for where in PLACES.values() if where.scope not in SCOPES[role]]
    assert len(unsound) > len(Role)
    assert not any(Actor("account", "1", "", (one,)).may(deed, None) for one in unsound for deed in Deed)


def test_every_role_stands_in_the_table_and_has_a_scope() -> None:
    assert set(POLICY) == set(SCOPES) == set(Role)
    assert all(SCOPES[role] <= set(Scope) for role in Role)


def test_the_reach_of_several_roles_names_each_place_once() -> None:
    accesses = (
        Access(Role.FORCE_EDITOR, KENT),
        Access(Role.NEIGHBOURHOOD_EDITOR, KENT_A1),
        Access(Role.NEIGHBOURHOOD_EDITOR, ESSEX_A1),
        Access(Role.REVIEWER, Where("essex")),
    )
    actor = Actor("account", "1", "Somebody", accesses)
    assert actor.reach(Deed.PUBLISH) == (KENT, ESSEX_A1)
    assert actor.reach(Deed.REVIEW) == (KENT, Where("essex"))
    assert actor.reach(Deed.MANAGE) == ()
