"""Scripts, styles and fonts: built under names of their content, served for good."""

import json
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from web.asset import DIST, Assets
from web.assets.__main__ import built_digest, digest_of_sources


def test_the_build_is_of_these_sources() -> None:
    assert built_digest() == digest_of_sources()


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("page.js", "text/javascript; charset=utf-8"),
        ("maplibre-gl-worker.mjs", "text/javascript; charset=utf-8"),
        ("site.css", "text/css; charset=utf-8"),
        ("noto-sans-latin-400-normal.woff2", "font/woff2"),
    ],
)
def test_a_file_is_served_as_what_it_is_and_for_good(client: TestClient, name: str, media_type: str) -> None:
    answer = client.get(Assets.read().address(name))
    assert answer.headers["content-type"] == media_type
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_the_smallest_form_that_the_browser_takes_is_sent(client: TestClient) -> None:
    address = Assets.read().address("site.css")
    answers = [client.get(address, headers={"Accept-Encoding": each}) for each in ("br, gzip", "gzip", "identity")]
    assert [answer.headers.get("content-encoding") for answer in answers] == ["br", "gzip", None]
    assert len({answer.text for answer in answers[1:]}) == 1
    sizes = [int(answer.headers["content-length"]) for answer in answers]
    assert sizes == sorted(sizes)


@pytest.mark.parametrize("path", ["/static/manifest.json", "/static/../settings.py", "/static/nothing.js", "/static/"])
def test_nothing_else_is_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_no_font_or_crown_of_gov_uk_is_in_the_build() -> None:
    style = (DIST / json.loads((DIST / "manifest.json").read_text())["files"]["site.css"]).read_text()
    assert "GDS Transport" not in style
    assert "crown" not in style


def test_a_force_can_set_its_colours_anew() -> None:
    style = (DIST / json.loads((DIST / "manifest.json").read_text())["files"]["site.css"]).read_text()
    assert re.search(r"--govuk-brand-colour: ?#14284b", style)
    assert "var(--govuk-brand-colour" in style


def test_without_a_build_the_error_says_how_to_build(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"python -m web\.assets"):
        Assets.read(tmp_path)


def test_the_lock_names_no_registry() -> None:
    lock = (Path(DIST).parent.parent / "assets" / "package-lock.json").read_text()
    assert '"resolved"' not in lock
