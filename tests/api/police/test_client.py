"""`police-api-client`, as it comes from PyPI, with nothing but its base URL changed."""

from collections.abc import Iterator

import pytest
from police_api import PoliceAPI
from police_api.exceptions import APIError

SQUARE = [(54.0, 1.0), (54.0, 1.02), (54.02, 1.02), (54.02, 1.0)]


@pytest.fixture(scope="module")
def api(call) -> Iterator[PoliceAPI]:
    return PoliceAPI(base_url=f"http://127.0.0.1:{call.port}/api/")


def test_it_knows_which_months_there_are(api):
    assert api.get_dates() == ["2024-03", "2024-02"]
    assert api.get_latest_date() == "2024-03"


def test_it_knows_the_categories(api):
    assert len(api.get_crime_categories()) == 14
    assert api.get_crime_category("violent-crime").name == "Violence and sexual offences"


def test_it_walks_the_crimes_round_a_point_and_what_became_of_each(api):
    crimes = api.get_crimes_point(54.005, 1.01)
    assert len(crimes) > 20
    for crime in crimes:
        assert crime.category.name
        assert crime.location.name
        assert crime.location.is_btp() == (crime.location.type == "BTP")
        for outcome in crime.outcomes:
            assert outcome.category.name


def test_it_walks_the_crimes_of_an_area_by_category_and_month(api):
    assert [crime.category.id for crime in api.get_crimes_area(SQUARE, date="2024-02", category="robbery")] == [
        "robbery"
    ]
    every = api.get_crimes_area(SQUARE)
    assert {crime.id for crime in api.get_crimes_area(SQUARE, category="burglary")} < {crime.id for crime in every}


def test_it_walks_from_a_crime_to_its_location_and_back(api):
    crime = api.get_crimes_point(54.005, 1.01)[0]
    assert crime.id in [other.id for other in api.get_crimes_location(crime.location.id)]


def test_it_finds_a_crime_by_its_persistent_id(api):
    crime = api.get_crime(f"{1:064x}")
    assert (crime.month, crime.category.id) == ("2024-03", "bicycle-theft")
    assert [outcome.category.id for outcome in crime.outcomes] == ["charged"]


def test_it_walks_the_crimes_without_a_location(api):
    assert len(api.get_crimes_no_location("testshire")) == 3
    assert len(api.get_crimes_no_location("testshire", category="drugs", date="2024-03")) == 2
    assert api.get_crimes_no_location("btp") == []


def test_it_walks_forces_and_neighbourhoods(api):
    assert [force.id for force in api.get_forces()] == ["testshire", "elsewhere"]
    force = api.get_force("testshire")
    assert force.name == "Testshire Police"
    assert force.senior_officers == []
    for neighbourhood in force.neighbourhoods:
        assert neighbourhood.boundary[0] == neighbourhood.boundary[-1]
        assert neighbourhood.officers == neighbourhood.events == neighbourhood.priorities == []
        assert neighbourhood.centre
    assert api.locate_neighbourhood(54.005, 1.005).id == "T1"
    assert api.locate_neighbourhood(48.85, 2.35) is None


def test_what_it_asks_in_vain_it_reports_as_it_does_of_the_original(api):
    with pytest.raises(APIError) as error:
        api.get_crime("ab" * 32)
    assert error.value.status_code == 404
