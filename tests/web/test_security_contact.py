"""security.txt: there where the operator says how to be reached, in the form that RFC 9116 asks for."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from web.security_contact import PATH, security_contact
from web.settings import WebSettings

NOW = datetime(2026, 11, 29, 10, 30, tzinfo=UTC)


def told(**settings: Any) -> tuple[int, list[str]]:
    site = FastAPI()
    site.include_router(security_contact(WebSettings(data_dir=Path("/nowhere"), **settings), lambda: NOW))
    answer = TestClient(site).get(PATH)
    if answer.status_code == 200:
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    return answer.status_code, answer.text.splitlines()


def test_it_names_the_operators_address_and_ends_before_a_year_is_over() -> None:
    assert told(operator_email="help+security@force.example", public_url="https://area.example/") == (
        200,
        [
            "Contact: mailto:help+security@force.example",
            "Contact: https://area.example/contact",
            "Expires: 2027-02-27T00:00:00Z",
            "Preferred-Languages: en, cy",
            "Canonical: https://area.example/.well-known/security.txt",
        ],
    )
    assert datetime(2027, 2, 27, tzinfo=UTC) - NOW < timedelta(days=365)


def test_a_postal_address_is_on_the_page_that_it_names() -> None:
    _, lines = told(operator_address="1 Quay, Testham", public_url="https://area.example")
    assert lines[0] == "Contact: https://area.example/contact"


@pytest.mark.parametrize("settings", [{}, {"public_url": "https://area.example"}, {"operator_name": "Somebody"}])
def test_it_is_not_there_where_nobody_can_be_reached(settings: dict[str, str]) -> None:
    assert told(**settings)[0] == 404


def test_no_line_can_be_put_into_it() -> None:
    _, lines = told(operator_email="a@b.example\nContact: mailto:evil@evil.example")
    assert [line for line in lines if line.startswith("Contact:")] == [
        "Contact: mailto:a@b.example%0AContact%3A%20mailto%3Aevil@evil.example"
    ]
