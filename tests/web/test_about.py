"""What the data are, who runs this copy, and what its readers are owed."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from geo.store.layout import DataFolder
from geo.store.release import Release, live_release_id
from web.about import NOTICES
from web.settings import WebSettings
from web.site import create_site
from yourarea.doctor import examine


@pytest.fixture(scope="module")
def site(places: DataFolder) -> Iterator[TestClient]:
    with TestClient(create_site(WebSettings(data_dir=places.root)), follow_redirects=False) as client:
        yield client


def words(page: str) -> str:
    """What a reader reads of the content."""
    content = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", content)))


def test_the_data_are_told_of_from_the_release(site: TestClient, places: DataFolder) -> None:
    release = Release.open(places, live_release_id(places))
    said = words(site.get("/about").text)
    assert f"Your Area, edition {release.id} of " in said
    assert "http://testserver/about" in said
    assert "Held here are months from " in said
    assert release.month_newest is not None
    assert f"{(release.month_newest + 1).name}, was due about " in said
    assert "Nothing is held of: Elsewhere Constabulary." in said


@pytest.mark.parametrize("path", ["/about", *(f"/{notice}" for notice in NOTICES)])
def test_every_page_leads_to_what_its_readers_are_owed_in_both_languages(site: TestClient, path: str) -> None:
    for prefix in ("", "/cy"):
        assert f'href="{prefix}{path}"' in site.get(f"{prefix}/forces").text
        answer = site.get(prefix + path)
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers


def test_who_runs_a_copy_is_named_or_said_to_be_missing(tmp_path: Path, site: TestClient) -> None:
    assert "has not yet said here who they are" in words(site.get("/contact").text)
    named = WebSettings(data_dir=tmp_path, operator_name="Testshire <Council>", operator_email="web@testshire.example")
    with TestClient(create_site(named)) as client:  # without data too
        for notice in ("accessibility", "privacy", "contact", "complaints"):
            page = client.get(f"/{notice}")
            assert page.status_code == 200
            assert "Testshire <Council>" in words(page.text)
            assert 'href="mailto:web@testshire.example"' in page.text
            assert "has not yet said" not in page.text


def test_no_audit_is_claimed(site: TestClient) -> None:
    assert "Nobody independent has audited it yet" in words(site.get("/accessibility").text)


def test_doctor_warns_while_nobody_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def found() -> tuple[bool, bool, str]:
        one = {finding.what: finding for finding in examine(DataFolder(tmp_path))}["who runs this"]
        return one.good, one.warning, one.said

    for name in ("NAME", "EMAIL", "ADDRESS"):
        good, warning, said = found()
        assert (good, warning) == (True, True)
        assert f"YOURAREA_OPERATOR_{name}" in said
        monkeypatch.setenv(f"YOURAREA_OPERATOR_{name}", "x")
    assert found()[:2] == (True, False)
