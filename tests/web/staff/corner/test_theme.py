"""A theme that a force sets itself: measured, tried on, worn at once, and taken off."""

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.publish.policy import Role, Where

MANAGE = "/force/testshire/manage"
THEME = f"{MANAGE}/theme"
PAGE = "/neighbourhood/testshire/T1"
TYPED = {"version": "0", "brand": "#3D0F28", "name": "Testshire Police", "telephone": "01632 960301"}


def style_of(text: str) -> str:
    (found,) = re.findall(r'<link rel="stylesheet" href="([^"]*(?:/theme/)[^"]*)"', text)
    return str(found).replace("&amp;", "&")


def test_a_theme_takes_the_place_of_the_operators_at_once(web: Any, reader: TestClient) -> None:
    before = reader.get(PAGE)
    answer = web.post(THEME, TYPED)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{MANAGE}?done=theme")
    after = reader.get(PAGE, headers={"If-None-Match": before.headers["etag"]})
    assert (after.status_code, "Testshire Police</span>" in after.text) == (200, True)
    assert 'content="#3d0f28"' in after.text
    style = reader.get(style_of(after.text))
    assert (style.status_code, "--govuk-brand-colour:#3d0f28" in style.text) == (200, True)
    assert "immutable" in style.headers["cache-control"]
    assert 'content="#3d0f28"' not in reader.get("/neighbourhood/elsewhere/E1").text + reader.get("/").text


def test_the_style_sheet_of_the_theme_before_is_still_served(web: Any, reader: TestClient) -> None:
    web.post(THEME, TYPED)
    earlier = style_of(reader.get(PAGE).text)
    web.post(THEME, {**TYPED, "version": "1", "brand": "#0f3d28"})
    assert style_of(reader.get(PAGE).text) != earlier
    assert [reader.get(path).status_code for path in (earlier, "/theme/testshire-0000000000000000.css")] == [200, 404]


def test_a_colour_that_is_too_faint_is_refused_with_its_ratio(web: Any, reader: TestClient) -> None:
    answer = web.post(THEME, {**TYPED, "brand": "#808080"})
    said = "#ffffff on #808080 has a contrast of 3.94, and needs 4.5. Make it lighter or darker"
    assert (answer.status_code, said in answer.text, 'value="#808080"' in answer.text) == (400, True, True)
    assert ('href="#on_brand"' in answer.text, "Less than 4.5" in answer.text) == (True, True)
    assert 'content="#808080"' not in reader.get(PAGE).text


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("brand", "", "Enter a colour as #"),
        ("link", "red;}body{display:none", "Enter a colour as #"),
        ("telephone", "call us", "Enter a telephone number"),
        ("email", "nobody", "Enter an e-mail address"),
        ("web", "http://testshire.example/", "Enter an address that begins with https://"),
        ("web", "javascript:alert(1)", "Enter an address that begins with https://"),
        ("name", "x" * 81, "Enter the name that the header shows"),
        ("welsh", "yes", "Enter the Welsh name: the force publishes in Welsh"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(web: Any, field: str, value: str, fault: str) -> None:
    for action in ("preview", "publish"):
        answer = web.post(THEME, {**TYPED, field: value, "action": action})
        assert (answer.status_code, fault in answer.text, "01632 960301" in answer.text or field == "telephone") == (
            400, True, True,
        )  # fmt: skip


def test_a_preview_is_a_real_page_that_only_staff_of_the_force_see(web: Any, reader: TestClient, sign_in: Any) -> None:
    answer = web.post(THEME, {**TYPED, "action": "preview"})
    assert (answer.status_code, answer.headers["location"].startswith(f"{THEME}/preview?brand=")) == (303, True)
    page = web.get(answer.headers["location"])
    canonical = '<link rel="canonical" href="/neighbourhood/testshire/'
    assert (page.status_code, "only you see" in page.text, canonical in page.text) == (200, True, True)
    style = style_of(page.text)
    assert style.startswith(f"{THEME}/style.css?")
    sheet = web.get(style)
    assert (sheet.headers["content-type"], sheet.headers["cache-control"]) == ("text/css; charset=utf-8", "no-store")
    assert "--govuk-brand-colour:#3d0f28" in sheet.text
    assert [reader.get(path).status_code for path in (style, answer.headers["location"])] == [303, 303]
    assert sign_in().get(style).status_code == 403
    assert 'content="#3d0f28"' not in reader.get(PAGE).text
    (back,) = re.findall(r'href="([^"]*)">Back to what you typed', page.text)
    assert 'value="#3d0f28"' in web.get(back.replace("&amp;", "&")).text


def test_a_preview_of_what_is_wrong_is_the_form_that_says_so(web: Any) -> None:
    assert "has a contrast of" in web.get(f"{THEME}/preview?brand=%23999999").text
    assert web.get(f"{THEME}/style.css?brand=%23999999").status_code == 404


def test_the_form_begins_with_what_is_worn_and_leads_back_to_the_operators(web: Any, reader: TestClient) -> None:
    assert 'value="#14284b"' in web.get(THEME).text
    web.post(THEME, TYPED)
    assert 'value="#3d0f28"' in web.get(THEME).text
    assert web.post(THEME, {"version": "1", "action": "remove"}).status_code == 303
    assert 'content="#14284b"' in reader.get(PAGE).text


def test_in_welsh_the_form_and_its_preview_are_in_welsh(web: Any) -> None:
    answer = web.post(f"/cy{THEME}", {**TYPED, "action": "preview"})
    assert answer.headers["location"].startswith(f"/cy{THEME}/preview?")
    page = web.get(answer.headers["location"]).text
    assert ('<html lang="cy"' in page, style_of(page).startswith(f"/cy{THEME}/style.css")) == (True, True)


def test_a_force_without_neighbourhoods_tries_it_on_its_own_page(sign_in: Any) -> None:
    national = sign_in(Role.NATIONAL_ADMINISTRATOR, Where())
    page = national.get("/force/elsewhere/manage/theme/preview?brand=%233d0f28")
    assert (page.status_code, "only you see" in page.text, 'content="#3d0f28"' in page.text) == (200, True, True)
