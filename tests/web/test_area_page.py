"""What an area page says, and what it refuses to say."""

import re
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.queries.area import SupplyGap
from geo.force import ForceRegister
from geo.month import Month
from geo.supply import SupplyState


def words(html: str) -> str:
    """What a reader reads: no markup, and blanks made one."""
    without_data = re.sub(r"<script.*?</script>|<svg.*?</svg>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", without_data)).replace("&#39;", "'")


def table_rows(html: str, section: str) -> list[list[str]]:
    """The cells of the body rows of the table in a section."""
    found = html[html.index(f'id="{section}"') :]
    body = found[found.index("<tbody") : found.index("</table>")]
    rows = re.findall(r"<tr.*?</tr>", body, flags=re.DOTALL)
    return [[words(cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row, flags=re.DOTALL)] for row in rows]


def test_what_to_do_now_comes_before_any_figure(city: Any) -> None:
    said = words(city.page())
    in_order = ["Call 999", "Report a crime", "Already reported?", "City Centre", "December 2025", "274"]
    assert [said.index(each) for each in in_order] == sorted(said.index(each) for each in in_order)


def test_the_page_says_its_month_when_the_next_is_due_and_that_the_last_weeks_are_not_here(city: Any) -> None:
    said = words(city.page())
    assert (
        "What was recorded in December 2025. January 2026 is due about 28 February 2026; "
        "the last weeks are not here yet." in said
    )


def test_a_month_that_is_late_is_said_to_be_late(city: Any) -> None:
    said = words(city.page(next_due=date(2026, 1, 19)))
    assert "January 2026 was due about 19 January 2026 and is not here yet." in said


def test_the_title_and_address_do_not_speak_of_crime(city: Any) -> None:
    assert "<title>LE1 5YA - Your Area</title>" in city.page()


def test_totals_of_circle_and_neighbourhood_are_stated(city: Any) -> None:
    said = words(city.page())
    assert "274 crimes recorded within one mile of LE1 5YA" in said
    assert "120 crimes recorded in the neighbourhood of City Centre" in said


def test_the_category_with_most_is_named_unless_two_are_level(city: Any) -> None:
    most = "most were recorded as violence and sexual offences: 97."
    assert most in words(city.page())
    level = city.counts([97, *(0 for _ in range(11)), 97, 0], [0] * 14)
    assert "most were recorded as" not in words(city.page(counts=level))


def test_the_table_lists_every_category_most_first_with_its_total(city: Any) -> None:
    rows = table_rows(city.page(), "by-category")
    assert rows[0] == ["Violence and sexual offences", "97", "41"]
    assert rows[1] == ["Anti-social behaviour", "40", "12"]
    assert rows[13] == ["Bicycle theft", "0", "0"]
    assert rows[14] == ["All", "274", "120"]


def test_the_chart_says_what_the_table_says(city: Any) -> None:
    html = city.page()
    chart = html[html.index('<svg class="ya-chart"') :]
    texts = re.findall(r"<text[^>]*>(.*?)</text>", chart[: chart.index("</svg>")])
    assert list(zip(texts[::2], texts[1::2], strict=True)) == [
        (name, n) for name, n, _ in table_rows(html, "by-category")[:-1]
    ]


def test_the_chart_has_a_title_and_a_description(city: Any) -> None:
    html = city.page()
    assert '<title id="chart-title">Crimes within one mile by category, December 2025</title>' in html
    assert "Violence and sexual offences, 97, is the longest." in html


def test_the_unplaced_share_is_said(city: Any) -> None:
    assert "Of all 8,312 crimes that Testshire Police recorded in the month, 312 (3.8%)" in words(city.page())


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (SupplyState.NOT_HELD, "Nothing is held here of Testshire Police for December 2025."),
        (SupplyState.NOT_SUPPLIED, "Testshire Police supplied no figures for December 2025."),
        (SupplyState.PARTIAL, "The figures of Testshire Police for December 2025 are incomplete and are held back"),
    ],
)
def test_a_force_without_a_month_gets_words_and_no_figures(city: Any, state: SupplyState, said: str) -> None:
    html = city.page(**city.without_figures(state, note=None))
    assert said in words(html)
    assert "ya-figure" not in html
    assert "<table" not in html


def test_a_page_without_figures_leads_to_the_newest_month_that_is_whole(city: Any) -> None:
    html = city.page(month=Month(2025, 10), **city.without_figures(SupplyState.NOT_HELD))
    assert '<a class="govuk-link" href="/area/LE1-5YA?month=2025-12">Show December 2025' in html


def test_why_a_month_is_held_back_is_said(city: Any) -> None:
    html = city.page(**city.without_figures(SupplyState.PARTIAL, note="only burglaries were delivered"))
    assert "Why: only burglaries were delivered" in words(html)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (
            SupplyState.NOT_HELD,
            "the area of Bordershire Police, from which nothing is held: the figures here leave it out",
        ),
        (SupplyState.NOT_SUPPLIED, "the area of Bordershire Police, which supplied no figures for this month"),
        (SupplyState.PARTIAL, "the area of Bordershire Police, whose figures are incomplete"),
    ],
)
def test_the_part_of_the_circle_that_is_left_out_is_named(city: Any, state: SupplyState, said: str) -> None:
    assert said in words(city.page(gaps=(SupplyGap(city.neighbour, state, None),)))


def test_a_nought_in_a_circle_that_is_not_whole_is_not_known(city: Any) -> None:
    html = city.page(gaps=(SupplyGap(city.neighbour, SupplyState.NOT_HELD, None),))
    assert table_rows(html, "by-category")[13] == ["Bicycle theft", "not known", "0"]
    assert "274 crimes held within one mile of LE1 5YA; this is not a total" in words(html)


def test_missing_railway_figures_are_said(city: Any) -> None:
    assert "British Transport Police" in words(city.page(railway_state=SupplyState.NOT_HELD))
    assert "British Transport Police" not in words(city.page())


def test_a_place_without_boundaries_has_a_circle_and_says_why_no_more(city: Any) -> None:
    said = words(city.page(force=None, neighbourhood=None, state=SupplyState.NOT_HELD, force_total=None, unplaced=None))
    assert "No police boundaries are held for this place" in said
    assert "274 crimes held within one mile" in said


def test_streets_are_on_or_near_and_an_unnamed_one_says_so(city: Any) -> None:
    assert table_rows(city.page(), "streets") == [
        ["Campbell Street", "31", "0.1"],
        ["an unnamed street", "12", "0.3"],
        ["Leicester (station)", "9", "0.4"],
    ]


def test_a_terminated_postcode_is_answered_and_said_to_be_out_of_use(city: Any) -> None:
    assert "LE1 5YA went out of use in March 2019." in words(city.page(terminated=date(2019, 3, 1)))


def test_a_postcode_whose_place_is_estimated_says_so(city: Any) -> None:
    assert "its place here is estimated" in words(city.page(imprecise=True))


def test_months_are_offered_newest_first_with_what_is_not_whole(city: Any) -> None:
    options = re.findall(r"<option[^>]*>([^<]+)", city.page())
    assert [option.strip() for option in options[:3]] == ["December 2025", "November 2025", "October 2025 (not held)"]


def test_the_map_offers_only_months_that_have_tiles(city: Any) -> None:
    form = city.page().split('id="map-form"')[1]
    options = re.findall(r"<option[^>]*>([^<]+)", form[: form.index("</select>")])
    assert [option.strip() for option in options] == ["December 2025", "November 2025"]


def test_a_category_can_be_picked_out_without_javascript(city: Any) -> None:
    html = TestClient(city.site()).get("/area/LE1-5YA?category=shoplifting").text
    assert "On the map: Shoplifting, December 2025." in words(html)
    assert "Shoplifting (chosen)" in words(html)


def test_about_these_figures_names_publication_load_release_and_licence(city: Any) -> None:
    said = words(city.page())
    for fact in ("January 2026", "5 January 2026, 09:30 UTC", "20260105-abc123", "Open Government Licence v3.0"):
        assert fact in said[said.rindex("About these figures") :]


def test_every_page_says_that_the_police_do_not_run_this_copy_unless_they_do(city: Any) -> None:
    assert "not run by the police" in TestClient(city.site()).get("/").text
    assert "not run by the police" not in TestClient(city.site(official=True)).get("/").text


@pytest.mark.parametrize("path", ["/", "/area/LE1-5YA", "/?postcode=nonsense", "/area/LE1-5YA?month=1999-01"])
def test_every_page_of_an_invented_place_says_so(city: Any, path: str) -> None:
    invented = ForceRegister("dogger", {"en": "Dogger Bank"}, True, city.register.forces)
    html = TestClient(city.site(register=invented)).get(path).text
    assert "Dogger Bank is not real" in words(html)
    assert "testshire.example" not in html


@pytest.mark.parametrize("path", ["/", "/area/LE1-5YA", "/nowhere"])
def test_every_page_can_be_left_quickly(client: TestClient, path: str) -> None:
    html = client.get(path, headers={"Accept": "text/html"}).text
    assert 'data-module="govuk-exit-this-page"' in html
    assert "govuk-js-exit-this-page-button" in html
    assert '<span class="govuk-visually-hidden">Emergency</span> Exit this page' in html


def test_a_release_without_tiles_of_the_month_says_so_instead_of_a_map(city: Any) -> None:
    html = city.page(month=Month(2025, 9))
    assert "No map is made for this month yet." in html
