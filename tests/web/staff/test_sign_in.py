"""Signing in with a login and a password, and out: new sessions, plain answers, and nobody kept out by others."""

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from api.publish import account, audit, session
from api.publish.policy import COMMAND, Access, Role, Where
from api.publish.staff_table import SIGN_IN_FAILURE
from geo.store.layout import DataFolder
from web.settings import WebSettings
from web.site import create_site
from web.staff.cookie import DOOR, KNOWN, form_of
from web.staff.route import COOKIE

PASSWORD = "correct horse battery"
SAME_SITE = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}
WRONG = "The login or the password is not right."


@pytest.fixture
def sergeant(site: FastAPI) -> int:
    with site.state.updates.writing() as connection:
        number = account.add_local(connection, COMMAND, "Sgt Una Curlew", "u.curlew", PASSWORD)
        account.give(connection, COMMAND, number, Access(Role.NEIGHBOURHOOD_EDITOR, Where("testshire", "T1")))
    return number


@pytest.fixture
def client(site: FastAPI, sergeant: int) -> TestClient:
    return browser(site)


def browser(site: FastAPI, address: str = "192.0.2.7") -> TestClient:
    return TestClient(site, base_url="https://testserver", follow_redirects=False, client=(address, 50_000))


def enter(
    client: TestClient, login: str = "u.curlew", password: str = PASSWORD, onward: str = "", prefix: str = ""
) -> httpx2.Response:
    """Load the page, type, and send it, as a browser does."""
    text = client.get(f"{prefix}/staff/sign-in", params={"onward": onward} if onward else {}).text
    fields = {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text)}
    fields |= {"login": login, "password": password}
    return client.post(f"{prefix}/staff/sign-in", data=fields, headers=SAME_SITE)


def audited(site: FastAPI, deed: str) -> list[dict[str, Any]]:
    with site.state.updates.reading() as connection:
        rows = [one for one in audit.audit_of(connection, Where(), most=None) if one.deed == deed]
    return [{"force": one.force_id, "item": one.item, **(one.after or {})} for one in rows]


def test_a_login_and_its_password_open_the_door(site: FastAPI, client: TestClient) -> None:
    answer = enter(client, " U.Curlew ")
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff")
    assert "Sgt Una Curlew" in client.get("/staff").text
    (noted,) = audited(site, "sign-in")
    assert (noted["force"], noted["item"], noted["by"]) == ("testshire", "1", "password")


def test_the_cookie_is_for_this_host_alone_and_reaches_no_script(client: TestClient) -> None:
    made = [one for one in enter(client).headers.get_list("set-cookie") if one.startswith((COOKIE, KNOWN))]
    assert len(made) == 2
    for cookie in made:
        assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
    assert "Max-Age" not in made[0]


def test_a_session_that_somebody_else_chose_is_not_taken_on(site: FastAPI, client: TestClient) -> None:
    client.cookies.set(COOKIE, "chosen-by-somebody-else")
    assert token_of(enter(client)) != "chosen-by-somebody-else"


def test_signing_in_anew_ends_the_session_that_the_browser_had(
    site: FastAPI, client: TestClient, sergeant: int
) -> None:
    with site.state.updates.writing() as connection:
        planted = session.begin(connection, sergeant, None, datetime.now(UTC))
    client.get("/staff/sign-in")
    door = next(cookie.value for cookie in client.cookies.jar if cookie.name == DOOR) or ""
    client.cookies.set(COOKIE, planted)
    typed = {"form": form_of(door), "login": "u.curlew", "password": PASSWORD}
    token = token_of(client.post("/staff/sign-in", data=typed, headers=SAME_SITE))
    assert token != planted
    assert (found(site, planted) is None, found(site, token) is None) == (True, False)


def token_of(answer: httpx2.Response) -> str:
    made = re.search(f"{COOKIE}=([^;]+)", answer.headers["set-cookie"])
    assert made is not None
    return made[1]


def found(site: FastAPI, token: str) -> object:
    return session.find(site.state.updates, token, datetime.now(UTC), timedelta(hours=1), timedelta(hours=12))


def test_whoever_is_signed_in_is_led_on_at_once(client: TestClient) -> None:
    enter(client)
    answer = client.get("/staff/sign-in?onward=%2Fstaff%2Fsessions")
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/sessions")


@pytest.mark.parametrize(
    ("onward", "led"),
    [
        ("/staff/sessions", "/staff/sessions"),
        ("/cy/staff/neighbourhood/testshire/T1?a=b", "/cy/staff/neighbourhood/testshire/T1?a=b"),
        ("https://evil.example/", "/staff"),
        ("//evil.example", "/staff"),
        ("/\\evil.example", "/staff"),
        ("javascript:alert(1)", "/staff"),
    ],
)
def test_one_goes_on_to_what_one_asked_for_and_to_no_other_site(client: TestClient, onward: str, led: str) -> None:
    assert enter(client, onward=onward).headers["location"] == led


def test_in_welsh_one_stays_in_welsh(client: TestClient) -> None:
    assert enter(client, prefix="/cy").headers["location"] == "/cy/staff"


def test_the_answer_does_not_say_whether_there_is_such_a_login(site: FastAPI, client: TestClient) -> None:
    with site.state.updates.writing() as connection:
        closed = account.add_local(connection, COMMAND, "PC Gone", "p.gone", PASSWORD)
        account.disable(connection, COMMAND, closed)
    answers = {}
    for login, password in (("u.curlew", "wrong"), ("nobody", "wrong"), ("p.gone", PASSWORD), ("p.gone", "wrong")):
        answer = enter(browser(site, f"10.0.0.{len(answers)}"), login, password)
        shown = re.sub(r'(name="form" value="|value=")[^"]*', "", answer.text)
        answers[login, password] = (answer.status_code, shown, sorted(answer.headers))
        assert WRONG in answer.text
    assert len(set(map(str, answers.values()))) == 1
    assert {one["why"] for one in audited(site, "sign-in-refused")} == {"wrong password", "no such login", "disabled"}


def test_it_takes_as_long_where_there_is_no_such_login(site: FastAPI, client: TestClient) -> None:
    def took(login: str) -> float:
        times = []
        for number in range(5):
            begun = time.perf_counter()
            enter(browser(site, f"10.{len(login)}.0.{number}"), login, "wrong password")
            times.append(time.perf_counter() - begun)
        return min(times)

    took("warm.up")
    assert 0.5 < took("u.curlew") / took("nobody.at.all") < 2


def test_what_was_typed_is_not_written_down(site: FastAPI, client: TestClient) -> None:
    enter(client, "my password by mistake", "another secret")
    with site.state.updates.reading() as connection:
        rows = audit.audit_of(connection, Where())
        kept = str(rows) + str(connection.execute(select(SIGN_IN_FAILURE)).all())
    assert ("mistake" in kept, "secret" in kept) == (False, False)


def test_guessing_waits_and_the_right_password_from_elsewhere_comes_in(site: FastAPI, client: TestClient) -> None:
    assert [enter(client, password="wrong").status_code for _ in range(6)] == [401] * 5 + [429]
    answer = enter(client)
    assert (answer.status_code, 1 <= int(answer.headers["retry-after"]) <= 5) == (429, True)
    assert "Too many tries failed. Try again in" in answer.text
    assert enter(browser(site, "198.51.100.9")).status_code == 303


def test_many_guesses_at_once_are_counted_before_any_is_looked_at(
    folder: DataFolder, sergeant: int, served: Callable[[FastAPI], str]
) -> None:
    address = served(create_site(WebSettings(data_dir=folder.root))) + "/staff/sign-in"
    page = httpx2.get(address)
    door = re.search(f"{DOOR}=([^;]+)", page.headers["set-cookie"])
    form = re.search(r'name="form" value="([^"]+)"', page.text)
    assert door is not None
    assert form is not None
    typed = {"login": "u.curlew", "password": "wrong", "form": form[1]}

    def guess(_: int) -> int:
        return httpx2.post(
            address, data=typed, headers={**SAME_SITE, "Cookie": f"{DOOR}={door[1]}"}, timeout=60
        ).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(guess, range(16)))
    assert (statuses.count(401), statuses.count(429)) == (5, 11)


def test_an_office_behind_one_address_is_not_kept_out_by_one_who_guesses_there(
    site: FastAPI, client: TestClient
) -> None:
    assert enter(client).status_code == 303
    client.cookies.delete(COOKIE)
    guesser = browser(site)
    for _ in range(8):
        enter(guesser, password="wrong")
    assert enter(browser(site)).status_code == 429
    assert enter(client).status_code == 303
    with site.state.updates.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(SIGN_IN_FAILURE)) == 15


def test_a_form_that_another_site_sends_signs_nobody_in(client: TestClient) -> None:
    typed = {"login": "u.curlew", "password": PASSWORD}
    for headers, fields in (
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, {}),
        ({"Origin": "https://evil.example"}, {}),
        (SAME_SITE, {}),
        (SAME_SITE, {"form": "guessed"}),
        (SAME_SITE, {"form": "ŵ"}),
    ):
        client.get("/staff/sign-in")
        answer = client.post("/staff/sign-in", data=typed | fields, headers=headers)
        assert (answer.status_code, COOKIE in answer.headers["set-cookie"]) == (403, False)
    client.cookies.clear()
    assert client.post("/staff/sign-in", data=typed, headers=SAME_SITE).status_code == 403


def test_an_empty_form_says_what_is_missing(client: TestClient) -> None:
    answer = enter(client, "", "")
    assert (answer.status_code, "Enter your login" in answer.text, "Enter your password" in answer.text) == (
        400, True, True,
    )  # fmt: skip


def test_the_right_password_without_a_role_opens_nothing_and_says_so(site: FastAPI, client: TestClient) -> None:
    with site.state.updates.writing() as connection:
        account.take(connection, COMMAND, 1, Access(Role.NEIGHBOURHOOD_EDITOR, Where("testshire", "T1")))
    answer = enter(client)
    assert (answer.status_code, "no role here yet" in answer.text) == (403, True)
    assert COOKIE not in answer.headers["set-cookie"]


def test_signing_out_ends_the_session_itself(site: FastAPI, client: TestClient) -> None:
    token = token_of(enter(client))
    text = client.get("/staff").text
    csrf = re.search(r'name="csrf" value="([^"]+)"', text)
    assert csrf is not None
    assert client.post("/staff/sign-out", data={"csrf": "guessed"}, headers=SAME_SITE).status_code == 403
    assert client.get("/staff").status_code == 200
    answer = client.post("/staff/sign-out", data={"csrf": csrf[1]}, headers=SAME_SITE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/sign-in")
    assert found(site, token) is None
    assert [one["force"] for one in audited(site, "sign-out")] == ["testshire"]
    assert client.post("/staff/sign-out", headers=SAME_SITE).status_code == 303


def test_nobody_keeps_the_page_and_no_search_finds_it(client: TestClient) -> None:
    for path in ("/staff/sign-in", "/cy/staff/sign-in"):
        answer = client.get(path)
        assert (answer.headers["cache-control"], answer.headers["x-robots-tag"]) == ("no-store", "noindex, nofollow")
