"""The static edition in a real browser, handed out by the plainest of file servers."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from geo.store.layout import DataFolder
from web.export.site import export_site
from web.language import LANGUAGES
from web.settings import WebSettings

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "web" / "assets" / "node_modules" / "axe-core" / "axe.min.js"
DRAWN_MS = 30_000  # WebGL in software, beside other tests


class Quiet(SimpleHTTPRequestHandler):
    """The standard library's file server, without its log."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture(scope="module")
def files_address(places: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Testshire's pages as files, served."""
    output = tmp_path_factory.mktemp("edition") / "site"
    with ThreadPoolExecutor(1) as apart:  # a browser under test keeps the event loop of this thread running
        apart.submit(export_site, WebSettings(data_dir=places.root), "testshire", output, LANGUAGES).result()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(output))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join(10)


def test_a_resident_types_a_postcode_and_sees_the_map_and_the_host_learns_only_the_outward_code(
    page: Page, files_address: str
) -> None:
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(files_address)
    page.get_by_label("Postcode").fill("zz11aa")
    page.get_by_role("button", name="Show my neighbourhood").click()
    page.wait_for_url(f"{files_address}/neighbourhood/testshire/T1/")
    assert page.get_by_role("heading", level=1).inner_text() == "Market & Quay"
    page.locator("#area-map").scroll_into_view_if_needed()
    page.wait_for_selector("html[data-map-ready]", state="attached", timeout=DRAWN_MS)
    assert page.locator("#area-map[data-map-incomplete]").count() == 0
    assert any(url.endswith(".mvt") for url in asked)
    assert f"{files_address}/lookup/ZZ1.json" in asked
    assert [url for url in asked if "1aa" in url.lower()] == []
    hosts = {url.split("/")[2] for url in asked if not url.startswith(("blob:", "data:"))}
    assert hosts == {files_address.removeprefix("http://")}
    assert faults == [], "neither a script error, a missing file nor a breach of the Content-Security-Policy"
    assert page.context.cookies() == []


def test_every_page_behind_a_neighbourhood_opens_without_a_fault_in_both_languages(
    page: Page, files_address: str
) -> None:
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("response", lambda answer: faults.append(answer.url) if answer.status >= 400 else None)
    for prefix in ("", "/cy"):
        for behind in ("", "team/", "change/", "outcomes/", "stops/", "crime/"):
            page.goto(f"{files_address}{prefix}/neighbourhood/testshire/T1/{behind}")
            expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert faults == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("ZZ1", "This is not a whole postcode. Type all of it, as in LE1 5YA."),
        ("ZZ1 1AE", "This postcode is not known here. Check it, or choose your neighbourhood from the list."),
        ("ZZ1 1AD", "This postcode is in the area of Elsewhere Constabulary, which these pages do not cover."),
        ("LE1 5YA", "This postcode is in no neighbourhood that these pages cover."),
    ],
    ids=["half", "ended", "of another force", "of no file"],
)
def test_a_postcode_that_leads_nowhere_is_explained_beside_the_field(
    page: Page, files_address: str, typed: str, said: str
) -> None:
    page.goto(files_address)
    page.get_by_label("Postcode").fill(typed)
    page.get_by_role("button", name="Show my neighbourhood").click()
    expect(page.get_by_role("alert").filter(has_text=said)).to_be_visible()
    expect(page.get_by_label("Postcode")).to_be_focused()
    assert page.url == f"{files_address}/"


def test_without_javascript_the_list_leads_to_a_neighbourhood(browser: Browser, files_address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{files_address}/cy/")
    assert not page.locator("form").is_visible()
    page.get_by_role("link", name="Dewiswch eich cymdogaeth o A i Y").click()
    page.get_by_role("link", name="Market & Quay").click()
    assert page.url == f"{files_address}/cy/neighbourhood/testshire/T1/"
    context.close()


def test_the_button_to_leave_takes_the_pages_place(page: Page, files_address: str) -> None:
    page.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(body="weather"))
    page.goto(files_address)
    page.goto(f"{files_address}/neighbourhood/testshire/T1/")
    page.locator("a.govuk-exit-this-page__button").click()
    page.wait_for_url("https://www.bbc.co.uk/weather")
    page.go_back()
    assert page.url == f"{files_address}/"


@pytest.mark.parametrize("path", ["/", "/cy/forces/testshire/", "/neighbourhood/testshire/T1/crime/"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(page: Page, files_address: str, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(files_address + path)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document)")
    assert [one["id"] for one in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
