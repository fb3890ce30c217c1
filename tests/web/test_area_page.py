"""What an area page says, and what it refuses to say."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import shapely
from fastapi.testclient import TestClient

from api.queries.area import SupplyGap
from api.queries.unknown_ground import UnknownGround
from geo.force import ForceRegister
from geo.month import Month
from geo.neighbourhood import Neighbourhood, NeighbourhoodRef
from geo.supply import SupplyState

IN_CIRCLE = (40, 0, 9, 21, 5, 18, 2, 17, 3, 38, 6, 14, 97, 4)


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
    in_order = ["Emergency? Call", "Report a crime", "Already reported?", "City Centre", "December 2025", "274"]
    assert [said.index(each) for each in in_order] == sorted(said.index(each) for each in in_order)


def test_the_page_says_its_month_when_the_next_is_due_and_that_the_last_weeks_are_not_here(city: Any) -> None:
    said = words(city.page())
    assert (
        "What was recorded in December 2025. January 2026 is due about 28 February 2026. "
        "The last weeks are not here yet." in said
    )


def test_a_month_that_is_late_is_said_to_be_late(city: Any) -> None:
    said = words(city.page(next_due=date(2026, 1, 19)))
    assert "January 2026 was due about 19 January 2026 and is late." in said


def test_figures_older_than_a_healthy_supply_makes_them_say_how_old_they_are(city: Any) -> None:
    assert "months old" not in words(city.page())
    old = city.page(month=Month(2025, 2), next_month=Month(2025, 3), next_due=date(2025, 4, 30))
    assert "March 2025 was due about 30 April 2025 and is late. These figures are 11 months old." in words(old)


def test_an_older_month_leads_to_the_newest_of_the_places_own_force(city: Any) -> None:
    html = city.page(month=Month(2025, 11))
    assert 'Newer figures are here: <a class="govuk-link" href="/area/LE1-5YA">December 2025</a>' in " ".join(
        html.split()
    )
    assert "Newer figures" not in city.page()


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (SupplyState.NOT_SUPPLIED, "Testshire Police supplied no figures for January 2026."),
        (SupplyState.PARTIAL, "January 2026 is incomplete and held back."),
    ],
)
def test_a_next_month_that_is_missing_is_not_said_to_be_due(city: Any, state: SupplyState, said: str) -> None:
    found = words(city.page(next_state=state))
    assert said in found
    assert "The last weeks are not here yet." in found
    assert "is due about" not in found[: found.index("Next")]


def test_the_title_and_address_do_not_speak_of_crime(city: Any) -> None:
    assert "<title>LE1 5YA - Your Area</title>" in city.page()


def test_totals_of_circle_and_neighbourhood_are_stated(city: Any) -> None:
    said = words(city.page())
    assert "274 crimes and incidents of anti-social behaviour recorded within one mile of LE1 5YA" in said
    assert "120 crimes and incidents of anti-social behaviour recorded in the neighbourhood of City Centre" in said


def test_the_card_of_crime_says_how_many_only_where_that_is_a_total(city: Any) -> None:
    assert "274 recorded within one mile." in words(city.page())
    part = city.page(force=None, neighbourhood=None, state=SupplyState.NOT_HELD, force_total=None, unplaced=None)
    assert "this is not a total" in words(part)
    assert "recorded within one mile." not in words(part)


def test_the_category_with_most_is_named_unless_two_are_level(city: Any) -> None:
    most = "The largest category within one mile is violence and sexual offences: 97 of 274."
    assert most in words(city.page())
    level = city.counts([97, *(0 for _ in range(11)), 97, 0], [0] * 14)
    assert "largest category" not in words(city.page(counts=level))


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
    said = "Testshire Police recorded 8,312 in the month. 312 of them (3.8%) were published without a place"
    assert said in words(city.page())


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
            "the area of Bordershire Police, from which nothing is held for this month: the figures here leave it out",
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
    assert "recorded within one mile of LE1 5YA, as far as is held; this is not a total" in words(html)


def test_a_month_without_the_railways_figures_is_never_shown_as_whole(city: Any) -> None:
    html = city.page(railway_state=SupplyState.NOT_HELD)
    said = words(html)
    assert "What British Transport Police recorded, on trains and at stations, is not all held" in said
    assert said.count("as far as is held; this is not a total") == 2  # circle and neighbourhood
    rows = table_rows(html, "by-category")
    assert rows[13] == ["Bicycle theft", "not known", "not known"]
    assert rows[14][0] == "All that is held"
    assert "Some figures are missing here" in said[said.index("On the map:") :]
    assert "What British Transport Police recorded" not in words(city.page())


SCOTTISH_THIRD = UnknownGround(0.334, "Scotland", shapely.box(-1.14, 52.63, -1.13, 52.64))


def test_a_circle_that_reaches_scotland_says_so_and_states_no_nought(city: Any) -> None:
    html = city.page(unknown_ground=SCOTTISH_THIRD, counts=city.counts([0] * 14, [0] * 14), streets=())
    said = words(html)
    assert "About 33% of this circle lies in Scotland" in said
    assert "Not known how many crimes were recorded within one mile of LE1 5YA" in said
    assert {row[1] for row in table_rows(html, "by-category")} == {"not known"}
    assert "nothing with a place is held within one mile" in said


def test_a_place_in_scotland_is_sent_to_its_own_police(city: Any) -> None:
    nobodys = {"force": None, "neighbourhood": None, "generation": None, **city.without_figures(SupplyState.NOT_HELD)}
    html = city.page(
        **nobodys | {"gaps": (), "unknown_ground": UnknownGround(1.0, "Scotland", shapely.box(0, 0, 1, 1))}
    )
    assert "This place is in Scotland." in words(html)
    assert "No police boundaries are held" not in words(html)
    assert '<a class="govuk-link" href="https://www.scotland.police.uk/">Go to Police Scotland’s website' in html


def test_ground_of_a_force_whose_area_is_not_held_is_said_to_be_unknown(city: Any) -> None:
    ground = UnknownGround(0.004, None, shapely.box(0, 0, 1, 1))
    assert "About 1% of this circle lies in no police area that is held here." in words(
        city.page(unknown_ground=ground)
    )


def test_a_place_between_neighbourhoods_is_told_from_a_force_without_any(city: Any) -> None:
    without = {"neighbourhood": None, "counts": city.counts(IN_CIRCLE, [None] * 14)}
    assert "LE1 5YA lies between the neighbourhoods of Testshire Police as they are drawn" in words(
        city.page(**without)
    )
    assert "No neighbourhoods of Testshire Police are held here" in words(city.page(**without, generation=None))


def test_a_neighbourhood_that_is_only_an_id_is_headed_by_the_postcode(city: Any) -> None:
    nameless = Neighbourhood(NeighbourhoodRef("testshire", "NC04"), "NC04")
    assert 'ya-heading__name">LE1 5YA</h1>' in city.page(neighbourhood=nameless)


def test_a_place_without_boundaries_has_a_circle_and_says_why_no_more(city: Any) -> None:
    said = words(city.page(force=None, neighbourhood=None, state=SupplyState.NOT_HELD, force_total=None, unplaced=None))
    assert "No police boundaries are held for this place" in said
    assert "recorded within one mile of LE1 5YA, as far as is held; this is not a total" in said


def test_streets_are_on_or_near_and_an_unnamed_one_says_so(city: Any) -> None:
    assert table_rows(city.page(), "streets") == [
        ["Campbell Street", "31", "0.1"],
        ["an unnamed street", "12", "0.3"],
        ["Leicester (station) (collects crimes from elsewhere)", "9", "0.4"],
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
    assert "38 recorded as shoplifting within one mile of LE1 5YA" in words(html)
    assert "30 recorded as shoplifting in the neighbourhood of City Centre" in words(html)
    assert "Shoplifting, on or near a street" in words(html)


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


def test_sources_are_named_in_the_words_of_their_licences_and_never_for_an_invented_place(city: Any) -> None:
    said = words(city.page())
    for owner in ("OS data © Crown", "Royal Mail data © Royal Mail", "National Statistics data © Crown"):
        sentence = f"Contains {owner} copyright and database right 2026."
        assert sentence in said
        assert sentence in city.page().split('data-map="area-map"')[1]
    invented = ForceRegister("dogger", {"en": "Dogger Bank"}, True, city.register.forces)
    html = TestClient(city.site(register=invented)).get("/area/LE1-5YA").text
    assert "Crown copyright" not in html
    assert "Open Government" not in html


def test_a_service_takes_the_article(city: Any) -> None:
    met = replace(city.force, name="Metropolitan Police Service")
    said = words(city.page(force=met, next_state=SupplyState.NOT_SUPPLIED))
    assert "Go to the Metropolitan Police Service’s website to report" in said
    assert "The Metropolitan Police Service supplied no figures for January 2026." in said
