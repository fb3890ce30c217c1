"""A force's banner: previewed, published at the head of all its pages, dated, and taken down."""

import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.publish.policy import Role, Where
from web.kept_page import LOOK_EVERY_S

SignIn = Callable[..., Any]
MANAGE = "/force/testshire/manage"
BANNER = f"{MANAGE}/banner"
TYPED = {"version": "0", "text": "Ring 101 & wait", "text_cy": "Ffoniwch 101", "level": "important"}
PAGES = ("/neighbourhood/testshire/T1", "/neighbourhood/testshire/T1/team", "/forces/testshire", "/help/testshire")


def test_a_banner_is_on_every_page_of_the_force_and_on_no_other(web: Any, reader: TestClient) -> None:
    before = {page: reader.get(page) for page in PAGES}
    answer = web.post(BANNER, TYPED)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{MANAGE}?done=banner")
    for page in PAGES:
        after = reader.get(page, headers={"If-None-Match": before[page].headers.get("etag", "")})
        assert (after.status_code, "Ring 101 &amp; wait" in after.text, "ya-banner--important" in after.text) == (
            200, True, True,
        ), page  # fmt: skip
        assert "set-cookie" not in after.headers
        assert "Ffoniwch 101" in reader.get(f"/cy{page}").text
    for page in ("/", "/forces", "/neighbourhood/elsewhere/E1"):
        assert "Ring 101" not in reader.get(page).text


def test_a_kept_page_notices_within_seconds(web: Any, site: FastAPI) -> None:
    reader = TestClient(site)
    assert "Ring 101" not in reader.get(PAGES[0]).text
    web.post(BANNER, TYPED)
    time.sleep(LOOK_EVERY_S + 0.1)
    assert "Ring 101" in reader.get(PAGES[0]).text


def test_a_preview_shows_it_and_publishes_nothing(web: Any, reader: TestClient) -> None:
    answer = web.post(BANNER, {**TYPED, "action": "preview"})
    assert (answer.status_code, answer.text.count("Ring 101 &amp; wait")) == (200, 2)
    assert "As residents will see it" in answer.text
    assert "Ring 101" not in reader.get(PAGES[0]).text


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"text": " "}, "Enter this"),
        ({"text": "x" * 301}, "Use 300 characters or fewer"),
        ({"shown_from-day": "31", "shown_from-month": "2", "shown_from-year": "2026"}, "Enter a real date"),
        (
            {
                "shown_from-day": "2", "shown_from-month": "2", "shown_from-year": "2026",
                "shown_until-day": "1", "shown_until-month": "2", "shown_until-year": "2026",
            },
            "The last day must not be before the first",
        ),
        ({"level": "shouting"}, "Choose one of"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    web: Any, reader: TestClient, typed: dict[str, str], fault: str
) -> None:
    answer = web.post(BANNER, {**TYPED, **typed})
    assert (answer.status_code, fault in answer.text, "Ffoniwch 101" in answer.text) == (400, True, True)
    assert f'href="#{next(iter(typed)).partition("-")[0]}' in answer.text or "shown_until" in answer.text
    assert "Ring 101" not in reader.get(PAGES[0]).text


def test_it_stands_from_its_first_day_to_its_last(web: Any, reader: TestClient) -> None:
    for version, (first, last, shown) in enumerate([(-1, 0, True), (1, 2, False), (-3, -1, False), (0, 0, True)]):
        days = {"shown_from": first, "shown_until": last}
        typed = {**TYPED, "version": str(version)}
        for name, offset in days.items():
            day = date.today() + timedelta(days=offset)  # noqa: DTZ011  the day of the site
            parts = {"day": day.day, "month": day.month, "year": day.year}
            typed |= {f"{name}-{part}": str(value) for part, value in parts.items()}
        assert web.post(BANNER, typed).status_code == 303
        assert ("Ring 101" in reader.get(PAGES[0]).text) is shown


def test_whoever_is_second_is_told_and_loses_nothing(web: Any) -> None:
    assert web.post(BANNER, TYPED).status_code == 303
    answer = web.post(BANNER, {**TYPED, "text": "My own words"})
    assert (answer.status_code, "Wyn Webb changed it" in answer.text, "My own words" in answer.text) == (
        409,
        True,
        True,
    )
    assert 'name="version" value="1"' in answer.text


def test_it_can_be_taken_down(web: Any, reader: TestClient) -> None:
    web.post(BANNER, TYPED)
    assert "Ring 101" in web.get(BANNER).text
    assert web.post(BANNER, {"version": "1", "action": "remove"}).status_code == 303
    assert "Ring 101" not in reader.get(PAGES[0]).text
    assert "Not set" in web.get(MANAGE).text


def test_the_corner_is_reached_from_the_force_by_those_who_may(web: Any, sign_in: SignIn) -> None:
    assert MANAGE in web.get("/staff/force/testshire").text
    editor = sign_in(Role.FORCE_EDITOR, Where("testshire"))
    assert MANAGE not in editor.get("/staff/force/testshire").text
    assert "your change is kept" in web.get(f"{MANAGE}?done=banner").text


def test_there_is_no_corner_of_a_force_that_nobody_knows(sign_in: SignIn) -> None:
    national = sign_in(Role.NATIONAL_ADMINISTRATOR, Where())
    assert [national.get(f"/force/nowhere/manage{page}").status_code for page in ("", "/banner")] == [404, 404]
