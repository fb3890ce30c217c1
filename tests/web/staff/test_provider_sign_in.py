"""Signing in by a force's identity provider: what it proves is believed, and nothing else is."""

import base64
import hmac
import re
import time
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from api.publish import account, audit
from api.publish.audit import AuditRow
from api.publish.policy import COMMAND, Access, Role, Where
from api.publish.staff_table import ACCOUNT, SIGN_IN
from web.staff.cookie import DOOR
from web.staff.route import COOKIE

SiteBy = Callable[..., FastAPI]
Provider = Any


def browser(site: FastAPI) -> TestClient:
    return TestClient(site, base_url="https://testserver", follow_redirects=False)


def go(client: TestClient, name: str = "testshire", query: str = "") -> str:
    """Where the site sends a browser."""
    answer = client.get(f"/staff/sign-in/{name}{query}")
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def agreed(address: str) -> str:
    """Where the provider sends it back to."""
    return httpx2.get(address).headers["location"].removeprefix("https://testserver")


def signed_in(client: TestClient, name: str = "testshire", query: str = "") -> Any:
    return client.get(agreed(go(client, name, query)))


def audited(site: FastAPI, deed: str) -> list[AuditRow]:
    with site.state.updates.reading() as connection:
        return [one for one in audit.audit_of(connection, Where()) if one.deed == deed]


def refused(site: FastAPI, answer: Any) -> str:
    """That nobody came in, and why, as the audit has it."""
    assert (answer.status_code, COOKIE in answer.headers.get("set-cookie", "")) == (403, False)
    assert "You were not signed in. Start again from this page" in answer.text
    assert audited(site, "sign-in") == []
    row = audited(site, "sign-in-refused")[0]
    assert (row.actor_kind, row.force_id) == ("visitor", "testshire")
    return str((row.after or {})["why"])


def test_a_sergeant_signs_in_and_has_the_roles_that_the_claims_give(site_by: SiteBy, provider: Provider) -> None:
    site = site_by(provider.configured())
    client = browser(site)
    assert "Sign in with Testshire Police" in client.get("/staff/sign-in").text
    answer = signed_in(client)
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff")
    page = client.get("/staff")
    assert ("Sgt Una Curlew" in page.text, "/staff/neighbourhood/testshire/T1" in page.text) == (True, True)
    (row,) = audited(site, "sign-in")
    assert (row.actor_name, row.force_id, row.after) == (
        "Sgt Una Curlew", "testshire",
        {"by": "testshire", "browser": None, "roles": ["neighbourhood-editor testshire/T1"]},
    )  # fmt: skip


def test_what_is_asked_of_the_provider_is_bound_to_this_sign_in(site_by: SiteBy, provider: Provider) -> None:
    client = browser(site_by(provider.configured()))
    asked = [parse_qs(urlsplit(go(client)).query) for _ in range(2)]
    for one in asked:
        assert one["redirect_uri"] == ["https://testserver/staff/sign-in/testshire/return"]
        assert (one["response_type"], one["code_challenge_method"], one["scope"]) == (
            ["code"], ["S256"], ["openid profile email"],
        )  # fmt: skip
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]
        assert len(asked[0][name][0]) >= 43


def test_the_session_is_a_new_one_that_no_script_and_no_other_host_can_read(
    site_by: SiteBy, provider: Provider
) -> None:
    client = browser(site_by(provider.configured()))
    client.cookies.set(COOKIE, "fixed-by-somebody-else")
    cookies = signed_in(client).headers.get_list("set-cookie")
    (made,) = [one for one in cookies if one.startswith(f"{COOKIE}=")]
    assert not made.startswith(f"{COOKIE}=fixed")
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= set(made.split("; "))
    assert "Domain" not in made


def test_roles_that_are_claimed_no_more_are_gone_and_those_given_here_stay(site_by: SiteBy, provider: Provider) -> None:
    site = site_by(provider.configured())
    provider.claims["groups"] = ["Web", "Chief", "Canteen"]
    assert signed_in(browser(site)).status_code == 303
    assert roles(site) == {(Role.FORCE_EDITOR, None), (Role.FORCE_ADMINISTRATOR, None)}
    with site.state.updates.writing() as connection:
        account.give(connection, COMMAND, 1, Access(Role.NEIGHBOURHOOD_EDITOR, Where("testshire", "T2")))
    provider.claims["groups"] = "Quay"
    assert signed_in(browser(site)).status_code == 303
    assert roles(site) == {(Role.NEIGHBOURHOOD_EDITOR, "T1"), (Role.NEIGHBOURHOOD_EDITOR, "T2")}


def roles(site: FastAPI) -> set[tuple[Role, str | None]]:
    with site.state.updates.reading() as connection:
        held = account.accesses_of(connection, 1)
    assert {one.where.force_id for one in held} == {"testshire"}
    return {(one.role, one.where.neighbourhood_id) for one in held}


def test_two_forces_have_two_providers_and_the_same_subject_is_two_people(
    site_by: SiteBy, provider: Provider, make_provider: Callable[[], Provider]
) -> None:
    other = make_provider()
    other.claims["name"] = "PC Otto Farr"
    elsewhere = {"claim": "groups", "value": "Quay", "role": "neighbourhood-editor", "neighbourhoods": ["F1"]}
    site = site_by(provider.configured(), other.configured("farshire", "farshire", roles=[elsewhere]))
    for name, person in (("testshire", "Sgt Una Curlew"), ("farshire", "PC Otto Farr")):
        client = browser(site)
        assert signed_in(client, name).status_code == 303
        assert person in client.get("/staff").text
    with site.state.updates.reading() as connection:
        rows = connection.execute(select(ACCOUNT.c.provider, ACCOUNT.c.subject, ACCOUNT.c.name)).all()
        reach = [account.accesses_of(connection, number) for number in (1, 2)]
    assert list(map(tuple, rows)) == [("testshire", "7", "Sgt Una Curlew"), ("farshire", "7", "PC Otto Farr")]
    assert [[one.where for one in held] for held in reach] == [[Where("testshire", "T1")], [Where("farshire", "F1")]]


@pytest.mark.parametrize(
    ("lies", "why"),
    [
        ({"nonce": "another"}, "invalid_claim"),
        ({"nonce": None}, "missing_claim"),
        ({"iss": "https://other.example"}, "invalid_claim"),
        ({"iss": ["https://other.example", "https://one.example"]}, "invalid_claim"),
        ({"iss": None}, "missing_claim"),
        ({"aud": "another-client"}, "invalid_claim"),
        ({"aud": ["your-area", "another-client"]}, "missing_claim"),  # for two, and does not say to whom it was given
        ({"aud": None}, "missing_claim"),
        ({"exp": int(time.time()) - 120}, "expired_token"),
        ({"exp": None}, "missing_claim"),
        ({"iat": int(time.time()) + 3_600}, "invalid_token|invalid_claim"),
        ({"sub": None}, "missing_claim"),
        ({"at_hash": "of-another-token"}, "invalid_claim"),
    ],
)
def test_an_id_token_that_says_something_else_proves_nothing(
    site_by: SiteBy, provider: Provider, lies: dict[str, Any], why: str
) -> None:
    site = site_by(provider.configured())
    if "sub" in lies:
        provider.claims.pop("sub")
    provider.lies = lies
    assert re.fullmatch(f"the ID token does not hold: ({why})", refused(site, signed_in(browser(site))))


def test_an_id_token_that_another_signed_proves_nothing(site_by: SiteBy, provider: Provider) -> None:
    site = site_by(provider.configured())
    provider.forged = True
    assert refused(site, signed_in(browser(site))) == "the ID token does not hold: bad_signature"


def test_an_id_token_of_a_key_that_the_provider_does_not_show_proves_nothing(
    site_by: SiteBy, provider: Provider
) -> None:
    site = site_by(provider.configured())
    provider.header = {"kid": "unheard-of"}
    assert refused(site, signed_in(browser(site))) == "the ID token does not hold: invalid_key_id"


@pytest.mark.parametrize("way", ["none", "HS256"])
def test_an_id_token_signed_with_nothing_or_with_what_all_know_proves_nothing(
    site_by: SiteBy, provider: Provider, way: str
) -> None:
    site = site_by(provider.configured())
    true = provider.grant
    provider.grant = lambda form, told: resigned(true(form, told), way, provider)
    assert refused(site, signed_in(browser(site))) == "the ID token does not hold: unsupported_algorithm"


def resigned(given: dict[str, str], way: str, provider: Provider) -> dict[str, str]:
    """The same token, unsigned or signed with the provider's public key as if that were a password."""

    def part(text: str) -> str:
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    payload = given["id_token"].split(".")[1]
    head = part(f'{{"alg": "{way}", "kid": "{provider.key.kid}"}}')
    seal = hmac.digest(provider.key.as_pem(private=False), f"{head}.{payload}".encode(), "sha256")
    sealed = "" if way == "none" else base64.urlsafe_b64encode(seal).decode().rstrip("=")
    return given | {"id_token": f"{head}.{payload}.{sealed}"}


def test_an_answer_opens_the_door_once(site_by: SiteBy, provider: Provider) -> None:
    site = site_by(provider.configured())
    client = browser(site)
    back = agreed(go(client))
    assert client.get(back).status_code == 303
    client.cookies.delete(COOKIE)
    answer = client.get(back)
    assert (answer.status_code, COOKIE in answer.headers["set-cookie"]) == (403, False)


def test_an_answer_opens_the_door_in_the_browser_where_it_was_begun_and_in_no_other(
    site_by: SiteBy, provider: Provider
) -> None:
    site = site_by(provider.configured())
    mine, theirs = browser(site), browser(site)
    theirs.get("/staff/sign-in")
    back = agreed(go(mine))
    assert refused(site, theirs.get(back)) == "no such sign-in is under way in that browser"
    assert mine.get(back).status_code == 303


def test_an_answer_comes_within_ten_minutes(site_by: SiteBy, provider: Provider) -> None:
    site = site_by(provider.configured())
    client = browser(site)
    back = agreed(go(client))
    with site.state.updates.writing() as connection:
        begun = connection.scalar(select(SIGN_IN.c.created_at))
        assert begun is not None
        connection.execute(update(SIGN_IN).values(created_at=begun.replace(year=begun.year - 1)))
    assert refused(site, client.get(back)) == "no such sign-in is under way in that browser"


def test_the_answer_of_one_provider_is_not_taken_for_that_of_another(
    site_by: SiteBy, provider: Provider, make_provider: Callable[[], Provider]
) -> None:
    other = make_provider()
    site = site_by(provider.configured(), other.configured("farshire", "farshire"))
    client = browser(site)
    theirs = parse_qs(urlsplit(agreed(go(client, "farshire"))).query)
    ours = parse_qs(urlsplit(go(client)).query)
    path = "/staff/sign-in/testshire/return"
    for state, why in (
        (ours["state"][0], "the provider does not know the code"),
        (theirs["state"][0], "the sign-in was begun with another provider"),
    ):
        assert refused(site, client.get(path, params={"code": theirs["code"][0], "state": state})) == why


def test_an_answer_that_names_another_issuer_is_refused_and_so_is_one_that_names_none_where_it_should(
    site_by: SiteBy, provider: Provider
) -> None:
    provider.says["authorization_response_iss_parameter_supported"] = True
    site = site_by(provider.configured())
    for more in ("&iss=https%3A%2F%2Fother.example", ""):
        client = browser(site)
        assert refused(site, client.get(agreed(go(client)) + more)) == "another provider sent the answer"
    client = browser(site)
    assert client.get(agreed(go(client)) + f"&iss={provider.issuer}").status_code == 303


def test_who_says_no_at_the_provider_is_not_let_in(site_by: SiteBy, provider: Provider) -> None:
    site = site_by(provider.configured())
    client = browser(site)
    state = parse_qs(urlsplit(go(client)).query)["state"][0]
    path = f"/staff/sign-in/testshire/return?error=access_denied&state={state}"
    assert refused(site, client.get(path)) == "the provider said no"


def test_whom_no_claim_gives_a_role_is_known_but_not_let_in(site_by: SiteBy, provider: Provider) -> None:
    site = site_by(provider.configured())
    provider.claims["groups"] = []
    client = browser(site)
    answer = signed_in(client)
    assert (answer.status_code, "no role here yet" in answer.text) == (403, True)
    with site.state.updates.writing() as connection:
        account.give(connection, COMMAND, 1, Access(Role.REVIEWER, Where("testshire")))
    assert signed_in(client).status_code == 303


def test_a_disabled_account_is_not_let_in_whatever_the_provider_says(site_by: SiteBy, provider: Provider) -> None:
    site = site_by(provider.configured())
    client = browser(site)
    assert signed_in(client).status_code == 303
    with site.state.updates.writing() as connection:
        account.disable(connection, COMMAND, 1)
    assert client.get("/staff").status_code == 303
    answer = signed_in(client)
    assert (answer.status_code, "Your account is closed" in answer.text) == (403, True)


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_nobody_is_led_on_to_another_site(site_by: SiteBy, provider: Provider, onward: str) -> None:
    client = browser(site_by(provider.configured()))
    assert signed_in(client, query=f"?onward={onward}").headers["location"] == "/staff"


def test_one_goes_on_to_what_one_asked_for_in_ones_own_language(site_by: SiteBy, provider: Provider) -> None:
    client = browser(site_by(provider.configured()))
    asked = client.get("/cy/staff/sessions").headers["location"]
    link = re.search(r'href="(/cy/staff/sign-in/testshire[^"]*)"', client.get(asked).text)
    assert link is not None
    address = client.get(unescape(link[1])).headers["location"]
    assert parse_qs(urlsplit(address).query)["ui_locales"] == ["cy"]
    assert client.get(agreed(address)).headers["location"] == "/cy/staff/sessions"


def test_what_went_wrong_is_told_in_ones_own_language(site_by: SiteBy, provider: Provider) -> None:
    client = browser(site_by(provider.configured()))
    provider.forged = True
    address = client.get("/cy/staff/sign-in/testshire").headers["location"]
    answer = client.get(agreed(address))
    assert (answer.status_code, '<html lang="cy"' in answer.text) == (403, True)


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example"])
def test_no_header_of_a_request_says_where_the_provider_sends_people_back_to(
    site_by: SiteBy, provider: Provider, host: str
) -> None:
    client = browser(site_by(provider.configured()))
    for headers in ({"Host": host}, {"X-Forwarded-Host": host}, {"Forwarded": f"host={host}"}):
        answer = client.get("/staff/sign-in/testshire", headers=headers)
        asked = parse_qs(urlsplit(answer.headers["location"]).query)
        assert asked["redirect_uri"] == ["https://testserver/staff/sign-in/testshire/return"]


def test_without_a_public_address_only_this_machine_says_which_host_it_is(site_by: SiteBy, provider: Provider) -> None:
    client = browser(site_by(provider.configured(), public_url=None))
    answer = client.get("/staff/sign-in/testshire")
    assert (answer.status_code, "must say its public address" in answer.text) == (503, True)
    answer = client.get("/staff/sign-in/testshire", headers={"Host": "127.0.0.1:8000"})
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked["redirect_uri"] == ["https://127.0.0.1:8000/staff/sign-in/testshire/return"]


@pytest.mark.parametrize(
    "says",
    [{"issuer": "https://other.example"}, {"token_endpoint": "http://other.example/token"}, {"jwks_uri": None}],
)
def test_a_provider_that_says_what_it_is_not_is_not_asked(
    site_by: SiteBy, provider: Provider, says: dict[str, Any]
) -> None:
    provider.says = says
    client = browser(site_by(provider.configured()))
    answer = client.get("/staff/sign-in/testshire")
    assert (answer.status_code, "does not answer at the moment" in answer.text) == (502, True)


def test_a_provider_that_is_gone_keeps_nobody_waiting_and_breaks_nothing(
    site_by: SiteBy, make_provider: Callable[[], Provider]
) -> None:
    gone = make_provider()
    configured = gone.configured()
    gone.server.shutdown()
    gone.server.server_close()
    site = site_by(configured)
    client = browser(site)
    assert [client.get("/staff/sign-in/testshire").status_code for _ in range(2)] == [502, 502]
    assert client.get("/staff/sign-in").status_code == 200
    assert [(row.after or {})["why"] for row in audited(site, "sign-in-refused")] == [
        "the provider did not answer a moment ago", "the provider does not answer",
    ]  # fmt: skip


def test_a_provider_that_there_is_not_is_not_found(site_by: SiteBy, provider: Provider) -> None:
    client = browser(site_by(provider.configured()))
    for path in ("/staff/sign-in/elsewhere", "/staff/sign-in/elsewhere/return?state=a&code=b"):
        assert client.get(path).status_code == 404


def test_a_key_that_the_provider_changed_is_learned(
    site_by: SiteBy, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.staff.openid.AGAIN_S", 0.0)
    site = site_by(provider.configured())
    assert signed_in(browser(site)).status_code == 303
    provider.key = type(provider.key).generate_key(2048, {"use": "sig"}, auto_kid=True)
    assert signed_in(browser(site)).status_code == 303


def test_refusals_do_not_fill_the_audit(site_by: SiteBy, provider: Provider) -> None:
    site = site_by(provider.configured())
    client = browser(site)
    for _ in range(105):
        client.get("/staff/sign-in/testshire/return?state=guessed&code=b")
    assert len(audited(site, "sign-in-refused")) == 100


def test_the_cookie_of_the_door_is_for_this_host_alone(site_by: SiteBy, provider: Provider) -> None:
    answer = browser(site_by(provider.configured())).get("/staff/sign-in/testshire")
    (door,) = [one for one in answer.headers.get_list("set-cookie") if one.startswith(f"{DOOR}=")]
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure", "Max-Age=3600"} <= set(door.split("; "))
