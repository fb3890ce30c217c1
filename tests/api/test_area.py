from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import shapely

from api.queries.area import MonthChoice, area_near
from api.queries.due import due_about
from api.queries.place import Place, place_at
from api.queries.unknown_ground import unknown_ground
from geo.category import category_of
from geo.errors import BadMonth, UnknownPostcode
from geo.latlng import LatLng
from geo.month import Month
from geo.postcode import Postcode
from geo.store.boundary import Areas
from geo.store.manifest import Hold
from geo.store.postcode import PostcodeEntry
from geo.store.release import Release
from geo.supply import Kind, SupplyState

INNER, BORDER, ACROSS, NOWHERE = (Postcode.parse(text) for text in ("ZZ1 1AA", "ZZ1 1AB", "ZZ1 1AD", "ZZ9 9ZZ"))
NOVEMBER, DECEMBER, JANUARY = Month(2025, 11), Month(2025, 12), Month(2026, 1)


@pytest.fixture
def release(county):
    county.release("r1")
    return Release.open(county.folder, "r1")


MIDLANDS = shapely.box(-1.2, 52.5, -0.8, 52.7)


class OnePostcode:
    """A table in which every postcode lies at one position."""

    def __init__(self, position):
        self.position = position

    def find(self, postcode):
        return PostcodeEntry(postcode, self.position, None, imprecise=False)


def _moved(release, position):
    return replace(release, postcodes=OnePostcode(position))


def _without_area(release, force_id):
    areas = release.force_areas
    kept = [at for at, each in enumerate(areas.force_ids) if each != force_id]
    return replace(release, force_areas=_some(areas, kept))


def _all_but_first(areas):
    return _some(areas, range(1, len(areas)))


def _some(areas, kept):
    columns = [tuple(column[at] for at in kept) for column in (areas.force_ids, areas.ids, areas.names)]
    return Areas(*columns, areas.polygons[list(kept)])


def in_circle(answer):
    return {count.category.slug: count.in_circle for count in answer.counts if count.in_circle}


def in_neighbourhood(answer):
    return {count.category.slug: count.in_neighbourhood for count in answer.counts if count.in_neighbourhood}


def test_a_circle_counts_the_snap_points_within_a_mile_whoever_reported(release):
    answer = area_near(release, INNER, NOVEMBER)
    assert in_circle(answer) == {"anti-social-behaviour": 4, "burglary": 2, "shoplifting": 4}
    assert answer.circle_total == 10


def test_a_neighbourhood_counts_its_snap_points_beyond_the_circle_too(release):
    answer = area_near(release, INNER, NOVEMBER)
    assert (answer.neighbourhood.ref.id, answer.neighbourhood.name) == ("N1", "West")
    assert in_neighbourhood(answer) == {"anti-social-behaviour": 4, "burglary": 7, "shoplifting": 4}
    assert answer.neighbourhood_total == 15


def test_an_answer_says_where_all_of_it_comes_from(release):
    answer = area_near(release, INNER, NOVEMBER)
    assert answer.release_id == "r1"
    assert answer.force.id == "testshire"
    assert answer.generation == Month(2025, 1)
    assert (answer.published, answer.loaded_at.year) == (Month(2026, 1), 2026)
    assert (answer.unplaced, answer.force_total) == (3, 100)
    assert (answer.terminated, answer.imprecise) == (None, False)


def test_every_category_in_use_has_its_row_in_the_published_order(release):
    codes = [count.category.code for count in area_near(release, INNER, NOVEMBER).counts]
    assert codes == list(range(14))


def test_streets_come_with_most_crimes_first_and_the_nearer_of_equals(release):
    streets = area_near(release, INNER, NOVEMBER).streets
    assert [(street.name, street.n) for street in streets] == [
        ("On or near High Street", 5),
        ("On or near Station Road", 5),
    ]
    assert streets[0].distance_m == pytest.approx(0, abs=0.1)
    assert streets[1].distance_m == pytest.approx(111.2, abs=0.1)


def test_the_month_shown_is_the_newest_that_counts_for_the_places_own_force(release):
    assert release.month_newest == JANUARY
    answer = area_near(release, INNER)
    assert (answer.month, answer.state) == (DECEMBER, SupplyState.SUPPLIED)


def test_where_the_force_never_counts_the_releases_newest_month_is_shown(release):
    answer = area_near(release, NOWHERE)
    assert (answer.month, answer.force, answer.state) == (JANUARY, None, SupplyState.NOT_HELD)


def test_months_are_offered_newest_first_with_the_state_of_the_places_own_force(release):
    choices = [(choice.month, choice.state) for choice in area_near(release, INNER).months]
    assert choices == [
        (JANUARY, SupplyState.NOT_SUPPLIED),
        (DECEMBER, SupplyState.SUPPLIED),
        (NOVEMBER, SupplyState.SUPPLIED),
    ]


def test_the_next_month_follows_the_newest_that_counts_for_the_places_own_force(release):
    answer = area_near(release, INNER)
    assert (answer.next_month, answer.next_due) == (JANUARY, date(2026, 2, 28))
    assert answer.next_state is SupplyState.NOT_SUPPLIED
    elsewhere = area_near(release, ACROSS)
    assert (elsewhere.next_month, elsewhere.next_state) == (Month(2026, 2), SupplyState.NOT_HELD)


def test_a_month_that_is_held_back_everywhere_is_offered_as_incomplete_and_answered(county):
    manifest = county.release("r1")
    february = Month(2026, 2)
    late = manifest.publications[0].changed(month=february, published=february, content="odd")
    odd = Hold(force="testshire", month=february, kind=Kind.STREET, content="odd", reason="Only burglary.")
    county.release("r2", publications=(*manifest.publications, late), holds=(*manifest.holds, odd))
    release = Release.open(county.folder, "r2")
    assert area_near(release, INNER).months[0] == MonthChoice(february, SupplyState.PARTIAL)
    answer = area_near(release, INNER, february)
    assert (answer.circle_total, answer.force_total, answer.streets) == (None, None, ())
    assert [(gap.state, gap.note) for gap in answer.gaps] == [(SupplyState.PARTIAL, "Only burglary.")]
    with pytest.raises(BadMonth):
        area_near(release, ACROSS, february)


def test_streets_can_be_counted_by_one_category(release):
    answer = area_near(release, INNER, NOVEMBER, category_of("shoplifting"))
    assert [(street.name, street.n) for street in answer.streets] == [
        ("On or near Station Road", 3),
        ("On or near High Street", 1),
    ]
    assert answer.circle_total == 10


def test_a_month_that_is_not_supplied_is_unknown_and_not_nought(release):
    answer = area_near(release, INNER, JANUARY)
    assert answer.state is SupplyState.NOT_SUPPLIED
    assert {count.in_circle for count in answer.counts} == {None}
    assert {count.in_neighbourhood for count in answer.counts} == {None}
    assert (answer.circle_total, answer.neighbourhood_total, answer.streets) == (None, None, ())
    assert (answer.unplaced, answer.force_total, answer.published) == (None, None, None)
    assert [(gap.force.id, gap.state, gap.note) for gap in answer.gaps] == [
        ("testshire", SupplyState.NOT_SUPPLIED, "A change of system.")
    ]


def test_a_month_that_is_held_back_is_partial_with_its_reason_and_not_nought(release):
    answer = area_near(release, ACROSS, DECEMBER)
    assert (answer.force.id, answer.state) == ("nextshire", SupplyState.PARTIAL)
    assert (answer.circle_total, answer.unplaced, answer.force_total) == (None, None, None)
    assert answer.published == Month(2026, 1)
    assert [gap.note for gap in answer.gaps] == ["Only burglary is in this file."]


def test_a_circle_takes_the_states_of_every_force_it_touches_its_own_first(release):
    assert [gap.force.id for gap in area_near(release, BORDER, JANUARY).gaps] == ["testshire"]
    december = area_near(release, BORDER, DECEMBER)
    assert [(gap.force.id, gap.state) for gap in december.gaps] == [("nextshire", SupplyState.PARTIAL)]
    assert december.circle_total == 1
    assert area_near(release, BORDER, NOVEMBER).gaps == ()


def test_a_circle_over_a_border_counts_both_sides(release):
    answer = area_near(release, BORDER, NOVEMBER)
    assert (answer.neighbourhood.ref.id, answer.circle_total, answer.neighbourhood_total) == ("N2", 13, 6)


def test_what_the_neighbour_counts_is_shown_where_the_own_force_gave_nothing(release):
    answer = area_near(release, BORDER, JANUARY)
    assert (answer.circle_total, answer.neighbourhood_total) == (9, None)


def test_a_place_without_neighbourhoods_has_its_force_from_the_force_areas(release):
    answer = area_near(release, ACROSS, NOVEMBER)
    assert (answer.force.id, answer.neighbourhood, answer.generation) == ("nextshire", None, None)
    assert answer.neighbourhood_total is None
    assert answer.circle_total == 0  # Nextshire is whole, and there is nothing within this mile: a nought that is known


def test_a_postcode_that_ended_still_answers_and_says_when(release):
    answer = area_near(release, ACROSS, NOVEMBER)
    assert (answer.terminated, answer.imprecise) == (date(1996, 6, 1), True)


def test_the_railway_police_have_a_state_of_their_own(release):
    assert area_near(release, INNER, NOVEMBER).railway_state is SupplyState.SUPPLIED
    assert area_near(release, INNER, DECEMBER).railway_state is SupplyState.NOT_HELD


def test_without_force_areas_neighbourhoods_say_whose_ground_a_circle_touches(county):
    county.release("r1", force_areas=None)
    answer = area_near(Release.open(county.folder, "r1"), BORDER, DECEMBER)
    assert (answer.force.id, answer.gaps, answer.circle_total) == ("testshire", (), 1)
    assert answer.unknown_ground.country is None


def test_ground_of_a_force_whose_area_is_not_held_is_unknown(county, release):
    assert area_near(release, BORDER, NOVEMBER).unknown_ground is None
    ground = _without_area(release, "nextshire")
    unknown = area_near(ground, BORDER, NOVEMBER).unknown_ground
    assert unknown.country is None
    assert unknown.share == pytest.approx(0.36, abs=0.03)  # east of the border, 338 m away of a mile's radius
    assert unknown.outline.bounds[0] == pytest.approx(-1.0)
    assert area_near(ground, INNER, NOVEMBER).unknown_ground is None


def test_the_sea_is_not_unknown_ground(release):
    coastal = _moved(release, LatLng(52.502, -1.150))  # its mile reaches south of all there is
    assert area_near(coastal, INNER, NOVEMBER).unknown_ground is None


def test_a_circle_across_the_land_border_reaches_scotland(release):
    real = replace(release, register=replace(release.register, invented=False))
    areas = Areas(
        ("testshire", "nextshire"), ("a", "b"), ("a", "b"), np.array([shapely.box(-3, 54, -1, 55.03), MIDLANDS])
    )
    across = _moved(replace(real, force_areas=areas), LatLng(55.0265, -2.9))
    unknown = area_near(across, INNER, NOVEMBER).unknown_ground
    assert unknown.country == "Scotland"
    assert unknown.outline.bounds[1] == pytest.approx(55.03)
    invented = replace(across, register=release.register)
    assert area_near(invented, INNER, NOVEMBER).unknown_ground is None


def test_a_scottish_postcode_far_from_any_area_lies_in_scotland(release):
    ground = unknown_ground(release, Postcode.parse("EH1 1YZ"), LatLng(55.95, -3.19), 1_609.344)
    assert (ground.country, ground.share) == ("Scotland", pytest.approx(1))
    assert unknown_ground(release, Postcode.parse("LE1 5YA"), LatLng(55.95, -3.19), 1_609.344) is None


def test_a_place_between_neighbourhoods_knows_that_its_force_has_some(release):
    sliver = replace(release, neighbourhoods=_all_but_first(release.neighbourhoods))
    assert place_at(sliver, LatLng(52.550, -1.150)) == Place(
        release.register.force("testshire"), None, None, Month(2025, 1)
    )


def test_without_any_boundaries_crimes_that_are_held_are_counted(release):
    bare = replace(release, force_areas=Areas.open(), neighbourhoods=Areas.open())
    answer = area_near(bare, INNER, NOVEMBER)
    assert (answer.force, answer.neighbourhood, answer.circle_total) == (None, None, 10)
    assert area_near(bare, NOWHERE, NOVEMBER).circle_total is None


def test_a_postcode_that_is_not_held_is_unknown(release):
    with pytest.raises(UnknownPostcode, match="ZZ1 9ZZ is not a postcode that is held"):
        area_near(release, Postcode.parse("ZZ1 9ZZ"))
    with pytest.raises(UnknownPostcode):
        area_near(replace(release, postcodes=None), INNER)


def test_a_month_outside_what_is_held_is_a_bad_month(release):
    with pytest.raises(BadMonth, match="No street crimes of February 2020 are held"):
        area_near(release, INNER, Month(2020, 2))


def test_a_release_without_crimes_has_no_month_to_show(county):
    county.release("r1", publications=(), counts={})
    with pytest.raises(BadMonth, match="No crimes are held yet"):
        area_near(Release.open(county.folder, "r1"), INNER)


@pytest.mark.parametrize(
    ("month", "due"),
    [
        ("2026-10", date(2026, 11, 30)),
        ("2025-12", date(2026, 1, 31)),
        ("2028-01", date(2028, 2, 29)),
        ("2032-03", date(2032, 4, 30)),
    ],
)
def test_a_month_is_due_about_the_end_of_the_next(month, due):
    assert due_about(Month.parse(month)) == due
