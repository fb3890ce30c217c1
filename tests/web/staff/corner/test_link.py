"""Where a force leads people: links to services, old addresses, and what it switches on."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.publish import force_setting
from api.publish.force_setting import Setting
from api.publish.policy import COMMAND

MANAGE = "/force/testshire/manage"
SERVICES, ALIASES = f"{MANAGE}/services", f"{MANAGE}/aliases"
HELP = "/help/testshire"


def test_a_service_leads_where_the_force_says_and_others_stay(web: Any, reader: TestClient) -> None:
    url = "https://testshire.example/victims?a=1&b=2"
    assert web.post(SERVICES, {"version": "0", "link-victim-support": url}).status_code == 303
    for page in (HELP, f"/cy{HELP}"):
        text = reader.get(page).text
        assert ('href="https://testshire.example/victims?a=1&amp;b=2"' in text, "victimsupport.org" in text) == (
            True, False,
        )  # fmt: skip
        assert "https://www.samaritans.org/" in text
    assert "victimsupport.org" in reader.get("/help/elsewhere").text
    assert url.replace("&", "&amp;") in web.get(SERVICES).text


@pytest.mark.parametrize(
    "url",
    ["http://testshire.example/", "javascript:alert(1)", "https://", "//evil.example/", "https://user@evil.example/",
     'https://testshire.example/"onclick="x', "https://a.example/ b", "x" * 301],
)  # fmt: skip
def test_an_address_that_is_not_plainly_https_is_refused_at_its_field(web: Any, reader: TestClient, url: str) -> None:
    answer = web.post(SERVICES, {"version": "0", "link-samaritans": url, "link-report": "https://ok.example/x"})
    assert (answer.status_code, 'href="#link-samaritans"' in answer.text) == (400, True)
    assert "https://ok.example/x" in answer.text
    assert "https://www.samaritans.org/" in reader.get(HELP).text


def test_a_service_of_another_nation_or_of_nobody_cannot_be_set(web: Any) -> None:
    web.post(
        SERVICES, {"version": "0", "link-housing-wales": "https://a.example/", "link-nothing": "https://b.example/"}
    )
    with web.updates.reading() as connection:
        assert force_setting.read(connection, "testshire")[Setting.SERVICES].value == {}


def test_old_addresses_lead_on_to_the_force(web: Any, reader: TestClient) -> None:
    assert reader.get("/old-shire").status_code == 404
    assert web.post(ALIASES, {"version": "0", "aliases": "Old-Shire\n\n/older/\nold-shire"}).status_code == 303
    leads = {
        "/old-shire": "/forces/testshire",
        "/older/T1": "/neighbourhood/testshire/T1",
        "/pu/your-area/old-shire": "/forces/testshire",
        "/forces/old-shire": "/forces/testshire",
        "/neighbourhood/old-shire/T1?month=2024-03": "/neighbourhood/testshire/T1?month=2024-03",
        "/neighbourhood/older/T1/team": "/neighbourhood/testshire/T1/team",
        "/cy/help/older": "/cy/help/testshire",
    }
    found = {path: reader.get(path) for path in leads}
    assert {path: (one.status_code, one.headers.get("location")) for path, one in found.items()} == {
        path: (301, onward) for path, onward in leads.items()
    }
    assert [reader.get(path).status_code for path in ("/about", "/older-still", "/forces/none")] == [200, 404, 404]


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("elsewhere", "elsewhere already leads to another force"),
        ("testshire", "testshire leads to this force anyway"),
        ("taken", "taken already leads to another force"),
        ("Not a name", "not a name: use small letters"),
        ("a\n../b", "../b: use small letters"),
        ("\n".join(f"a{n}" for n in range(21)), "Enter 20 addresses or fewer"),
    ],
)
def test_an_address_that_is_taken_or_none_is_refused(web: Any, typed: str, fault: str) -> None:
    with web.updates.writing() as connection:
        force_setting.write(connection, COMMAND, "elsewhere", Setting.ALIASES, ["taken"], 0)
    answer = web.post(ALIASES, {"version": "0", "aliases": typed})
    assert (answer.status_code, fault in answer.text, 'href="#aliases"' in answer.text) == (400, True, True)


@pytest.mark.parametrize("setting", [Setting.SECOND_EYES, Setting.QUESTIONS])
def test_what_is_switched_on_and_off_is_so(web: Any, setting: Setting) -> None:
    for version, (said, is_on) in enumerate([("yes", True), ("no", False), ("yes", True)]):
        assert web.post(f"{MANAGE}/{setting}", {"version": str(version), "on": said}).status_code == 303
        with web.updates.reading() as connection:
            assert force_setting.is_on(connection, "testshire", setting) is is_on
    answer = web.post(f"{MANAGE}/{setting}", {"version": "3"})
    assert (answer.status_code, "Choose yes or no" in answer.text) == (400, True)
