"""`/v1/crimes`: the crimes that `/api` gives and those it cannot be asked for, in pages and streams."""

import csv
import io
import json
import shutil

import pytest
from fastapi.testclient import TestClient

from api.app import create_api
from api.settings import ApiSettings
from api.v1.crime import COLUMNS, CrimePage
from geo.store.layout import DataFolder

FEBRUARY, MARCH = "2024-02", "2024-03"
MARKET = {"lat": "54.005", "lng": "1.01"}
ALL_MONTHS = {"from": "2023-05", "to": MARCH}
T1 = {"force": "testshire", "neighbourhood": "T1"}
PLACES = [
    MARKET, {**MARKET, "radius": "300"}, {"poly": "53.9,0.9:54.1,0.9:54.1,1.2:53.9,1.2"}, T1, {"force": "testshire"},
    {"lsoa": "E01999001"}, {"cell": "8419443ffffffff"},
]  # fmt: skip


def by_id(crimes):
    return {crime["id"]: crime for crime in crimes}


@pytest.fixture
def all_of(ask):
    """`all_of(**parameters)`: the crimes of every page."""

    def walk(**parameters):
        page = ask("crimes", **parameters)
        crimes = page["crimes"]
        while page["next"]:
            page = ask(page["next"].removeprefix("/v1/"))
            crimes += page["crimes"]
        return crimes

    return walk


def test_the_shape_is_the_one_that_is_documented(ask):
    answer = ask("crimes", force="testshire", **ALL_MONTHS)
    assert CrimePage.model_validate(answer).model_dump(mode="json") == answer


def test_a_crime_has_what_api_tells_and_what_it_does_not(ask, client):
    [crime] = ask("crimes", **T1, month=FEBRUARY, category="robbery")["crimes"]
    [same] = client.get("/api/crimes-street/robbery", params={**MARKET, "date": FEBRUARY}).json()
    assert crime == {
        "id": same["id"], "persistent_id": f"{0x3E9:064x}", "category": "robbery", "month": FEBRUARY,
        "location": {"lat": 54.005, "lng": 1.01, "snap_point": same["location"]["street"]["id"],
                     "name": "On or near Market Street"},
        "reported_by": "testshire", "lies_in": "testshire", "neighbourhood": {"force": "testshire", "id": "T1"},
        "lsoa11": None, "lsoa21": "E01999001", "cell": "8919442cd8bffff",
        "outcome": {"code": "charged", "name": "Suspect charged", "month": MARCH},
    }  # fmt: skip


def test_the_month_of_an_outcome_is_told_only_where_an_outcomes_file_tells(ask):
    crimes = ask("crimes", force="testshire", month=FEBRUARY)["crimes"]
    months = {crime["persistent_id"]: crime["outcome"]["month"] for crime in crimes}
    assert months[f"{0x3E8:064x}"] == FEBRUARY  # in the outcomes file of February
    assert months[f"{0x3E9:064x}"] == MARCH  # in that of March
    assert months[f"{0x400:064x}"] is None  # in none: `/api` has to say something there, and says the crime's own


def test_a_code_is_of_the_year_that_its_month_was_published_with(ask):
    [crime] = ask("crimes", **T1, month="2023-05")["crimes"]
    assert (crime["lsoa11"], crime["lsoa21"]) == ("E01999001", None)


def test_who_recorded_a_crime_and_whose_ground_it_lies_on_are_two_things(ask):
    found = {crime["reported_by"]: crime for crime in ask("crimes", **MARKET, month=MARCH)["crimes"]}
    assert found["btp"]["lies_in"] == "testshire"
    assert found["btp"]["persistent_id"] is None
    far = [one for one in ask("crimes", force="testshire", month=MARCH)["crimes"] if one["location"] is not None]
    assert {one["lies_in"] for one in far} == {"testshire", "elsewhere", None}


@pytest.mark.parametrize("month", [FEBRUARY, MARCH])
@pytest.mark.parametrize("where", PLACES[:3], ids=["a mile", "near", "a polygon"])
def test_an_area_has_the_crimes_of_api(ask, client, where, month):
    asked = {name: value for name, value in where.items() if name != "radius"}
    theirs = by_id(client.get("/api/crimes-street/all-crime", params={**asked, "date": month}).json())
    ours = by_id(ask("crimes", **where, month=month)["crimes"])
    assert ours
    assert set(ours) <= set(theirs) if "radius" in where else set(ours) == set(theirs)
    for number, crime in ours.items():
        same = theirs[number]
        assert crime["category"] == same["category"]
        assert crime["location"]["lat"] == float(same["location"]["latitude"])
        assert (crime["persistent_id"] or "") == same["persistent_id"]
        assert (crime["outcome"] is None) == (same["outcome_status"] is None)


@pytest.mark.parametrize("where", PLACES, ids=str)
@pytest.mark.parametrize("category", [[], ["burglary", "drugs"]], ids=["all", "two"])
def test_there_are_as_many_crimes_as_are_counted(ask, all_of, where, category):
    counts = ask("counts", **where, **ALL_MONTHS, category=category)["months"]
    crimes = all_of(**where, **ALL_MONTHS, category=category, limit=20)
    assert len(crimes) == len(by_id(crimes)) > 0
    for month in counts:
        assert (month["total"] or 0) == sum(crime["month"] == month["month"] for crime in crimes)


@pytest.mark.parametrize("where", PLACES, ids=str)
def test_every_form_has_the_same_crimes_in_the_same_order(client, all_of, where):
    pages = all_of(**where, **ALL_MONTHS, limit=20)
    params = {**where, **ALL_MONTHS}
    lines = client.get("/v1/crimes.ndjson", params=params).text.splitlines()
    rows = list(csv.DictReader(io.StringIO(client.get("/v1/crimes.csv", params=params).text, newline="")))
    features = client.get("/v1/crimes.geojson", params=params).json()["features"]
    assert [json.loads(line) for line in lines] == pages
    assert [int(row["id"]) for row in rows] == [one["id"] for one in features] == [one["id"] for one in pages]
    assert list(rows[0]) == list(COLUMNS)
    for row, feature, crime in zip(rows, features, pages, strict=True):
        location = crime["location"]
        assert row["name"] == (location["name"] if location else "")
        assert feature["geometry"] == (
            {"type": "Point", "coordinates": [location["lng"], location["lat"]]} if location else None
        )


def test_a_stream_leads_to_what_was_supplied(client):
    answer = client.get("/v1/crimes.csv?force=elsewhere&from=2024-01")
    assert answer.headers["link"] == '</v1/counts?force=elsewhere&from=2024-01>; rel="describedby"'


def test_an_empty_list_says_whether_it_is_nothing(ask):
    answer = ask("crimes", force="elsewhere", **{"from": FEBRUARY}, category="burglary")
    assert answer["crimes"] == []
    assert answer["months"] == [{"month": FEBRUARY, "state": "not_supplied"}, {"month": MARCH, "state": "supplied"}]


def test_months_of_which_nothing_is_held_are_refused_with_those_that_are(refused):
    assert refused("crimes", **MARKET, month="2023-08") == (
        400, "bad-month", "No crimes of 2023-08 are held. Held are 2023-05, 2024-01 to 2024-03.",
    )  # fmt: skip


def test_a_posted_question_has_pages_too(client):
    form = {"poly": "53.9,0.9:54.1,0.9:54.1,1.2:53.9,1.2", "limit": "20", "month": MARCH}
    first = client.post("/v1/crimes", data=form).json()
    assert first["next"].startswith("/v1/crimes?cursor=")
    second = client.post(first["next"], data=form).json()
    assert len(by_id(first["crimes"] + second["crimes"])) == 31
    assert second["next"] is None


ASKED = {**MARKET, "month": MARCH, "limit": "5"}


class TestCursor:
    @pytest.fixture
    def cursor(self, ask):
        return ask("crimes", **ASKED)["next"].partition("cursor=")[2]

    def test_pages_may_change_their_size(self, ask, cursor):
        assert len(ask("crimes", **{**ASKED, "limit": "3"}, cursor=cursor)["crimes"]) == 3

    @pytest.mark.parametrize("other", [{"category": "drugs"}, {"month": FEBRUARY}, {"radius": "100"}])
    def test_a_cursor_belongs_to_one_question(self, refused, cursor, other):
        status, kind, said = refused("crimes", **{**ASKED, **other}, cursor=cursor)
        assert (status, kind) == (400, "bad-cursor")
        assert "other parameters" in said

    @pytest.mark.parametrize("broken", ["", "x", "!!!", "A" * 5000, "eA", "é", "\0"])
    def test_what_is_no_cursor_is_refused(self, refused, broken):
        assert refused("crimes", **ASKED, cursor=broken)[:2] == (400, "bad-cursor")

    def test_a_cursor_that_was_tampered_with_is_refused(self, refused, cursor):
        for at in range(0, len(cursor), 7):
            other = f"{cursor[:at]}{'A' if cursor[at] != 'A' else 'B'}{cursor[at + 1 :]}"
            status, kind, _ = refused("crimes", **ASKED, cursor=other)
            assert (status, kind) == (400, "bad-cursor")

    def test_streams_have_no_pages(self, refused):
        assert refused("crimes.csv", **MARKET, limit=5)[:2] == (422, "bad-parameter")

    def test_a_cursor_keeps_to_its_release_while_that_is_open_and_then_is_gone(self, land, tmp_path):
        shutil.copytree(land.root, tmp_path / "data")
        folder = DataFolder(tmp_path / "data")
        for keep_old_s, status in ((600.0, 200), (0.0, 410)):
            folder.live.write_text(json.dumps({"release": "r1"}))
            settings = ApiSettings(data_dir=folder.root, look_every_s=0.05, keep_old_s=keep_old_s)
            with TestClient(create_api(settings)) as client:
                first = client.get("/v1/crimes", params=ASKED).json()
                again = json.loads(folder.release("r1").read_text())
                folder.release("r2").write_text(json.dumps({**again, "release_id": "r2"}))
                folder.live.write_text(json.dumps({"release": "r2"}, indent=1))
                while client.get("/v1/crimes", params=ASKED).json()["release"] != "r2":
                    pass
                client.portal.call(client.app.state.live.look)
                answer = client.get(first["next"])
                assert answer.status_code == status
                if status == 200:
                    assert answer.json()["release"] == "r1"
                else:
                    assert answer.json()["type"] == "/problems/release-gone"
                    assert "Begin again without `cursor`" in answer.json()["detail"]
