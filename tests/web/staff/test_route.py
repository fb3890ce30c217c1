"""Every staff page asks for a right: who has it comes in, all others are refused, and that is written down."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.publish import audit
from api.publish.policy import POLICY, Deed, Role, Where
from web.asset import Assets
from web.language import LANGUAGES
from web.staff.provider_sign_in import BACK, GO
from web.staff.route import COOKIE, SIGN_IN, StaffRoute, local_path
from web.staff.sign_in import SIGN_OUT
from web.staff.site import staff_routes
from web.stage import Stage

SignIn = Callable[..., Any]
FORCE, T1, T2, ELSEWHERE = (
    Where("testshire"),
    Where("testshire", "T1"),
    Where("testshire", "T2"),
    Where("farshire", "F1"),
)
ROUTES = staff_routes(Stage(Assets.read()), lambda: None).routes  # type: ignore[arg-type, return-value]
OPEN = {SIGN_IN, SIGN_OUT, GO, BACK}  # what anybody may reach: the door itself, and what stands behind it
HOLDERS = [
    (Role.NATIONAL_ADMINISTRATOR, Where()),
    (Role.FORCE_ADMINISTRATOR, FORCE),
    (Role.FORCE_EDITOR, FORCE),
    (Role.NEIGHBOURHOOD_EDITOR, T1),
    (Role.REVIEWER, T1),
    (Role.REVIEWER, FORCE),
    (None, Where()),
]


def address(route: StaffRoute, where: Where) -> str:
    """A page of a place; what else is in its path is an id that there is not."""
    path = route.path.replace("{force_id}", where.force_id or "")
    path = path.replace("{neighbourhood_id:path}", where.neighbourhood_id or "")
    return re.sub(r"\{[^}]*\}", "7", path)


def places(route: StaffRoute) -> list[Where]:
    if "{neighbourhood_id" in route.path:
        return [T1, T2, ELSEWHERE]
    return [FORCE, Where("farshire")] if "{force_id}" in route.path else [Where()]


def rightful(route: StaffRoute, role: Role | None, held: Where, where: Where) -> bool:
    """By the table itself: the deed is one of the role's, and the place lies within what it holds."""
    if role is None or route.deed not in POLICY[role]:
        return False
    return held.holds(where) or (where == Where() and route.deed is Deed.ENTER)


@pytest.mark.parametrize(("role", "held"), HOLDERS)
def test_each_role_reaches_its_pages_in_its_places_and_no_other(
    sign_in: SignIn, role: Role | None, held: Where
) -> None:
    staff = sign_in(role, held)
    wrong = []
    for route in ROUTES:
        for where in places(route):
            path = address(route, where)
            answer = staff.get(path) if route.method == "GET" else staff.post(path)
            let_in = answer.status_code != 403
            if let_in != rightful(route, role, held, where):
                wrong.append((route.method, path, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_nobody_comes_in_unless_signed_in(site: FastAPI, route: StaffRoute) -> None:
    for token in (None, "guessed"):
        client = TestClient(site, base_url="https://testserver", follow_redirects=False)
        if token:
            client.cookies.set(COOKIE, token)
        answer = client.request(route.method, address(route, places(route)[0]))
        if route.method == "GET":
            assert (answer.status_code, answer.headers["location"].startswith(f"{SIGN_IN}?onward=%2F")) == (
                303,
                True,
            )
        else:
            assert (answer.status_code, "no longer signed in" in answer.text) == (401, True)
        assert answer.headers["cache-control"] == "no-store"


def test_every_route_below_staff_and_manage_is_one_of_them(site: FastAPI) -> None:
    known = {language.prefix + route.path for language in LANGUAGES for route in ROUTES}
    open_to_all = {language.prefix + path for language in LANGUAGES for path in OPEN}
    found = {path for path in paths(site.router.routes) if is_of_staff(path.removeprefix("/cy"))}
    assert known <= found
    assert found - known <= open_to_all


def paths(routes: Iterable[Any], prefix: str = "") -> Iterator[str]:
    for route in routes:
        inner = getattr(route, "original_router", None) or getattr(route, "app", None)
        if getattr(inner, "routes", None):
            yield from paths(inner.routes, prefix + getattr(route, "prefix", ""))
        elif getattr(route, "path", ""):
            yield prefix + route.path


def is_of_staff(path: str) -> bool:
    return path == "/staff" or path.startswith("/staff/") or "/manage" in path


def test_who_is_refused_is_written_down_with_what_they_tried(sign_in: SignIn) -> None:
    staff = sign_in(Role.NEIGHBOURHOOD_EDITOR, T1)
    answer = staff.get("/staff/force/testshire")
    assert (answer.status_code, "has no right to this" in answer.text) == (403, True)
    with staff.updates.reading() as connection:
        (row,) = [one for one in audit.audit_of(connection, Where()) if one.deed == "refused"]
    assert (row.actor_name, row.force_id, row.after) == (
        "Sgt Una Curlew",
        "testshire",
        {"route": "/staff/force/{force_id}", "method": "GET", "wanted": "read", "forged": False},
    )


def test_whoever_knocks_again_and_again_fills_no_audit(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.staff.route.MOST_REFUSALS", 3)
    staff = sign_in(Role.NEIGHBOURHOOD_EDITOR, T1)
    for _ in range(5):
        assert staff.get(f"/staff/force/{'x' * 5_000}%00").status_code == 403
    with staff.updates.reading() as connection:
        found = [one.force_id for one in audit.audit_of(connection, Where()) if one.deed == "refused"]
    assert found == ["x" * 200] * 3


@pytest.mark.parametrize("csrf", ["guessed", "ŵ", ""])
def test_a_form_without_its_own_token_is_refused(sign_in: SignIn, csrf: str) -> None:
    staff = sign_in()
    assert staff.post("/staff/sessions", {"csrf": csrf, "end": "others"}).status_code == 403
    assert staff.post("/staff/sign-out", {"csrf": csrf}).status_code == 403
    assert staff.get("/staff").status_code == 200


def test_staff_pages_are_kept_by_nobody_and_found_by_no_search(sign_in: SignIn) -> None:
    for path in ("/staff", "/cy/staff"):
        answer = sign_in().get(path)
        assert (answer.status_code, answer.headers["cache-control"], answer.headers["x-robots-tag"]) == (
            200, "no-store", "noindex, nofollow",
        )  # fmt: skip


def test_the_first_page_names_where_one_works(sign_in: SignIn) -> None:
    text = sign_in(Role.NEIGHBOURHOOD_EDITOR, T1).get("/staff").text
    assert ("/staff/neighbourhood/testshire/T1" in text, "/staff/force/" in text) == (True, False)
    text = sign_in(Role.FORCE_EDITOR, FORCE).get("/staff").text
    assert ("/staff/neighbourhood/" in text, "/staff/force/testshire" in text) == (False, True)


@pytest.mark.parametrize(
    "onward",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "evil",
     "/staff\r\nSet-Cookie: a=b", "http:evil.example", "", "/\t/evil.example",
     "//[", "/" + "a" * 2_000],
)  # fmt: skip
def test_nothing_leads_on_to_another_site(onward: str) -> None:
    assert local_path(onward) == "/staff"
