"""Is that a lot, is it changing: the page, its words and its drawings."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from api.queries.change import CategoryChange, ChangeAnswer, TrendMonth
from api.queries.compared import Compared
from api.queries.level import LevelAnswer
from api.queries.place import Place
from geo.category import Category, category_of
from geo.month import Month, months_between
from geo.neighbourhood import Neighbourhood, NeighbourhoodRef
from geo.statistics.comparison import compare
from geo.statistics.dispersion import Spread
from geo.statistics.funnel import level_spread, limits, position
from geo.statistics.rate import NoRate
from geo.statistics.series import BREAKS
from geo.statistics.verdict import Verdict
from geo.store.layout import DataFolder
from geo.supply import SupplyState
from web.change_view import ChangeView
from web.funnel_chart import FunnelArea, funnel_of
from web.language import ENGLISH
from web.settings import WebSettings
from web.site import create_site
from web.stage import Stage
from web.state_word import state_word
from web.trend_chart import BOTTOM, trend_of

T1 = "/neighbourhood/testshire/T1/change"
SPREAD = Spread(20, 1.5, 0.1)


@pytest.fixture(scope="module")
def site(places: DataFolder) -> Iterator[TestClient]:
    with TestClient(create_site(WebSettings(data_dir=places.root)), follow_redirects=False) as client:
        yield client


def words(page: str) -> str:
    """What a reader reads of the content."""
    content = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", content)))


def series(*counts: int | None) -> list[TrendMonth]:
    """Months from May 2022 on."""
    months = months_between(Month(2022, 5), Month.from_slot(Month(2022, 5).slot + len(counts) - 1))
    return [
        TrendMonth(
            month,
            SupplyState.SUPPLIED if n is not None else SupplyState.NOT_SUPPLIED,
            n,
            tuple(one for one in BREAKS if one.first == month),
        )
        for month, n in zip(months, counts, strict=True)
    ]


def test_a_month_without_a_number_is_a_gap_and_nought_is_a_month() -> None:
    trend = trend_of(series(10, None, None, 0, 5))
    assert len(trend.bars) == 3
    assert [bar.height for bar in trend.bars] == [BOTTOM - 20, 0, (BOTTOM - 20) / 2]
    assert len(trend.gaps) == 1
    assert trend.gaps[0].width == pytest.approx(300 / 5 * 2)
    assert [(one.month, one.what) for one in trend.breaks] == [(Month(2022, 7), ("snap-points",))]


def test_the_funnel_has_the_limits_that_the_word_was_found_by() -> None:
    others = [FunnelArea(1_000 + 50 * n, 20 + n % 5, 22 * (1_000 + 50 * n) / 1_350) for n in range(15)]
    own = FunnelArea(1_350, 60, 22)
    funnel = funnel_of(own, others)
    assert funnel is not None
    counts, expected = ([getattr(one, what) for one in others] for what in ("count", "expected"))
    spread = level_spread(np.array(counts, float), np.array(expected))
    assert spread is not None
    found = limits(22, spread)
    assert position(60, 22, spread).outer == found
    assert funnel.limits == pytest.approx((found.lower * 22 / 1.35, found.upper * 22 / 1.35))
    assert (funnel.more, funnel.fewer) == (0, 15)
    assert funnel.own.y < min(dot.y for dot in funnel.others)
    assert funnel_of(own, others[:5]) is None


def view(city: Any) -> ChangeView:
    """Burglary is higher, drugs are too few; no residents are held."""
    place = Place(city.force, Neighbourhood(NeighbourhoodRef("testshire", "T1"), "Quay"), 0, Month(2024, 1))
    ground = Compared(place, (city.force,), np.zeros(0, int), False, 1.0, None)
    found: list[tuple[Category | None, int, int, Verdict]] = [
        (None, 100, 110, Verdict.NO_CLEAR_CHANGE),
        (category_of("burglary"), 20, 90, Verdict.HIGHER),
        (category_of("drugs"), 1, 2, Verdict.TOO_FEW),
    ]
    changes = tuple(
        CategoryChange(category, compare(before, after, SPREAD), verdict, None, None)
        for category, before, after, verdict in found
    )
    answer = ChangeAnswer("20240101-a", ground, None, None, (), changes, tuple(series(3, None)), None)
    return ChangeView(answer, LevelAnswer(ground, None, (), NoRate.NO_POPULATION, (), (), (), {}))


def test_categories_are_grouped_by_the_word_for_them_what_changed_first(city: Any) -> None:
    groups = [
        (verdict, [one.category.slug if one.category else "all" for one in found])
        for verdict, found in view(city).groups
    ]
    assert groups == [
        (Verdict.HIGHER, ["burglary"]),
        (Verdict.NO_CLEAR_CHANGE, ["all"]),
        (Verdict.TOO_FEW, ["drugs"]),
    ]
    assert view(city).rest_groups == ()
    assert view(city).funnel is None


def test_a_break_is_drawn_and_named_and_a_gap_has_a_word_in_the_table(city: Any) -> None:
    told = view(city)
    answer = replace(told.answer, trend=tuple(series(3, None, 5)))
    page = Stage(city.assets).render(
        "change.html",
        {
            "view": replace(told, answer=answer), "answer": answer, "level": told.level, "force": city.force,
            "name": "Quay", "categories": [], "state_word": lambda state: state_word(state, ENGLISH),
        },
    )  # fmt: skip
    assert page.count('class="ya-chart__gap"') == page.count('class="ya-chart__break"') == 1
    assert page.count('class="ya-chart__bar"') == 2
    said = words(page)
    assert "1. July 2022: another list of snap points" in said
    assert "June 2022 not supplied" in said
    assert "Higher: Burglary." in said


@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_the_card_leads_to_a_page_that_search_engines_may_keep(site: TestClient, prefix: str) -> None:
    for path in ("/neighbourhood/testshire/T1", "/area/ZZ1-1AA"):
        assert f'href="{prefix}{T1}"' in site.get(prefix + path).text
    page = site.get(prefix + T1)
    assert page.status_code == 200
    assert "noindex" not in page.text + str(page.headers)
    assert site.get(prefix + T1, headers={"If-None-Match": page.headers["etag"]}).status_code == 304


def test_where_too_little_is_held_the_page_says_so_and_gives_no_nought(site: TestClient) -> None:
    said = words(site.get(T1).text)
    assert "No month is held together with the same month a year before" in said  # and not "only 0 months"
    assert "No populations are held here" in said
    assert "March 2024: the same month a year before is not held whole" in said
    assert "Higher" not in said
    chosen = words(site.get(f"{T1}?category=burglary").text)
    assert "Burglary recorded in the neighbourhood of Market & Quay" in chosen


@pytest.mark.parametrize(
    "path", ["/neighbourhood/testshire/T9/change", "/neighbourhood/narnia/T1/change", f"{T1}?category=piracy"]
)
def test_what_is_not_held_is_said_so_on_a_page(site: TestClient, path: str) -> None:
    answer = site.get(path)
    assert answer.status_code == 404
    assert "<h1" in answer.text


def test_the_mile_round_a_postcode_has_a_page_of_its_own_that_leads_to_the_one_to_share(site: TestClient) -> None:
    answer = site.get("/area/ZZ1-1AA/change")
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert f'rel="canonical" href="{T1}"' in answer.text
    read = words(answer.text)
    assert "Within one mile of ZZ1 1AA. The same for the neighbourhood, a page to share" in read
    assert "Counted is what Testshire Police recorded here with a place." in read
    assert "Neighbourhoods not used here" in read
    assert 'action="/area/ZZ1-1AA/change#trend"' in answer.text
    assert site.get("/area/ZZ1-1AA/change", headers={"if-none-match": answer.headers["etag"]}).status_code == 304
    assert site.get("/area/zz1%201aa/change?category=burglary").headers["location"] == (
        "/area/ZZ1-1AA/change?category=burglary"
    )


def test_a_circle_across_a_border_names_the_forces_whose_months_it_needs(site: TestClient) -> None:
    read = words(site.get("/area/ZZ1-1AB/change").text)
    assert "No month is held whole of all the forces on whose ground this circle lies" in read
    assert "Testshire Police, Elsewhere Constabulary" in read


def test_a_place_without_a_neighbourhood_is_led_to_the_comparison_of_its_circle(site: TestClient) -> None:
    page = site.get("/area/ZZ1-1AD").text
    assert 'href="/area/ZZ1-1AD/change"' in page
    assert site.get("/area/ZZ1-1AD/change").status_code == 200
    assert site.get("/area/ZZ9-9ZZ/change", headers={"accept": "text/html"}).status_code == 404
