"""Places: postcodes, neighbourhoods, cells, snap points, boundaries."""

import sqlite3

import h3
import pytest
import shapely
from shapely.geometry import shape

from api.v1.boundary import Boundaries, Generations
from api.v1.cell import CellDocument, SnapPointDocument
from api.v1.neighbourhood import AreaDocument, NeighbourhoodDocument

MARCH = "2024-03"
CELL = h3.latlng_to_cell(54.005, 1.01, 8)


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("areas/ZZ1 1AA", AreaDocument), ("areas/ZZ1 1AD", AreaDocument),
        ("neighbourhoods/testshire/T1", NeighbourhoodDocument),
        ("neighbourhoods/testshire/T 3.b", NeighbourhoodDocument), (f"cells/{CELL}", CellDocument),
        ("snap-points/0", SnapPointDocument), ("boundaries?force=testshire", Boundaries), ("boundaries", Boundaries),
        ("generations", Generations),
    ],
)  # fmt: skip
def test_the_shapes_are_those_that_are_documented(ask, path, model):
    answer = ask(path)
    assert model.model_validate(answer)
    assert set(answer) == set(model.model_fields)


def test_a_postcode_has_its_mile_its_neighbourhood_and_its_team(ask):
    area = ask("areas/zz11aa")
    assert (area["postcode"], area["force"]["id"], area["neighbourhood"]["id"]) == ("ZZ1 1AA", "testshire", "T1")
    assert area["month"] == {"month": MARCH, "next": "2024-04", "next_due": "2024-05-31"}
    assert (area["circle"]["shown"]["total"], area["in_neighbourhood"]["shown"]["total"]) == (28, 20)
    assert (area["force_total"], area["unplaced"]) == (33, 3)
    assert [(one["month"], one["state"], one["total"]) for one in area["circle"]["trend"][-3:]] == [
        ("2024-01", "not_held", None), ("2024-02", "supplied", 27), (MARCH, "supplied", 28),
    ]  # fmt: skip
    assert area["cell"] == h3.latlng_to_cell(54.005, 1.01, 9)
    assert area["published"]["team"][0]["name"] == "Ada Quay"


def test_a_postcode_of_a_force_without_neighbourhoods_has_its_mile_alone(ask):
    area = ask("areas/ZZ1-1AD", month="2024-02")
    assert (area["force"]["id"], area["neighbourhood"], area["in_neighbourhood"]) == ("elsewhere", None, None)
    assert (area["circle"]["shown"]["state"], area["published"]) == ("not_supplied", None)


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("areas/LEI 5YA", 400, "bad-postcode"),
        ("areas/LE1 5YA", 404, "unknown-postcode"),
        ("areas/ZZ1 1AA?month=2019-01", 400, "bad-month"),
        ("areas/ZZ1 1AA?radius=3", 422, "bad-parameter"),
        ("neighbourhoods/testshire/T9", 404, "unknown-neighbourhood"),
        ("neighbourhoods/nowhere/T1", 404, "unknown-force"),
        ("neighbourhoods/testshire/T1?month=2023-08", 400, "bad-month"),
        ("cells/8819", 400, "bad-cell"),
        (f"cells/{h3.latlng_to_cell(54.0, 1.0, 12)}", 400, "bad-cell"),
        ("snap-points/9999", 404, "unknown-snap-point"),
        ("snap-points/first", 422, "bad-parameter"),
        ("boundaries?neighbourhood=T1", 422, "bad-parameter"),
        ("boundaries?force=testshire&neighbourhood=T9", 404, "unknown-neighbourhood"),
        ("boundaries?force=testshire&generation=2019-01", 404, "unknown-generation"),
        ("boundaries?force=elsewhere", 404, "unknown-generation"),
    ],
)
def test_what_is_not_there_is_told(refused, path, status, kind):
    assert refused(path)[:2] == (status, kind)


def test_what_a_team_publishes_is_there_but_for_what_is_over(ask):
    published = ask("neighbourhoods/testshire/T1")["published"]
    assert published["description"] == "<p>The old town.</p>"
    assert [event["title"] for event in published["events"]] == ["Surgery"]
    [priority] = published["priorities"]
    [done] = priority["actions"]
    assert (done["action"], done["acted_at"]) == ("<p>Marked forty.</p>", "2024-03-20T00:00:00")
    assert (done["external_id"], done["source"], done["changed_at"]) == (None, "content", None)


def test_its_validator_changes_with_what_is_published(client, land):
    before = client.get("/v1/neighbourhoods/testshire/T1").headers["etag"]
    untouched = client.get("/v1/neighbourhoods/testshire/T2").headers["etag"]
    with sqlite3.connect(land.root / "updates.db") as database:
        database.execute("update neighbourhood set revision = revision + 1 where id = 'T1'")
    assert client.get("/v1/neighbourhoods/testshire/T1", headers={"if-none-match": before}).status_code == 200
    assert client.get("/v1/neighbourhoods/testshire/T2", headers={"if-none-match": untouched}).status_code == 304


def test_every_link_leads_somewhere(client, ask):
    for path in ("areas/ZZ1 1AA", "neighbourhoods/testshire/T 3.b", f"cells/{CELL}", "snap-points/0"):
        for name, link in ask(path)["links"].items():
            assert client.get(link).status_code == 200, (name, link)


def test_a_cell_has_the_figures_of_its_snap_points_and_nests_in_its_parent(ask):
    cell = ask(f"cells/{CELL}", month=MARCH)
    [counted] = ask("counts", cell=CELL, month=MARCH)["months"]
    assert cell["months"][0] == counted
    assert (cell["resolution"], cell["parent"]) == (8, h3.cell_to_parent(CELL, 7))
    assert shape(cell["boundary"]).contains(shapely.Point(1.01, 54.005))
    around = ask(f"cells/{cell['parent']}", month=MARCH)
    below = [ask(f"cells/{one}", month=MARCH) for one in h3.cell_to_children(cell["parent"], 8)]
    assert around["snap_points"] == sum(one["snap_points"] for one in below) > 0
    assert around["months"][0]["total"] == sum(one["months"][0]["total"] or 0 for one in below)


def test_a_snap_points_ground_is_nearer_to_it_than_to_any_other(ask):
    [market] = [one for one in range(10) if ask(f"snap-points/{one}")["name"] == "On or near Market Street"
                and ask(f"snap-points/{one}")["vintage"] == 2022]  # fmt: skip
    found = ask(f"snap-points/{market}", month=MARCH)
    estimate = found["estimated_area"]
    assert estimate["text"].startswith("An estimate from 9 points seen in 4 months")
    assert (found["force"], found["neighbourhood"]) == ("testshire", {"force": "testshire", "id": "T1"})
    ground = shape(estimate["geometry"])
    assert ground.contains(shapely.Point(1.01, 54.005))
    # the station stands 0.001° north of it, so the ground ends half-way
    assert ground.bounds[3] == pytest.approx(54.0055, abs=1e-6)
    assert estimate["capped"]


def test_boundaries_are_geojson_of_one_generation(ask, client):
    assert client.get("/v1/boundaries?force=testshire").headers["content-type"] == "application/geo+json"
    [t1] = ask("boundaries", force="testshire", neighbourhood="T1")["features"]
    assert t1["properties"] == {
        "kind": "neighbourhood", "force": "testshire", "id": "T1", "name": "Market & Quay", "generation": "2024-01",
    }  # fmt: skip
    assert shape(t1["geometry"]).bounds == (1.0, 54.0, 1.02, 54.01)
    assert shape(t1["geometry"]).exterior.is_ccw
    assert {one["properties"]["id"] for one in ask("boundaries")["features"]} == {"testshire", "elsewhere"}
    [generation] = ask("generations")["generations"]
    assert (generation["generation"], generation["current"], generation["neighbourhoods"]) == ("2024-01", True, 3)
    assert len(ask(generation["boundaries"].removeprefix("/v1/"))["features"]) == 3
