"""The static edition: every page of a force as a file, whole, in both languages, and nothing that leads nowhere."""

import json
from collections.abc import Iterator
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from geo.errors import Busy, UnknownForce, UnknownNeighbourhood
from geo.month import Month
from geo.neighbourhood import NeighbourhoodRef
from geo.store.layout import DataFolder
from web.export.address import Addresses, UnsafeName, file_name, languages_of
from web.export.folder import MANIFEST, NotOurs, NotWritten, WrittenTwice, replacing
from web.export.page import Ground, static_page
from web.export.site import export_site
from web.language import ENGLISH, LANGUAGES, WELSH
from web.settings import WebSettings

T2 = Addresses("testshire", (NeighbourhoodRef("testshire", "T 2"),), Month(2024, 3), LANGUAGES)
GROUND = Ground("testshire", (1.0, 54.0, 1.1, 54.1))


@pytest.fixture(scope="session")
def edition(places: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Testshire's pages as files."""
    output = tmp_path_factory.mktemp("edition") / "site"
    export_site(WebSettings(data_dir=places.root), "testshire", output, LANGUAGES)
    return output


class Links(HTMLParser):
    """Every address that a page names, and the names of its elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.found += [value for name, value in attrs if name in ("href", "src", "action") and value]


def pages(edition: Path) -> Iterator[tuple[Path, Links]]:
    for path in sorted(edition.rglob("*.html")):
        yield path, Links(path.read_text(encoding="utf-8"))


def leads_nowhere(edition: Path, link: str) -> bool:
    parts = urlsplit(link)
    if parts.scheme or not parts.path:
        return False
    if not parts.path.startswith("/"):
        return True
    path = edition / unquote(parts.path).lstrip("/")
    return not (path / "index.html" if parts.path.endswith("/") else path).is_file()


def test_every_link_leads_to_a_file_or_to_another_site(edition: Path) -> None:
    dead = [(str(path), link) for path, links in pages(edition) for link in links.found if leads_nowhere(edition, link)]
    assert dead == []


def test_every_anchor_of_a_link_within_the_edition_is_there(edition: Path) -> None:
    missing = []
    for path, links in pages(edition):
        for link in links.found:
            parts = urlsplit(link)
            if parts.scheme or not parts.fragment:
                continue
            target = edition / unquote(parts.path).lstrip("/") / "index.html" if parts.path else path
            if f'id="{parts.fragment}"' not in target.read_text(encoding="utf-8"):
                missing.append((str(path), link))
    assert missing == []


def test_no_link_asks_a_question_that_a_file_cannot_answer(edition: Path) -> None:
    asking = [
        (str(path), link) for path, links in pages(edition) for link in links.found if "?" in link and link[0] == "/"
    ]
    assert asking == []


def test_the_only_form_is_that_for_a_postcode_which_is_sent_nowhere(edition: Path) -> None:
    forms = {str(path.relative_to(edition)) for path, links in pages(edition) if "form" in links.tags}
    assert forms == {f"{prefix}{page}index.html" for prefix in ("", "cy/") for page in ("", "forces/testshire/")}
    html = (edition / "index.html").read_text(encoding="utf-8")
    form = html[html.index("<form") : html.index("</form>")]
    assert "action=" not in form
    assert "method=" not in form
    assert " hidden " in form, "without JavaScript a form could only be sent to the host"


@pytest.mark.parametrize("prefix", ["", "cy/"])
@pytest.mark.parametrize("behind", ["", "team/", "change/", "outcomes/", "stops/", "crime/", "map.svg"])
@pytest.mark.parametrize("id_", ["T1", "T2"])
def test_every_page_of_a_neighbourhood_is_there_in_both_languages(
    edition: Path, prefix: str, behind: str, id_: str
) -> None:
    path = edition / f"{prefix}neighbourhood/testshire/{id_}" / behind
    assert (path if path.suffix else path / "index.html").is_file()


def test_pages_say_their_language_and_that_they_are_a_fixed_copy(edition: Path) -> None:
    english, welsh = (
        (edition / prefix / "neighbourhood/testshire/T1/index.html").read_text(encoding="utf-8")
        for prefix in ("", "cy")
    )
    assert '<html lang="en"' in english
    assert "These pages are a fixed copy, made on" in english
    assert '<html lang="cy"' in welsh
    assert "Copi sefydlog yw’r tudalennau hyn, a wnaed ar" in welsh
    assert 'href="/cy/neighbourhood/testshire/T1/"' in english


def test_a_page_carries_its_own_policy_and_a_button_to_leave_and_no_word_of_a_form_for_feedback(edition: Path) -> None:
    for path, _ in pages(edition):
        html = path.read_text(encoding="utf-8")
        assert '<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; ' in html, path
        assert "govuk-exit-this-page" in html, path
        assert "/feedback" not in html, path


def test_a_meeting_can_be_put_into_a_calendar(edition: Path) -> None:
    found = [path.read_text(encoding="utf-8") for path in edition.rglob("*.ics")]
    assert len(found) == 2, "one meeting, in each language"
    assert all("SUMMARY:Coffee\\, cake & police" in one for one in found)


def test_a_postcode_is_found_in_the_file_of_its_outward_code(edition: Path) -> None:
    found = json.loads((edition / "lookup/ZZ1.json").read_text(encoding="utf-8"))
    places = {inward: found["places"][at] for inward, at in found["codes"].items()}
    assert places["1AA"] == {"page": "/neighbourhood/testshire/T1/"}
    assert "1AE" not in places, "an ended postcode is nobody's home"
    assert places["1AD"] == {"force": {"en": "Elsewhere Constabulary", "cy": "Elsewhere Constabulary"}}
    assert [path.name for path in (edition / "lookup").iterdir()] == ["ZZ1.json"]


def test_every_tile_that_a_map_may_ask_for_is_there_unpacked(edition: Path) -> None:
    html = (edition / "neighbourhood/testshire/T1/index.html").read_text(encoding="utf-8")
    settings = json.loads(html.split('data-map="area-map">')[1].split("</script>")[0])
    assert len(settings["months"]) == 1
    for source in settings["style"]["sources"].values():
        if source["type"] != "vector":
            continue
        assert source["bounds"] == settings["farthest_bounds"]
        folder = edition / source["tiles"][0].split("{")[0].lstrip("/")
        assert {int(path.name) for path in folder.iterdir()} == set(range(source["minzoom"], source["maxzoom"] + 1))
        tiles = [path.read_bytes() for path in folder.rglob("*.mvt")]
        assert any(tiles)
        assert not any(tile.startswith(b"\x1f\x8b") for tile in tiles)


def test_the_manifest_lists_every_file_with_its_digest(edition: Path) -> None:
    manifest = json.loads((edition / MANIFEST).read_text(encoding="utf-8"))
    there = {str(path.relative_to(edition)): path for path in edition.rglob("*") if path.is_file()}
    del there[MANIFEST]
    assert manifest["files"] == {name: sha256(path.read_bytes()).hexdigest() for name, path in there.items()}
    assert (manifest["force"], manifest["languages"]) == ("testshire", ["en", "cy"])


def test_writing_it_again_gives_the_same_bytes_and_what_is_stale_goes(places: DataFolder, tmp_path: Path) -> None:
    settings, output = WebSettings(data_dir=places.root), tmp_path / "site"
    export_site(settings, "testshire", output, (ENGLISH,))
    before = (output / MANIFEST).read_bytes()
    (output / "stale.html").write_text("gone", encoding="utf-8")
    export_site(settings, "testshire", output, (ENGLISH,))
    assert (output / MANIFEST).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
    assert not (output / "stale.html").exists()


def test_an_edition_in_one_language_does_not_name_the_other(places: DataFolder, tmp_path: Path) -> None:
    export_site(WebSettings(data_dir=places.root), "testshire", tmp_path / "site", (ENGLISH,))
    assert not (tmp_path / "site" / "cy").exists()
    assert "Cymraeg" not in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")


def test_an_edition_in_welsh_alone_begins_in_welsh(places: DataFolder, tmp_path: Path) -> None:
    export_site(WebSettings(data_dir=places.root), "testshire", tmp_path / "site", (WELSH,))
    first = tmp_path / "site" / "index.html"
    assert first.read_bytes() == (tmp_path / "site" / "cy" / "index.html").read_bytes()
    links = Links(first.read_text(encoding="utf-8")).found
    assert [link for link in links if leads_nowhere(tmp_path / "site", link)] == []
    assert not (tmp_path / "site" / "neighbourhood").exists()


def test_a_host_can_say_that_there_is_no_page(edition: Path) -> None:
    html = (edition / "404.html").read_text(encoding="utf-8")
    assert "There is no page at this address." in html
    assert 'content="noindex"' in html


def test_a_folder_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(NotWritten, match="What was there is as it was"), replacing(tmp_path / "file" / "site"):
        pass


def test_a_folder_that_holds_something_else_is_left_as_it_is(places: DataFolder, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(NotOurs, match="left as it is"):
        export_site(WebSettings(data_dir=places.root), "testshire", tmp_path, LANGUAGES)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def write_twice(output: Path) -> None:
    with replacing(output) as folder:
        folder.write("/", b"second")
        folder.write("/index.html", b"third")


def test_a_run_that_fails_leaves_the_earlier_edition(tmp_path: Path) -> None:
    output = tmp_path / "site"
    with replacing(output) as folder:
        folder.write("/", b"first")
        folder.seal({})
    with pytest.raises(WrittenTwice):
        write_twice(output)
    assert (output / "index.html").read_bytes() == b"first"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_what_a_killed_run_left_is_in_no_edition(tmp_path: Path) -> None:
    (tmp_path / ".site.new" / "neighbourhood").mkdir(parents=True)
    (tmp_path / ".site.new" / "half.html").write_text("<p>ha", encoding="utf-8")
    with replacing(tmp_path / "site") as folder:
        folder.write("/", b"whole")
        folder.seal({})
    assert sorted(path.name for path in (tmp_path / "site").iterdir()) == [MANIFEST, "index.html"]


def test_two_runs_do_not_write_one_folder(tmp_path: Path) -> None:
    with replacing(tmp_path / "site") as folder:
        with pytest.raises(Busy), replacing(tmp_path / "site"):
            pass
        folder.write("/", b"whole")
        folder.seal({})
    assert (tmp_path / "site" / "index.html").read_bytes() == b"whole"


def test_a_run_stopped_between_its_last_two_steps_is_mended_by_the_next(tmp_path: Path) -> None:
    (tmp_path / ".site.old").mkdir()
    (tmp_path / ".site.old" / MANIFEST).write_text("{}", encoding="utf-8")
    with pytest.raises(UnsafeName), replacing(tmp_path / "site") as folder:
        folder.write("/../outside", b"")
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.parametrize(
    ("force_id", "error"),
    [("nowhere", UnknownForce), ("elsewhere", UnknownNeighbourhood)],
    ids=["unknown", "no ground"],
)
def test_a_force_without_pages_is_refused(
    places: DataFolder, tmp_path: Path, force_id: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        export_site(WebSettings(data_dir=places.root), force_id, tmp_path / "site", LANGUAGES)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("link", "led"),
    [
        ("/neighbourhood/testshire/T%202?month=2024-03#map", "/neighbourhood/testshire/T%202/#map"),
        ("/neighbourhood/testshire/T%202?month=2024-02", None),
        ("/neighbourhood/testshire/T%202?category=burglary", None),
        ("/neighbourhood/elsewhere/E1", None),
        ("/cy/neighbourhood/testshire/T%202/team/abc.ics", "/cy/neighbourhood/testshire/T%202/team/abc.ics"),
        ("/find", None),
        ("/static/site.css", "/static/site.css"),
        ("#map", "#map"),
        ("https://www.gov.uk/x?y", "https://www.gov.uk/x?y"),
    ],
)
def test_a_link_leads_to_a_file_of_the_edition_or_nowhere(link: str, led: str | None) -> None:
    assert T2.written(link) == led


def test_words_of_a_link_that_leads_nowhere_stay() -> None:
    html = (
        '<!DOCTYPE html>\n<p>Ask <a class="x" href="/find">him &amp; her</a> or <a href="/help/testshire">us</a>.</p>'
    )
    assert static_page(html, T2, GROUND) == (
        '<!DOCTYPE html>\n<p>Ask him &amp; her or <a href="/help/testshire/">us</a>.</p>'
    )


@pytest.mark.parametrize("address", ["/../x", "/a//b", "/a/%2e%2e/b", "/a\\b", "/a%00"])
def test_no_file_lies_outside_the_folder(address: str) -> None:
    with pytest.raises(UnsafeName):
        file_name(address)


def test_pages_are_written_in_every_language_unless_some_are_named() -> None:
    assert languages_of([]) == LANGUAGES
    assert languages_of(["en"]) == (ENGLISH,)
    with pytest.raises(ValueError, match="fr"):
        languages_of(["fr"])
