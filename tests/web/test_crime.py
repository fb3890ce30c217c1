"""Crime here: the filter, the streets and the crimes of one of them."""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely
from fastapi.testclient import TestClient
from playwright.sync_api import Page

from api.queries.area import SupplyGap
from api.queries.street import Railway, StreetAnswer
from api.queries.unknown_ground import UnknownGround
from geo.store.layout import DataFolder
from geo.supply import SupplyState
from web.area_view import AreaView
from web.crime_view import STREETS_A_PAGE, Asked, CrimeView, Order, page_number
from web.settings import WebSettings
from web.site import create_site

AXE = Path(__file__).parents[2] / "web" / "assets" / "node_modules" / "axe-core" / "axe.min.js"
HERE = "/area/ZZ1-1AA/crime"
T1 = "/neighbourhood/testshire/T1/crime"


@pytest.fixture(scope="module")
def site(places: DataFolder) -> Iterator[TestClient]:
    with TestClient(create_site(WebSettings(data_dir=places.root)), follow_redirects=False) as client:
        yield client


def words(page: str) -> str:
    """What a reader reads of the content."""
    content = re.sub(r"<script.*?</script>", "", page[page.index("<main") : page.index("</main>")], flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", content)))


def streets(page: str) -> list[tuple[str, str]]:
    """The names and counts of the table of streets."""
    table = page[page.index('id="streets"') :]
    return [
        (html.unescape(name).strip(), n)
        for name, n in re.findall(r'#street">([^<]*)</a>.*?numeric">([\d,]+)<', table, flags=re.DOTALL)
    ]


def street_link(page: str, name: str) -> str:
    """Where a street's crimes are."""
    found = re.search(rf'href="([^"]*street=\d+[^"]*)#street">{name}<', page)
    assert found is not None
    return html.unescape(found[1])


@pytest.mark.parametrize(
    ("radius", "n", "said"),
    [
        ("", 27, "within one mile of ZZ1 1AA"),
        ("0.25", 19, "within a quarter of a mile of ZZ1 1AA"),
        ("0.5", 19, "within half a mile of ZZ1 1AA"),
    ],
)
def test_a_circle_counts_as_far_as_the_reader_likes(site: TestClient, radius: str, n: int, said: str) -> None:
    read = words(site.get(HERE, params={"radius": radius}).text).replace("\xa0", " ")
    assert f"{n} All crime and anti-social behaviour, {said}, recorded in March 2024" in read


def test_a_wider_circle_that_reaches_another_force_is_not_called_whole(site: TestClient) -> None:
    read = words(site.get(HERE, params={"radius": "2"}).text)
    assert "as far as is held; this is not a total" in read
    assert "the area of Elsewhere Constabulary, from which nothing is held" in read


def test_streets_come_with_most_first_or_by_name_or_by_distance(site: TestClient) -> None:
    most = streets(site.get(HERE).text)
    assert most[0] == ("Market Street", "18")
    assert sum(int(n) for _, n in most) == 27
    by_name = [name for name, _ in streets(site.get(HERE, params={"order": "name"}).text)]
    assert by_name[:2] == ["Market Hall", "Market Street"]
    assert by_name[-1] == "an unnamed street"
    assert streets(site.get(HERE, params={"order": "nearest"}).text)[0][0] in {"Market Hall", "Market Street"}


def test_a_streets_crimes_come_with_what_became_of_them_and_its_estimated_ground(site: TestClient) -> None:
    page = site.get(street_link(site.get(HERE).text, "North Road")).text
    read = words(page)
    assert "On or near North Road, March 2024" in read
    assert (
        "Vehicle crime Offender given a penalty notice" in read or "Vehicle crime Offender given penalty notice" in read
    )
    assert "That is our estimate, from the 7 points seen in 1 months" in read
    assert '"id":"estimated"' in page, "the map outlines it"


def test_the_groups_of_a_street_add_up_to_its_count(site: TestClient) -> None:
    page = site.get(street_link(site.get(HERE).text, "Market Street")).text
    table = page[page.index('id="street"') : page.index("</section>", page.index('id="street"'))]
    assert sum(int(n) for n in re.findall(r'cell--numeric">(\d+)<', table)) == 18


def test_a_place_that_collects_crimes_is_said_to_be_so(site: TestClient) -> None:
    page = site.get("/neighbourhood/testshire/T2/crime").text
    assert "St Pancras International (Station) (collects crimes from elsewhere)" in words(page)
    assert "Places like this collect crimes" in words(site.get(street_link(page, "St  Pancras.*?")).text)


def test_the_same_crimes_can_be_taken_as_csv_and_geojson(site: TestClient) -> None:
    for path, n in ((HERE, 27), (f"{T1}?category=burglary", 2)):
        page = html.unescape(site.get(path).text)
        for form in ("csv", "geojson"):
            address = re.search(rf'href="(/v1/crimes\.{form}\?[^"]*)"', page)
            assert address is not None
            answer = site.get(address[1])
            assert answer.status_code == 200
            rows = len(answer.text.splitlines()) - 1 if form == "csv" else len(answer.json()["features"])
            assert rows == n


def test_the_cards_lead_to_the_page(site: TestClient) -> None:
    assert 'href="/area/ZZ1-1AA/crime?month=2024-03"' in site.get("/area/ZZ1-1AA").text
    assert 'href="/neighbourhood/testshire/T1/crime?month=2024-03"' in site.get("/neighbourhood/testshire/T1").text


def test_the_page_of_a_postcode_is_not_for_search_engines_and_names_the_one_to_share(site: TestClient) -> None:
    answer = site.get(HERE)
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert f'rel="canonical" href="{T1}"' in answer.text


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        (f"{HERE}?radius=9", 422, "A circle reaches 0.25, 0.5, 1 or 2 miles here."),
        (f"{HERE}?order=up", 422, "is not one of the choices here"),
        (f"{HERE}?street=x", 422, "choose a street from the list"),
        (f"{HERE}?street=99999999", 404, "That point is not among those counted here"),
        (f"{HERE}?month=2031-01", 400, "No street crimes of January 2031 are held."),
        ("/area/ZZ9-9ZZ/crime", 404, "is not a postcode that is held here"),
        ("/neighbourhood/testshire/T9/crime", 404, "hat neighbourhood is not known"),
    ],
)
def test_what_cannot_be_chosen_is_told(site: TestClient, path: str, status: int, said: str) -> None:
    answer = site.get(path, headers={"accept": "text/html"})
    assert answer.status_code == status
    assert said in html.unescape(answer.text)


def test_a_page_of_streets_that_is_not_there_is_the_nearest_that_is(site: TestClient) -> None:
    assert [page_number(written) for written in ("", "0", "3", "x", "99999")] == [1, 1, 3, 1, 1]
    assert STREETS_A_PAGE == 25
    assert streets(site.get(HERE, params={"page": "9"}).text) == streets(site.get(HERE).text)


def test_a_reader_who_holds_the_page_is_told_so(site: TestClient) -> None:
    for path in (HERE, T1):
        held = site.get(path).headers["etag"]
        assert site.get(path, headers={"if-none-match": held}).status_code == 304


@pytest.mark.browser
@pytest.mark.parametrize("path", [HERE, f"/cy{T1}"])
def test_a_reader_filters_and_chooses_a_street_without_javascript_and_nothing_is_inaccessible(
    page: Page, places_address: str, path: str
) -> None:
    axe = AXE.read_text(encoding="utf-8")
    page.goto(places_address + path)
    page.locator("select[name=category]").select_option("vehicle-crime")
    page.locator("form.ya-controls button").first.click()
    page.wait_for_url("**category=vehicle-crime**")
    page.locator("#streets th a").first.click()
    page.wait_for_selector("#street")
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.evaluate(axe)
    assert page.evaluate("axe.run().then(found => found.violations.map(one => one.id))") == []


def test_a_street_beyond_what_is_counted_leads_to_the_neighbourhood_that_holds_it(site: TestClient) -> None:
    there = site.get("/neighbourhood/testshire/T2/crime").text
    street = re.search(r"street=(\d+)", there)
    assert street is not None
    for here in (f"{HERE}?radius=0.25&category=burglary", f"{T1}?category=burglary"):
        answer = site.get(f"{here}&street={street[1]}")
        assert answer.status_code == 303
        assert answer.headers["location"] == (
            f"/neighbourhood/testshire/T2/crime?month=2024-03&category=burglary&street={street[1]}"
        )


def test_the_railways_crimes_cannot_be_told_apart_where_no_such_police_are_known(site: TestClient) -> None:
    answer = site.get(f"{HERE}?railway=only", headers={"accept": "text/html"})
    assert answer.status_code == 422
    assert "No railway police are known here" in answer.text


def test_the_picture_of_the_page_is_of_the_same_circle_and_street(site: TestClient) -> None:
    page = site.get(f"{HERE}?radius=0.5").text
    street = re.search(r"street=(\d+)", page)
    assert street is not None
    page = site.get(f"{HERE}?radius=0.5&street={street[1]}").text
    address = re.search(r'src="([^"]*map\.svg[^"]*)"', page)
    assert address is not None
    svg = site.get(html.unescape(address[1])).text
    assert "Half a mile round it" in svg
    assert 'id="estimated"' in svg
    assert '"crimes":"/area/ZZ1-1AA/crime?radius=0.5"' in page, "and so is what a dot leads to"


def test_the_page_says_which_month_it_shows_and_when_the_next_is_due(site: TestClient) -> None:
    for path in (HERE, T1):
        read = words(site.get(path).text)
        assert "What was recorded in March 2024 ." in read
        assert "April 2024 was due about 31 May 2024 and is late." in read


def railway_alone(city: Any, **changes: object) -> CrimeView:
    asked = Asked(None, "1", Railway.ONLY, Order.MOST, 1, None)
    answer = city.answer(**changes)
    return CrimeView(answer, AreaView(answer, None, city.today), asked, StreetAnswer({}, ()), None, "", "", True)


def test_a_nought_of_the_railway_is_known_only_where_all_ground_and_its_month_are(city: Any) -> None:
    scotland = UnknownGround(0.4, shapely.box(0, 0, 1, 1), "Scotland")
    assert railway_alone(city).n == 0
    assert railway_alone(city, gaps=(SupplyGap(city.neighbour, SupplyState.NOT_HELD, None),)).n == 0
    assert railway_alone(city, unknown_ground=scotland).n is None
    assert railway_alone(city, railway_state=SupplyState.PARTIAL).n is None
