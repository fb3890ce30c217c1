"""The whole site over a data folder, as `serve` makes it."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from web.settings import WebSettings
from web.site import create_site


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[TestClient]:
    """A site whose data folder is empty."""
    with TestClient(create_site(WebSettings(data_dir=tmp_path)), follow_redirects=False) as client:
        yield client


def test_a_site_without_data_says_so_on_a_page(bare: TestClient) -> None:
    answer = bare.get("/")
    assert answer.status_code == 503
    assert "There are no figures here at the moment" in answer.text
    assert "Call 999" in answer.text or "call 999" in answer.text


def test_the_site_is_up_and_tells_programs_that_it_is_not_ready(bare: TestClient) -> None:
    assert bare.get("/healthz").status_code == 200
    ready = bare.get("/readyz")
    assert (ready.status_code, ready.headers["content-type"]) == (503, "application/problem+json")


def test_no_log_holds_a_postcode(bare: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    bare.get("/area/LE1-5YA")
    bare.get("/?postcode=LE1+5YA")
    bare.get("/area/le1 5ya?month=2025-12")
    ours = [record for record in caplog.records if not record.name.startswith("httpx")]
    assert ours
    for record in ours:
        assert "5ya" not in record.getMessage().lower()


def test_no_page_describes_the_site_to_programs_with_scripts_from_elsewhere(bare: TestClient) -> None:
    assert bare.get("/docs").status_code == 404


def test_the_copy_is_unofficial_unless_a_setting_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not WebSettings().official
    monkeypatch.setenv("YOURAREA_OFFICIAL", "true")
    assert WebSettings().official


def test_every_setting_is_explained_in_a_sentence() -> None:
    for name, field in WebSettings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
