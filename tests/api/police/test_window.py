"""Months without serving files, the window, and force-months that are held back."""

import shutil

import pytest

from geo.month import Month
from geo.store.layout import DataFolder
from geo.store.release import Release
from geo.supply import Kind
from ingest.workspace import workspace

MARKET = {"lat": "54.005", "lng": "1.01"}
WIDE = "53,0:53,3:56,3:56,0"
FEBRUARY, MARCH = Month(2024, 2), Month(2024, 3)
ASKED = [
    ("crimes-street/all-crime", MARKET), ("crimes-street/robbery", MARKET), ("crimes-street/all-crime", {"poly": WIDE}),
    ("crimes-at-location", MARKET), ("crimes-at-location", {"location_id": 1}),
    ("crimes-no-location", {"force": "testshire", "category": "all-crime"}), ("outcomes-at-location", MARKET),
    ("outcomes-at-location", {"poly": WIDE}), ("stops-street", MARKET), ("stops-street", {"poly": WIDE}),
    ("stops-no-location", {"force": "testshire"}), ("stops-force", {"force": "testshire"}),
    (f"outcomes-for-crime/{1:064x}", {}), (f"outcomes-for-crime/{0x3E9:064x}", {}),
]  # fmt: skip


@pytest.fixture
def copied(shire, tmp_path):
    """A copy of the live data, to build again."""
    shutil.copytree(shire.root, tmp_path / "data")
    return DataFolder(tmp_path / "data")


def without_holds(manifest):
    return manifest.changed(holds=())


@pytest.mark.parametrize("months", [0, 1])
def test_a_month_that_is_not_served_is_answered_with_the_same_bytes(copied, calling, call, make_live, executor, months):
    with workspace(copied) as work:
        make_live(work, executor, months, without_holds)
    served = Release.open(copied, f"r{months}").served
    assert {name for name in served if name.startswith("street")} == ({"street-2024-03"} if months else set())
    with calling(copied) as slow:
        for path, parameters in ASKED:
            for date in ("2024-02", "2024-03"):
                assert slow(path, **parameters, date=date).body == call(path, **parameters, date=date).body, path


def test_a_month_before_the_window_is_not_published(calling, call):
    assert call("crimes-street/all-crime", **MARKET, date="2024-02").status == 200
    with calling(window_months=1) as narrow:
        assert narrow("crimes-street/all-crime", **MARKET, date="2024-02").status == 404
        assert [one["date"] for one in narrow("crimes-street-dates").json] == ["2024-03"]
        assert narrow(f"outcomes-for-crime/{0x3E9:064x}").status == 404


@pytest.mark.parametrize("months", [0, 36])
def test_a_force_month_that_is_held_back_is_in_no_answer(copied, calling, make_live, hold, executor, months):
    def held(manifest):
        return hold(manifest, "testshire", MARCH, Kind.STREET)

    with workspace(copied) as work:
        make_live(work, executor, months, held)
    with calling(copied) as call:
        crimes = call("crimes-street/all-crime", poly=WIDE).json
        assert {one["location"]["street"]["name"] for one in crimes} == {
            "On or near Other Street", "On or near Testham (Station)"
        }  # fmt: skip
        assert call("outcomes-at-location", poly=WIDE).json == []  # of crimes that are held back
        assert call(f"outcomes-for-crime/{1:064x}").status == 404
        assert call("crimes-no-location", force="testshire", category="all-crime").json == []
        assert len(call("stops-force", force="testshire").json) == 4
