"""Access and tokens on pages: an administrator's own force, never another, never more than they have."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.publish import account, audit, session, token
from api.publish.policy import COMMAND, Access, Actor, Role, Where

SignIn = Callable[..., Any]
FORCE, T1, T2, ELSEWHERE = Where("testshire"), Where("testshire", "T1"), Where("testshire", "T2"), Where("farshire")
ACCESS, TOKENS = "/force/testshire/manage/access", "/force/testshire/manage/tokens"


@pytest.fixture
def chief(sign_in: SignIn) -> Any:
    return sign_in(Role.FORCE_ADMINISTRATOR, FORCE, "Supt Ada Chief")


def held(staff: Any) -> set[tuple[Role, Where]]:
    with staff.updates.reading() as connection:
        return {(one.role, one.where) for one in account.accesses_of(connection, staff.account_id)}


def page_of(staff: Any) -> str:
    return f"{ACCESS}/{staff.account_id}"


def found(staff: Any, made: str) -> Actor | None:
    return token.find(staff.updates, made, datetime.now(UTC))


def test_the_force_sees_its_people_and_their_roles(chief: Any, sign_in: SignIn) -> None:
    sign_in(Role.NEIGHBOURHOOD_EDITOR, T1, "PC Otto Farr")
    sign_in(Role.FORCE_EDITOR, ELSEWHERE, "PC Else Where")
    text = chief.get(ACCESS).text
    assert ("PC Otto Farr" in text, "Editor of a neighbourhood: Market &amp; Quay" in text) == (True, True)
    assert "PC Else Where" not in text


def test_a_role_is_given_and_taken(chief: Any, sign_in: SignIn) -> None:
    pc = sign_in(Role.NEIGHBOURHOOD_EDITOR, T1, "PC Otto Farr")
    given = {"do": "give", "role": "neighbourhood-editor", "neighbourhood": "T2"}
    assert chief.post(page_of(pc), given).headers["location"] == page_of(pc)
    assert held(pc) == {(Role.NEIGHBOURHOOD_EDITOR, T1), (Role.NEIGHBOURHOOD_EDITOR, T2)}
    assert chief.post(page_of(pc), given | {"do": "take"}).status_code == 303
    assert held(pc) == {(Role.NEIGHBOURHOOD_EDITOR, T1)}
    with chief.updates.reading() as connection:
        deeds = [(one.deed, one.actor_name) for one in audit.audit_of(connection, T2)]
    assert deeds == [("take-access", "Supt Ada Chief"), ("give-access", "Supt Ada Chief")]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"do": "give", "role": "national-administrator"}, 400),
        ({"do": "give", "role": "service"}, 400),
        ({"do": "give", "role": "emperor"}, 400),
        ({"do": "give", "role": "neighbourhood-editor"}, 409),
        ({"do": "give", "role": "neighbourhood-editor", "neighbourhood": "F1"}, 409),
        ({"do": "give", "role": "force-editor", "neighbourhood": "T1"}, 409),
        ({"do": "give", "role": "force-editor", "force_id": "farshire", "neighbourhood": "farshire/F1"}, 409),
        ({"do": "promote"}, 400),
        ({}, 400),
    ],
)
def test_what_cannot_be_given_is_not(chief: Any, sign_in: SignIn, sent: dict[str, str], status: int) -> None:
    pc = sign_in(Role.NEIGHBOURHOOD_EDITOR, T1, "PC Otto Farr")
    answer = chief.post(page_of(pc), sent)
    assert (answer.status_code, held(pc)) == (status, {(Role.NEIGHBOURHOOD_EDITOR, T1)})
    if status == 409:
        assert "There is a problem" in answer.text


def test_a_field_that_names_another_force_changes_nothing(chief: Any, sign_in: SignIn) -> None:
    pc = sign_in(Role.NEIGHBOURHOOD_EDITOR, T1, "PC Otto Farr")
    sent = {"do": "give", "role": "reviewer", "force_id": "farshire", "force": "farshire", "where": "farshire"}
    chief.post(page_of(pc), sent)
    assert held(pc) == {(Role.NEIGHBOURHOOD_EDITOR, T1), (Role.REVIEWER, FORCE)}


def test_people_of_another_force_are_not_found_by_guessing(chief: Any, sign_in: SignIn) -> None:
    stranger = sign_in(Role.FORCE_EDITOR, ELSEWHERE, "PC Else Where")
    for path in (page_of(stranger), f"{ACCESS}/7777", f"{ACCESS}/x", f"{ACCESS}/99999999999999999999"):
        assert chief.get(path).status_code == 404
        assert chief.post(path, {"do": "give", "role": "force-editor"}).status_code == 404
    assert held(stranger) == {(Role.FORCE_EDITOR, ELSEWHERE)}
    assert chief.get(f"/force/farshire/manage/access/{stranger.account_id}").status_code == 403


def test_an_administrator_stays_one(chief: Any) -> None:
    answer = chief.post(page_of(chief), {"do": "take", "role": "force-administrator"})
    assert (answer.status_code, "your own last role" in answer.text) == (409, True)
    answer = chief.post(page_of(chief), {"do": "close"})
    assert (answer.status_code, "cannot close your own account" in answer.text) == (409, True)
    assert "Close the account" not in chief.get(page_of(chief)).text
    assert chief.get("/staff").status_code == 200


def test_a_closed_account_is_out_at_once_and_in_again_when_opened(chief: Any, sign_in: SignIn) -> None:
    pc = sign_in(Role.NEIGHBOURHOOD_EDITOR, T1, "PC Otto Farr")
    chief.post(page_of(pc), {"do": "close"})
    assert pc.get("/staff").status_code == 303
    assert "This account is closed since" in chief.get(page_of(pc)).text
    chief.post(page_of(pc), {"do": "reopen"})
    assert "This account is closed since" not in chief.get(page_of(pc)).text


def test_somebody_is_signed_out_everywhere(chief: Any, sign_in: SignIn) -> None:
    pc = sign_in(Role.NEIGHBOURHOOD_EDITOR, T1, "PC Otto Farr")
    chief.post(page_of(pc), {"do": "sign-out"})
    assert pc.get("/staff").status_code == 303


def test_somebody_who_works_elsewhere_too_is_not_closed_from_here(chief: Any, sign_in: SignIn) -> None:
    both = sign_in(Role.REVIEWER, FORCE, "PC Both")
    with both.updates.writing() as connection:
        account.give(connection, COMMAND, both.account_id, Access(Role.FORCE_EDITOR, ELSEWHERE))
    text = chief.get(page_of(both)).text
    assert ("works elsewhere too" in text, "farshire" in text.lower()) == (True, False)
    assert chief.post(page_of(both), {"do": "close"}).status_code == 409
    assert both.get("/staff").status_code == 200


def test_whom_the_forces_own_sign_in_let_through_waits_for_a_role_in_that_force_only(
    site_by: Callable[..., FastAPI], provider: Any
) -> None:
    site = site_by(provider.configured())
    with site.state.updates.writing() as connection:
        waiting = account.claim(connection, "testshire", "9", "PC Waits", None, [])
        claimed = account.claim(connection, "testshire", "8", "PC Claimed", None, [Access(Role.FORCE_EDITOR, FORCE)])
        number = account.add_local(connection, COMMAND, "Chief", "chief", "correct horse battery")
        account.give(connection, COMMAND, number, Access(Role.FORCE_ADMINISTRATOR, FORCE))
        opened = session.begin(connection, number, None, datetime.now(UTC))
    client = TestClient(site, base_url="https://testserver", follow_redirects=False)
    client.cookies.set("__Host-yourarea-staff", opened)
    assert "PC Waits" in client.get(ACCESS).text
    assert "No role yet" in client.get(f"{ACCESS}/{waiting.id}").text
    text = client.get(f"{ACCESS}/{claimed.id}").text
    assert ("own sign-in gives this role" in text, "Take away<" in text) == (True, False)


def test_a_token_of_the_whole_force_can_send_in_crime_files_and_no_other_can(chief: Any) -> None:
    sent = {"do": "make", "name": "Records", "neighbourhood": "T1", "kind": ["submission", "news"], "days": "90"}
    answer = chief.post(TOKENS, sent)
    assert (answer.status_code, "ya_" in answer.text) == (400, False)
    assert "Only a token of the whole force can send in crime files" in answer.text
    assert re.search(r'value="submission"\s+checked', answer.text)
    made = re.search(r"<code[^>]*>(ya_[\w-]+)</code>", chief.post(TOKENS, {**sent, "neighbourhood": ""}).text)
    assert made is not None
    assert getattr(found(chief, made[1]), "kinds", None) == frozenset(("submission", "news"))
    assert "Months of crime files, for the operator to look over" in chief.get(TOKENS).text


def test_a_token_is_made_shown_once_and_revoked(chief: Any) -> None:
    sent = {"do": "make", "name": "Newsroom", "neighbourhood": "T1", "kind": ["news", "event"], "days": "90"}
    answer = chief.post(TOKENS, sent)
    made = re.search(r"<code[^>]*>(ya_[\w-]+)</code>", answer.text)
    assert made is not None
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    actor = found(chief, made[1])
    assert actor is not None
    assert (actor.accesses, actor.kinds) == ((Access(Role.SERVICE, T1),), frozenset(("event", "news")))
    text = chief.get(TOKENS).text
    assert ("Newsroom" in text, made[1] in text, "Last used on" in text) == (True, False, True)
    assert chief.post(TOKENS, {"do": "revoke", "token": "1"}).headers["location"] == TOKENS
    assert found(chief, made[1]) is None
    assert chief.post(TOKENS, {"do": "revoke", "token": "1"}).status_code == 404


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"name": " "}, "Enter which system the token is for"),
        ({"kind": []}, "Select what the token may publish"),
        ({"kind": ["gossip"]}, "Select what the token may publish"),
        ({"days": "401"}, "Select how long the token holds"),
        ({"days": ""}, "Select how long the token holds"),
        ({"neighbourhood": "F1"}, "Select a neighbourhood of this force"),
    ],
)
def test_a_token_without_name_kind_end_or_place_is_not_made(chief: Any, change: dict[str, Any], fault: str) -> None:
    sent = {"do": "make", "name": "Newsroom", "neighbourhood": "", "kind": ["news"], "days": "90"}
    answer = chief.post(TOKENS, sent | change)
    assert (answer.status_code, fault in answer.text) == (400, True)
    with chief.updates.reading() as connection:
        assert token.tokens_of(connection, Where()) == []


def test_a_token_of_another_force_is_neither_seen_nor_revoked(chief: Any) -> None:
    with chief.updates.writing() as connection:
        now = datetime.now(UTC)
        made = token.make(connection, COMMAND, "Theirs", ELSEWHERE, list(token.Kind), now + token.LONGEST, now)
    assert "Theirs" not in chief.get(TOKENS).text
    assert chief.post(TOKENS, {"do": "revoke", "token": "1"}).status_code == 404
    assert found(chief, made) is not None


def test_a_force_that_there_is_not_has_neither_access_nor_tokens(sign_in: SignIn) -> None:
    nation = sign_in(Role.NATIONAL_ADMINISTRATOR, Where(), "Ann Teak")
    sent = {"do": "make", "name": "Newsroom", "kind": ["news"], "days": "90"}
    assert [nation.get(f"/force/atlantis/manage/{one}").status_code for one in ("access", "tokens")] == [404, 404]
    assert nation.post("/force/atlantis/manage/tokens", sent).status_code == 404
    assert nation.get(ACCESS).status_code == 200
    with nation.updates.reading() as connection:
        assert token.tokens_of(connection, Where()) == []


def test_administrators_find_the_way_there_and_editors_see_none(chief: Any, sign_in: SignIn) -> None:
    assert ACCESS in chief.get("/staff/force/testshire").text
    assert ACCESS not in sign_in(Role.FORCE_EDITOR, FORCE).get("/staff/force/testshire").text
