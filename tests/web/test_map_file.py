"""A stand-alone file: what it says, what it carries, and what it does not."""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.queries.neighbourhood import crime_in
from geo.errors import BadMonth, UnknownForce, UnknownNeighbourhood, YourAreaError
from geo.month import Month
from geo.neighbourhood import NeighbourhoodRef
from geo.store.release import Release, live_release_id
from web.embedded import Ground
from web.language import ENGLISH, WELSH, Language
from web.map_file import Exports, NotExported
from web.settings import WebSettings
from web.site import stage_of
from yourarea.command import cli
from yourarea.map_file_job import NotWritten

REF = NeighbourhoodRef("testshire", "T1")
Make = Callable[..., Exports]


@pytest.fixture(scope="module")
def release(places: Any) -> Release:
    return Release.open(places, live_release_id(places))


@pytest.fixture(scope="module")
def exports(places: Any, release: Release) -> Make:
    """Makes files of Testshire in a language."""

    def make(language: Language = ENGLISH, **told: Any) -> Exports:
        stage = stage_of(WebSettings(data_dir=places.root)).in_language(language)
        return Exports(release, stage, date(2026, 1, 20), **told)

    return make


def files_of(html: str) -> dict[str, str]:
    found = re.search(r'id="embedded-files">(.*?)</script>', html, re.DOTALL)
    assert found
    files: dict[str, str] = json.loads(found[1])
    return files


def settings_of(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" data-map="[^"]+">(.*)</script>', html)
    assert found
    settings: dict[str, Any] = json.loads(found[1])
    return settings


def shown(html: str) -> str:
    """What a reader sees of a file."""
    html = re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


def test_its_table_holds_the_counts_of_the_neighbourhood(exports: Make, release: Release) -> None:
    html, answer = exports().page(REF), crime_in(release, REF)
    table = re.search(r'id="by-category".*?</table>', html, re.DOTALL)
    assert table
    rows = re.findall(r"<tr[^>]*>\s*<th scope=\"row\"[^>]*>(.*?)</th>\s*<td[^>]*>(.*?)</td>", table[0], re.DOTALL)
    told = {shown(name).strip(): shown(n).strip() for name, n in rows}
    assert told == {
        **{one.category.name: str(one.n) if one.n else told[one.category.name] for one in answer.counts},
        list(told)[-1]: str(answer.total),
    }
    assert {told[one.category.name] for one in answer.counts if not one.n} <= {"0", "not known"}


def test_it_says_what_it_is_and_what_it_cannot_tell(exports: Make, release: Release) -> None:
    said = shown(exports().page(REF))
    for words in (
        "Recorded crime in Market &amp; Quay",
        "This file was saved on 20 January 2026 and does not change",
        "Crimes are shown on or near a street. A dot is never a house.",
        f"Edition here: {release.id}",
        "This copy is not run by the police and takes no reports.",
        "What this map cannot tell you",
    ):
        assert words in said


def test_a_place_that_is_invented_is_said_to_be(exports: Make) -> None:
    made = exports()
    register = replace(made.release.register, invented=False)
    real = replace(made, release=replace(made.release, register=register)).page(REF)
    invented = made.page(REF)
    assert "is not real, nor is any crime here." in shown(invented)
    assert "All data in this file are invented." in shown(invented)
    assert "is not real" not in shown(real)
    assert "Contains public sector information" in shown(real)


def test_it_is_in_welsh_where_that_is_asked_for(exports: Make) -> None:
    html = exports(WELSH).page(REF)
    assert '<html lang="cy"' in html
    assert "Cadwyd y ffeil hon ar 20 Ionawr 2026" in shown(html)


def test_it_names_no_other_host_and_no_page_of_a_site(exports: Make) -> None:
    html = exports().page(REF)
    assert re.findall(r'<(?:link|img|iframe|object|embed|base|form)\b[^>]*>|\bsrc="[^"]*"', html) == []
    assert set(re.findall(r'href="([^"]*)"', html)) == {"tel:999"}
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert style
    assert [url for url in re.findall(r"url\(['\"]?([^)'\"]{0,5})", style[1]) if url != "data:"] == []
    assert not {"form", "status", "crimes", "neighbourhoods"} & set(settings_of(html))


def test_its_own_policy_lets_in_its_script_and_its_style_and_nothing_else(exports: Make) -> None:
    html = exports().page(REF)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert policy
    told = policy[1].replace("&#39;", "'")
    for kind, tag in (("script-src", "script"), ("style-src", "style")):
        text = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        assert len(text) == 1
        digest = b64encode(sha256(text[0].encode()).digest()).decode()
        assert f"{kind} 'sha256-{digest}'" in told
    assert told.startswith("default-src 'none'; ")
    assert not re.search(r"https?:|unsafe|\*", told)


def test_with_a_site_it_leads_to_the_pages_there(exports: Make) -> None:
    html = exports(WELSH, site="https://area.example").page(REF)
    assert 'href="https://area.example/cy/neighbourhood/testshire/T1"' in html
    settings = settings_of(html)
    assert settings["crimes"] == "https://area.example/cy/neighbourhood/testshire/T1/crime"
    assert settings["neighbourhoods"] == "https://area.example/cy/neighbourhood/"


def test_it_carries_each_tile_of_its_ground_and_of_one_month(exports: Make, release: Release) -> None:
    html, month = exports().page(REF), crime_in(release, REF).month
    settings, files = settings_of(html), files_of(html)
    assert list(settings["months"]) == [str(month)]
    assert settings["year"] is None
    address = settings["months"][str(month)]["tiles"]
    archive = release.tile_files[f"month-{month}"].archive
    ground = Ground.round(crime_in(release, REF).bounds)
    expected = {
        address.format(z=z, x=x, y=y): bytes(tile)
        for z, x, y in ground.tiles()
        if (tile := archive.get(z, x, y)) is not None
    }
    stem = address.split("{", 1)[0]
    assert expected
    assert {name: b64decode(tile) for name, tile in files.items() if name.startswith(stem)} == expected


def test_ground_that_is_not_in_it_is_hatched_and_says_so(exports: Make) -> None:
    style = settings_of(exports().page(REF))["style"]
    assert [layer["id"] for layer in style["layers"][-3:]] == ["beyond", "beyond-hatch", "beyond-words"]
    assert style["layers"][-1]["layout"]["text-field"] == "Not in this file"
    outer, inner = style["sources"]["here"]["data"]["features"][0]["geometry"]["coordinates"]
    assert min(outer)[0] < min(inner)[0] < max(inner)[0] < max(outer)[0]


def test_a_chosen_category_is_shown_alone(exports: Make, release: Release) -> None:
    chosen = next(one.category for one in crime_in(release, REF).counts if one.n)
    html = exports().page(REF, None, chosen)
    assert settings_of(html)["count"] == f"c{chosen.code}"
    assert f"On the map: {chosen.name}" in shown(html)


def test_it_is_about_a_megabyte_where_the_ground_is_small(exports: Make) -> None:
    assert len(exports().page(REF).encode()) < 2_000_000


def test_one_that_is_too_large_is_refused_with_its_size(exports: Make) -> None:
    with pytest.raises(NotExported, match=r"would have \d+\.\d MB, and 0\.5 MB is the most"):
        exports(most_mb=0.5).page(REF)


@pytest.mark.parametrize(
    ("ref", "month", "error"),
    [
        (NeighbourhoodRef("nowhere", "T1"), None, UnknownForce),
        (NeighbourhoodRef("testshire", "T99"), None, UnknownNeighbourhood),
        (REF, Month(2011, 1), BadMonth),
    ],
)
def test_what_is_not_held_is_not_exported(
    exports: Make, ref: NeighbourhoodRef, month: Month | None, error: type[YourAreaError]
) -> None:
    with pytest.raises(error):
        exports().page(ref, month)


def test_a_month_without_tiles_says_what_makes_them(exports: Make) -> None:
    made = exports()
    bare = replace(made, release=replace(made.release, tile_files={}))
    with pytest.raises(NotExported, match=r"no tiles of .* `yourarea build`"):
        bare.page(REF)


def run(places: Any, *arguments: str) -> Any:
    return CliRunner().invoke(cli, ["export-map", *arguments, "--data", str(places.root)])


def test_the_command_writes_the_file_and_says_how_large_it_is(places: Any, release: Release, tmp_path: Path) -> None:
    output = tmp_path / "market.html"
    ran = run(places, "testshire/T1", "--output", str(output), "--language", "cy")
    assert ran.exit_code == 0, ran.output
    assert re.search(rf"market\.html: \d\.\d MB, from release {release.id}\.", ran.output)
    assert output.read_text(encoding="utf-8").startswith('<!DOCTYPE html>\n<html lang="cy"')


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("testshire",), "FORCE/NEIGHBOURHOOD"),
        (("testshire/T1", "--language", "fr"), "one of en, cy"),
        (("testshire/T1", "--site", "javascript:alert(1)"), "the address of a site"),
    ],
)
def test_a_wrong_command_line_is_told_so(places: Any, tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    ran = run(places, *arguments, "--output", str(tmp_path / "x.html"))
    assert ran.exit_code == 2
    assert words in re.sub(r"[│\s]+", " ", ran.output)


def test_a_file_that_cannot_be_written_is_named(places: Any, tmp_path: Path) -> None:
    ran = run(places, "testshire/T1", "--output", str(tmp_path / "nowhere" / "x.html"))
    assert isinstance(ran.exception, NotWritten)
    assert "cannot be written" in str(ran.exception)
