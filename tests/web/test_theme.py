"""Themes: how a force's pages look is data, and every colour of it is measured."""

import json
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from geo.force import uk_forces
from ingest.demo.crime import REPORTED_BY
from web import cartography
from web.asset import DIST
from web.contrast import SHAPE, TEXT_WELL, contrast, luminance, through
from web.settings import WebSettings
from web.site import create_site
from web.stage import Stage
from web.theme import DEFAULT, Themes
from web.theme_file import GROUNDS, BadTheme, built_in_themes, read_themes

ROOT = Path(__file__).parent.parent.parent
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="3"/></svg>'
THEME: dict[str, Any] = {
    "force": "testshire",
    "name": {"en": "Testshire & Quay Police", "cy": "Heddlu Testshire"},
    "colours": {"brand": "#3d0f28", "on_brand": "#fff8e7"},
    "logo": {"file": "quay.svg", "alt": {"en": "A quay", "cy": "Cei"}},
    "contacts": {"telephone": "01632 960301", "web": "https://testshire.example/contact"},
    "welsh": True,
}

Client = Callable[[Path], TestClient]


def written(folder: Path, theme: dict[str, Any], name: str = "testshire") -> Path:
    """A folder with one theme and its logo."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(theme), encoding="utf-8")
    (folder / "quay.svg").write_text(SVG, encoding="utf-8")
    return folder


@pytest.fixture
def themed(city: Any, tmp_path: Path) -> TestClient:
    return TestClient(city.site(themes=read_themes(written(tmp_path, THEME))))


@pytest.mark.parametrize("force", sorted(built_in_themes().by_force))
def test_words_of_every_theme_that_comes_along_stand_out_well(force: str) -> None:
    colours = built_in_themes().by_force[force].theme.colours
    assert contrast(colours.on_brand, colours.brand) >= TEXT_WELL
    for ground in GROUNDS.values():
        for colour in (colours.brand, colours.link, colours.link_hover, colours.link_visited):
            assert contrast(colour, ground) >= TEXT_WELL, (colour, ground)
    assert contrast(colours.accent, colours.brand) >= SHAPE


def test_the_theme_of_pages_without_a_force_and_those_of_the_invented_county_come_along() -> None:
    assert set(built_in_themes().by_force) == {DEFAULT, *REPORTED_BY}


def test_the_default_theme_is_what_the_built_style_says() -> None:
    style = (DIST / json.loads((DIST / "manifest.json").read_text())["files"]["site.css"]).read_text()
    for name, colour in re.findall(r"(--[a-z-]+):(#[0-9a-f]+)", built_in_themes().default.css):
        built = {short.replace("#fff", "#ffffff") if len(short) == 4 else short for short in _set_to(name, style)}
        assert built == {colour}, name


def _set_to(name: str, style: str) -> set[str]:
    return set(re.findall(rf"{name}(?:: ?|, ?)(#[0-9a-f]+)", style))


@pytest.mark.parametrize("ground", ["#f1f2f0", "#f5f4f0", "#dcead2", "#cfdfea", "#ffffff"])
def test_every_mark_of_the_map_stands_out_from_each_ground_under_it(ground: str) -> None:
    assert contrast(through(cartography.CELL_LINE, cartography.CELL_OPACITY, ground), ground) >= SHAPE
    assert contrast(through(cartography.POINT_COLOUR, cartography.POINT_OPACITY, ground), ground) >= SHAPE
    assert contrast(cartography.HERE_COLOUR, ground) >= SHAPE


def test_the_words_of_the_map_stand_out_well_from_their_halo() -> None:
    layers = [
        *cartography.point_layers(),
        *cartography.point_name_layers("On or near", {}),
        *cartography.label_layers(True, {}),
        *cartography.supply_word_layers({"partial": "incomplete"}, {}),
    ]
    paints = [layer.definition["paint"] for layer in layers if layer.definition["type"] == "symbol"]
    assert len(paints) >= 7
    assert [one for one in paints if contrast(one["text-color"], one["text-halo-color"]) < TEXT_WELL] == []


def test_the_ramp_of_the_hexagons_only_darkens() -> None:
    colours = [colour for _, colour in cartography.CELL_STEPS]
    assert all(luminance(pale) > luminance(dark) for pale, dark in pairwise(colours))


def test_no_code_or_template_knows_a_force() -> None:
    forces = {force.id for force in uk_forces() if force.territorial} | set(REPORTED_BY)
    forces -= {force.nation for force in uk_forces()}  # that of Northern Ireland is called like it
    files = [
        path for room in ("api", "web") for kind in ("py", "html", "scss") for path in (ROOT / room).rglob(f"*.{kind}")
    ]
    files = [path for path in files if "node_modules" not in path.parts]
    assert len(files) > 100
    for path in files:
        examples = r'""".*?"""|examples=\[[^]]*\]'
        code = re.sub(examples, "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert set(re.findall(r"[\"']([a-z-]+)[\"']", code)) & forces == set(), path


def test_a_forces_page_wears_its_name_colours_logo_and_contacts(themed: TestClient) -> None:
    page = themed.get("/area/LE1-5YA").text
    header = page[page.index("<header") : page.index("</header>")]
    assert "Testshire &amp; Quay Police" in header
    assert 'alt="A quay"' in header
    assert '<meta name="theme-color" content="#3d0f28">' in page
    assert '<a class="govuk-link" href="tel:01632960301">01632 960301</a>' in page
    assert '<a class="govuk-link" href="https://testshire.example/contact">' in page
    assert page.index("/static/site-") < page.index("/theme/testshire-")


def test_a_force_that_publishes_in_welsh_shows_the_other_language_first_and_is_called_by_its_name(
    themed: TestClient,
) -> None:
    page = themed.get("/cy/area/LE1-5YA").text
    assert "ya-header__language--main" in page
    assert "<span>Heddlu Testshire</span>" in page
    assert 'alt="Cei"' in page


def test_a_force_without_a_theme_and_a_page_without_a_force_wear_the_default(city: Any) -> None:
    client = TestClient(city.site())
    for path in ("/", "/area/LE1-5YA", "/forces/bordershire", "/about", "/nowhere"):
        page = client.get(path, headers={"Accept": "text/html"}).text
        assert "/theme/default-" in page, path
        assert "ya-header__force" not in page
        assert "ya-header__language--main" not in page


def test_a_name_without_welsh_is_marked_as_english_and_so_is_what_the_logo_shows(city: Any, tmp_path: Path) -> None:
    english = {
        **THEME,
        "name": {"en": "Testshire"},
        "logo": {"file": "quay.svg", "alt": {"en": "A quay"}},
        "welsh": False,
    }
    site = city.site(themes=read_themes(written(tmp_path, english)))
    page = TestClient(site).get("/cy/area/LE1-5YA").text
    assert '<span><span lang="en">Testshire</span></span>' in page
    assert re.search(r'<img class="ya-header__logo"[^>]* alt="A quay"[^>]* lang="en">', page)


def test_an_invented_force_is_not_to_be_called(city: Any, tmp_path: Path) -> None:
    register = type(city.register)("demo", {"en": "Testshire"}, True, city.register.forces)
    site = city.site(register=register, themes=read_themes(written(tmp_path, THEME)))
    page = TestClient(site).get("/area/LE1-5YA").text
    assert "01632 960301" in page
    assert "tel:01632" not in page


def test_a_themes_files_are_served_for_good_and_a_logo_may_do_nothing(themed: TestClient) -> None:
    page = themed.get("/area/LE1-5YA").text
    style, logo = (themed.get(re.search(f"/theme/testshire-[0-9a-f]+\\.{kind}", page)[0]) for kind in ("css", "svg"))  # type: ignore[index]
    assert style.headers["content-type"] == "text/css; charset=utf-8"
    assert "--govuk-brand-colour:#3d0f28;--ya-on-brand-colour:#fff8e7" in style.text
    assert logo.headers["content-type"] == "image/svg+xml"
    assert logo.headers["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert logo.text == SVG
    for answer in (style, logo):
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", ["testshire.json", "quay.svg", "testshire-0000000000000000.css", "..%2Ftheme.py", ""])
def test_nothing_else_of_a_theme_is_served(themed: TestClient, name: str) -> None:
    assert themed.get(f"/theme/{name}").status_code == 404


def test_a_page_is_another_once_its_theme_is(city: Any, tmp_path: Path) -> None:
    before = read_themes(written(tmp_path / "a", THEME))
    after = read_themes(written(tmp_path / "b", {**THEME, "contacts": {"telephone": "01632 960302"}}))
    editions = {Stage(city.assets, themes=themes).edition for themes in (built_in_themes(), before, after, before)}
    assert len(editions) == 3


def test_an_operators_theme_goes_before_the_one_that_comes_along(tmp_path: Path) -> None:
    own = read_themes(written(tmp_path, {"force": DEFAULT, "colours": {"brand": "#222222"}}, DEFAULT))
    assert own.default.theme.colours.brand == "#222222"
    assert set(own.by_force) == set(built_in_themes().by_force)


def test_a_site_is_made_with_the_themes_of_its_settings(places: Any, tmp_path: Path) -> None:
    settings = WebSettings(data_dir=places.root, themes=written(tmp_path, THEME))
    with TestClient(create_site(settings)) as client:
        assert "Testshire &amp; Quay Police" in client.get("/forces/testshire").text


def changed(**fields: Any) -> dict[str, Any]:
    return {**THEME, **fields}


@pytest.mark.parametrize(
    ("theme", "field", "why"),
    [
        (
            changed(colours={"brand": "#808080"}),
            "colours.on_brand",
            "#ffffff on brand (#808080) has a contrast of 3.95",
        ),
        (changed(colours={"brand": "#14284b", "link": "#7aa7e0"}), "colours.link", "on white (#ffffff) has a contrast"),
        (changed(colours={"brand": "#14284b", "accent": "#22355a"}), "colours.accent", "a line needs 3.0"),
        (changed(colours={"brand": "#f7f7f7", "on_brand": "#000000"}), "colours.brand", "text needs 4.5"),
        (changed(colours={"brand": "navy"}), "colours.brand", "string should match pattern"),
        (changed(colours={}), "colours.brand", "field required"),
        (changed(font="Comic Sans"), "font", "extra inputs are not permitted"),
        (changed(force="elsewhere"), "force", "'elsewhere' is not what the file is called"),
        (changed(name={"en": "Testshire"}), "name.cy", "the force publishes in Welsh"),
        (changed(logo={"file": "../secret.svg", "alt": {"en": "x"}}), "logo.file", "string should match pattern"),
        (changed(logo={"file": "none.svg", "alt": {"en": "x", "cy": "x"}}), "logo.file", "none.svg cannot be read"),
        (changed(logo={"file": "testshire.png", "alt": {"en": "x", "cy": "x"}}), "logo.file", "holds no PNG"),
        (changed(contacts={"web": "javascript:alert(1)"}), "contacts.web", "string should match pattern"),
        (changed(contacts={"telephone": "call us"}), "contacts.telephone", "string should match pattern"),
    ],
)
def test_a_bad_theme_is_told_in_one_line_with_its_file_and_field(
    tmp_path: Path, theme: dict[str, Any], field: str, why: str
) -> None:
    (tmp_path / "testshire.png").write_text(SVG, encoding="utf-8")
    with pytest.raises(BadTheme) as caught:
        read_themes(written(tmp_path, theme))
    told = str(caught.value)
    assert told.startswith(f"{tmp_path / 'testshire.json'}: {field}: ")
    assert why in told
    assert "\n" not in told
    assert told.count(". ") >= 1


def test_a_folder_of_themes_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadTheme, match="there is no such folder"):
        read_themes(tmp_path / "nowhere")


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[" * 40_000, b"[]", b" " * 70_000])
def test_a_theme_that_is_no_json_or_too_long_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "testshire.json").write_bytes(content)
    with pytest.raises(BadTheme, match=re.escape(str(tmp_path / "testshire.json"))):
        read_themes(tmp_path)


def test_a_folder_without_themes_changes_nothing(tmp_path: Path) -> None:
    assert read_themes(tmp_path) == Themes(built_in_themes().by_force)
