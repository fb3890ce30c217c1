"""Importing content: records and rejects, again and again."""

import json
import re
import shutil
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from shapely import box
from sqlalchemy import insert, select
from typer.testing import CliRunner

from api.publish import content
from api.publish.database import Updates
from api.publish.intake import ContentReport, Reject
from api.publish.record import Event, Person
from api.publish.source import find_content
from api.publish.table import FORCE, LINK, NEIGHBOURHOOD, PERSON, PRIORITY
from geo.errors import UnreadableSource
from geo.month import Month
from geo.neighbourhood import NeighbourhoodRef
from ingest.demo.content import write_content
from ingest.demo.neighbourhood import BEATS, Neighbourhood
from yourarea.command import cli
from yourarea.content_job import report_json

SPEC = Path(__file__).parents[3] / "docs" / "spec" / "content.md"
NC04 = NeighbourhoodRef("leicestershire", "NC04")
LONG_AGO = datetime.fromisoformat("2000-01-01")

Source = Callable[..., Path]
ImportFrom = Callable[[Path], ContentReport]

SERGEANT = {"name": "Una Curlew", "rank": "Sgt", "bio": None, "contact_details": {"telephone": "101"}}
SURGERY = {"title": "Surgery", "start_date": "2026-10-06T18:00:00", "end_date": None, "contact_details": {}}
SPEEDING = {
    "issue": "<p>Speeding</p>", "issue-date": "2026-07-01T00:00:00",
    "action": "<p>Signs</p>", "action-date": "2026-08-01T00:00:00",
}  # fmt: skip
CITY_CENTRE = {
    "id": "NC04", "name": "City Centre", "population": "10021", "centre": {"latitude": "52.6389", "longitude": "-1.13"},
    "links": [{"title": "Council", "description": None, "url": "https://council.example/"}],
    "locations": [{"name": "Mansfield House", "type": "station", "latitude": "52.64", "longitude": "-1.13"}],
    "contact_details": {}, "description": "<p>The centre</p>", "url_force": None,
}  # fmt: skip
ANSWERS: dict[str, Any] = {
    "forces": [{"id": "leicestershire", "name": "Leicestershire Police"}],
    "forces/leicestershire": {"id": "leicestershire", "name": "Leicestershire Police", "telephone": "101"},
    "forces/leicestershire/people": [{"name": "Idris Gannetson", "rank": "Chief Constable"}],
    "leicestershire/neighbourhoods": [{"id": "NC04", "name": "City Centre"}, {"id": "NC66", "name": "Quarter"}],
    "leicestershire/NC04": CITY_CENTRE,
    "leicestershire/NC04/people": [SERGEANT],
    "leicestershire/NC04/events": [SURGERY],
    "leicestershire/NC04/priorities": [SPEEDING],
}


def revisions(updates: Updates) -> tuple[int, int]:
    with updates.reading() as connection:
        return content.force_revision(connection, "leicestershire"), content.revision(connection, NC04)


def everything(updates: Updates) -> list[Any]:
    with updates.reading() as connection:
        return [connection.execute(select(table)).all() for table in (FORCE, NEIGHBOURHOOD, PERSON, LINK, PRIORITY)]


def test_every_entry_becomes_a_record(updates: Updates, source: Source, import_from: ImportFrom) -> None:
    report = import_from(source(ANSWERS))
    assert report.rejects == []
    assert report.records == {
        "names": 3, "forces": 1, "officers": 1, "neighbourhoods": 1, "links": 1, "contact_points": 1, "people": 1,
        "events": 1, "priorities": 1,
    }  # fmt: skip
    with updates.reading() as connection:
        assert content.team(connection, NC04) == (Person("Una Curlew", "Sgt", None, {"telephone": "101"}),)
        assert content.upcoming(connection, NC04, LONG_AGO) == (
            Event("Surgery", None, None, None, datetime.fromisoformat("2026-10-06T18:00:00"), None, {}),
        )
        assert content.neighbourhood_names(connection, "leicestershire") == {"NC04": "City Centre", "NC66": "Quarter"}


def test_what_comes_in_is_marked_with_its_source_and_date(
    updates: Updates, source: Source, import_from: ImportFrom
) -> None:
    import_from(source(ANSWERS))
    with updates.reading() as connection:
        marks = [connection.execute(select(table.c.source, table.c.imported_at)).all() for table in (FORCE, PERSON)]
    assert {mark.source for rows in marks for mark in rows} == {"leicestershire-export"}
    assert all(mark.imported_at.utcoffset() is not None for rows in marks for mark in rows)


def test_the_same_source_again_changes_nothing(updates: Updates, source: Source, import_from: ImportFrom) -> None:
    import_from(source(ANSWERS))
    before = everything(updates)
    again = import_from(source(ANSWERS, name="the-same-by-another-name"))
    assert (again.forces_changed, again.neighbourhoods_changed) == (0, 0)
    assert everything(updates) == before


@pytest.mark.parametrize(
    ("path", "answer", "expected"),
    [
        ("forces/leicestershire/people", [], "force"),
        ("forces/leicestershire", {"name": "Leicestershire Police", "telephone": "0116 222 2222"}, "force"),
        ("leicestershire/NC04", {**CITY_CENTRE, "population": "10022"}, "neighbourhood"),
        ("leicestershire/NC04", {**CITY_CENTRE, "links": []}, "neighbourhood"),
        ("leicestershire/NC04", {**CITY_CENTRE, "locations": []}, "neighbourhood"),
        ("leicestershire/NC04/people", [SERGEANT, {"name": "Marek Quay"}], "neighbourhood"),
        ("leicestershire/NC04/events", [], "neighbourhood"),
        ("leicestershire/NC04/priorities", [{**SPEEDING, "action": "<p>Cameras</p>"}], "neighbourhood"),
        ("leicestershire/NC66", {"name": "Cultural Quarter"}, (1, 1)),
    ],
)
def test_a_change_raises_the_revision_of_what_it_is_about(
    path: str, answer: Any, expected: str, updates: Updates, source: Source, import_from: ImportFrom
) -> None:
    import_from(source(ANSWERS))
    before = revisions(updates)
    import_from(source({path: answer}, name="a-correction"))
    risen = [later > earlier for earlier, later in zip(before, revisions(updates), strict=True)]
    assert risen == [expected == "force", expected == "neighbourhood"]


def test_what_a_source_does_not_speak_of_stays(updates: Updates, source: Source, import_from: ImportFrom) -> None:
    import_from(source(ANSWERS))
    import_from(source({"leicestershire/NC04/people": []}, name="a-correction"))
    with updates.reading() as connection:
        assert content.team(connection, NC04) == ()
        assert len(content.priorities(connection, NC04)) == 1
        assert len(content.officers(connection, "leicestershire")) == 1


def test_what_was_published_here_is_not_touched(updates: Updates, source: Source, import_from: ImportFrom) -> None:
    import_from(source(ANSWERS))
    ours = {"force_id": "leicestershire", "neighbourhood_id": "NC04", "position": 1}
    with updates.writing() as connection:
        connection.execute(insert(PERSON).values(**ours, name="Ours", contact={}))
    import_from(source({"leicestershire/NC04/people": [{"name": "Theirs"}]}, name="a-correction"))
    with updates.reading() as connection:
        assert [person.name for person in content.team(connection, NC04)] == ["Theirs", "Ours"]


@pytest.mark.parametrize(
    ("path", "answer", "where", "reason"),
    [
        ("forces", [{"id": "btp", "name": "British Transport Police"}], "[0]", "unknown-force"),
        ("forces", [{"name": "Nameless"}], "[0]", "without-an-id"),
        ("kent/neighbourhoods", [{"id": "K\x001", "name": "K"}], "[0]", "without-an-id"),
        ("kent/neighbourhoods", [{"id": "K\ud800", "name": "K"}], "[0]", "without-an-id"),
        ("kent/neighbourhoods", [{"id": "K" * 201, "name": "K"}], "[0]", "without-an-id"),
        ("forces/doggerland", {"name": "Doggerland"}, "", "unknown-force"),
        ("doggerland/DG01/people", [], "", "unknown-force"),
        ("forces/kent", {"id": "Kent", "name": "Kent"}, "", "another-id"),
        ("forces/kent", {"id": "kent"}, "", "without-a-name"),
        ("forces/kent", {"name": "Kent", "url": "javascript:alert(1)"}, "url", "unsafe-link"),
        ("forces/kent", {"name": "Kent", "engagement_methods": {"web": 1}}, "", "not-a-list"),
        ("forces/kent", {"name": "Kent", "engagement_methods": ["web"]}, "engagement_methods[0]", "not-an-object"),
        ("forces/kent", "", "", "not-json"),
        ("forces/kent", "[" * 100_000, "", "not-json"),
        ("forces/kent", [], "", "not-an-object"),
        ("kent/neighbourhoods", {}, "", "not-a-list"),
        ("kent/neighbourhoods", [{"id": "K1", "name": "<i></i>"}], "[0]", "without-a-name"),
        ("kent/K1", {"name": "K", "population": "many"}, "", "not-a-number"),
        ("kent/K1", {"name": "K", "population": -1}, "", "not-a-number"),
        ("kent/K1", {"name": "K", "centre": {"latitude": "91"}}, "", "not-a-position"),
        ("kent/K1", {"name": "K", "centre": {"latitude": "1e999"}}, "", "not-a-number"),
        ("kent/K1", '{"name": "K", "centre": {"latitude": NaN}}', "", "not-json"),
        ("kent/K1", {"name": "K", "links": [{"url": "data:,x"}]}, "links[0]", "unsafe-link"),
        ("kent/K1", {"name": "K", "links": [{"title": "T"}]}, "links[0]", "without-a-link"),
        ("kent/K1", {"name": "K", "contact_details": ["x"]}, "", "not-an-object"),
        ("kent/K1", {"name": "K", "contact_details": {"web": "javascript:x"}}, "contact_details.web", "unsafe-link"),
        ("kent/K1", {"name": "K" * 70_000}, "", "too-long"),
        ("kent/K1/people", [{"rank": "Sgt"}], "[0]", "without-a-name"),
        ("kent/K1/people", [{"name": ["x"]}], "[0]", "not-text"),
        ("kent/K1/events", [{"title": "T"}], "[0]", "without-a-date"),
        ("kent/K1/events", [{"title": "T", "start_date": "tomorrow"}], "[0]", "not-a-date"),
        ("kent/K1/events", [{"title": "T", "start_date": "0001-01-01T00:00:00+02:00"}], "[0]", "not-a-date"),
        ("kent/K1/events", [{"start_date": "2026-10-06T18:00:00"}], "[0]", "without-a-title"),
        ("kent/K1/priorities", [{"issue": "<script>x()</script>"}], "[0]", "without-an-issue"),
    ],
)
def test_what_is_not_of_its_shape_is_left_out_with_its_place_and_reason(
    path: str, answer: Any, where: str, reason: str, source: Source, import_from: ImportFrom
) -> None:
    report = import_from(source({path: answer}))
    assert report.rejects == [Reject(f"{path}.json", where, reason)]
    assert reason in re.findall(r"`([a-z-]+)`", SPEC.read_text(encoding="utf-8").split("| reason | what |")[1])


def test_a_refused_file_leaves_what_was_held(updates: Updates, source: Source, import_from: ImportFrom) -> None:
    import_from(source(ANSWERS))
    before = everything(updates)
    report = import_from(source({"leicestershire/NC04/people": "{", "leicestershire/NC04": "{"}, name="cut-short"))
    assert len(report.refused) == 2
    assert everything(updates) == before


def test_the_good_entries_beside_a_bad_one_are_taken(updates: Updates, source: Source, import_from: ImportFrom) -> None:
    report = import_from(source({"leicestershire/NC04/people": [3, SERGEANT, {}]}))
    assert (report.records["people"], [reject.where for reject in report.rejects]) == (1, ["[0]", "[2]"])


def test_ids_with_blanks_and_dots_are_kept_and_may_be_percent_encoded(
    updates: Updates, source: Source, import_from: ImportFrom
) -> None:
    import_from(
        source(
            {"kent/55.CB3001/people": [SERGEANT], "kent/Tail%20End/people": [SERGEANT], "kent/St Mary's": {"name": "M"}}
        )
    )
    with updates.reading() as connection:
        for known in ("55.CB3001", "Tail End"):
            assert len(content.team(connection, NeighbourhoodRef("kent", known))) == 1
        assert content.neighbourhood_names(connection, "kent") == {"St Mary's": "M"}


def test_times_with_an_offset_become_the_clock_on_the_wall(
    updates: Updates, source: Source, import_from: ImportFrom
) -> None:
    import_from(source({"leicestershire/NC04/events": [{"title": "T", "start_date": "2026-07-06T18:00:00+00:00"}]}))
    with updates.reading() as connection:
        assert content.upcoming(connection, NC04, LONG_AGO)[0].starts_at == datetime.fromisoformat(
            "2026-07-06T19:00:00"
        )


def test_a_zip_with_a_folder_round_it_and_a_byte_order_mark_is_read(
    updates: Updates, source: Source, import_from: ImportFrom, tmp_path: Path
) -> None:
    folder = source(ANSWERS, name="api/within")
    marked = folder / "leicestershire" / "NC04" / "people.json"
    marked.write_bytes(b"\xef\xbb\xbf" + marked.read_bytes())
    archive = Path(shutil.make_archive(str(tmp_path / "export"), "zip", tmp_path / "api"))
    report = import_from(archive)
    assert (report.source, report.records["people"], report.passed_over) == ("export.zip", 1, ())


def test_other_json_files_are_passed_over_by_name(source: Source) -> None:
    found = find_content(source({**ANSWERS, "leicestershire/NC04/boundary": [], "a/b/c/d": 1, "kent/%00": {}}))
    assert found.passed_over == ("a/b/c/d.json", "kent/%00.json", "leicestershire/NC04/boundary.json")


def test_a_source_without_content_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "no.zip").write_text("no zip")
    for source, said in (("empty", "holds no content"), ("no.zip", "neither a folder nor a zip"), ("x", "not exist")):
        with pytest.raises(UnreadableSource, match=said):
            find_content(tmp_path / source)


def test_a_damaged_member_of_a_zip_stops_the_import_with_its_name(import_from: ImportFrom, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr("forces.json", json.dumps(ANSWERS["forces"]))
    damaged = bytearray((tmp_path / "bad.zip").read_bytes())
    damaged[damaged.index(b"Leicester")] ^= 1
    (tmp_path / "bad.zip").write_bytes(damaged)
    with pytest.raises(UnreadableSource, match=r"forces\.json cannot be read"):
        import_from(tmp_path / "bad.zip")


def test_the_command_prints_its_report_and_ends_with_1_where_a_file_was_refused(source: Source, tmp_path: Path) -> None:
    folder = source({**ANSWERS, "doggerland/DG01": {"name": "D"}})
    data = str(tmp_path / "data")
    done = CliRunner().invoke(cli, ["content", str(folder), "--data", data, "--json"])
    assert done.exit_code == 1
    printed = json.loads(done.stdout)
    assert printed["rejects"] == [{"file": "doggerland/DG01.json", "where": "", "reason": "unknown-force"}]
    shutil.rmtree(folder / "doggerland")
    again = CliRunner().invoke(cli, ["content", str(folder), "--data", data])
    assert again.exit_code == 0
    assert "Changed: 0 forces and 0 neighbourhoods." in again.stdout


def test_every_key_of_the_report_is_specified() -> None:
    example = SPEC.read_text(encoding="utf-8").split("```json\n")[1].split("```")[0]
    assert set(json.loads(example)) == set(report_json(ContentReport("x", ())))


def test_the_demo_countys_teams_publish_only_what_is_taken_over_as_it_is(tmp_path: Path) -> None:
    beats = [Neighbourhood(beat, box(2.0, 54.0, 2.1, 54.1)) for beat in BEATS if beat.id in ("DG13", "Tail End")]
    one, again = (write_content(tmp_path / name, 1, beats, Month(2026, 9)) for name in ("one", "again"))
    written = {path.relative_to(one): path.read_bytes() for path in one.rglob("*.json")}
    assert written == {path.relative_to(again): path.read_bytes() for path in again.rglob("*.json")}
    for beat in ("doggerland/DG13", "silver-pit/Tail End"):
        team, events, priorities = (
            json.loads((one / beat / f"{kind}.json").read_text()) for kind in ("people", "events", "priorities")
        )
        assert 2 <= len(team) <= 4
        assert 2 <= len(priorities) <= 3
        assert all(priority["action"] for priority in priorities)
        assert min(event["start_date"] for event in events).startswith("2026-10")
        assert max(event["start_date"] for event in events) > "2027-10"
