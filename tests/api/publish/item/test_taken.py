"""What a team changed or took out here does not come back with the next import, and what it did is not lost."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api.publish import content
from api.publish.database import Updates
from api.publish.intake import ContentReport
from api.publish.item.kind import Kind
from api.publish.item.put import items, put, remove
from api.publish.item.written import WrittenAction, WrittenEvent, WrittenMember
from api.publish.policy import COMMAND, Where
from api.publish.staff_table import AUDIT
from geo.neighbourhood import NeighbourhoodRef

NC04 = NeighbourhoodRef("leicestershire", "NC04")
WHERE, FORCE = Where("leicestershire", "NC04"), Where("leicestershire")
PEOPLE = [{"name": "Una Curlew", "rank": "PC"}, {"name": "Marek Quay", "rank": "Sgt"}]
PRIORITY = {"issue": "Speeding", "issue-date": None, "action": "Signs", "action-date": "2026-08-01T00:00:00"}
SAID: dict[str, Any] = {
    "forces/leicestershire/people": [{"name": "Idris Gannetson", "rank": "Chief Constable"}],
    "leicestershire/NC04/people": PEOPLE,
    "leicestershire/NC04/events": [{"title": "Surgery", "start_date": "2099-10-06T18:00:00"}],
    "leicestershire/NC04/priorities": [PRIORITY],
}
Bring = Callable[[dict[str, Any]], ContentReport]


@pytest.fixture
def bring(updates: Updates, source: Any, import_from: Callable[[Path], ContentReport]) -> Bring:
    """`bring(answers)`: an import; everything was imported once."""
    import_from(source(SAID))
    return lambda said: import_from(source(said))


def team(updates: Updates) -> list[str]:
    with updates.reading() as connection:
        return sorted(one.name for one in content.team(connection, NC04))


def take_out(updates: Updates, kind: Kind, external_id: str, where: Where = WHERE) -> None:
    with updates.writing() as connection:
        remove(connection, COMMAND, where, kind, external_id)


def ids(updates: Updates, kind: Kind, where: Where = WHERE) -> list[str]:
    with updates.reading() as connection:
        return [one.external_id for one in items(connection, where, kind)]


def test_a_person_who_was_taken_out_stays_out_whatever_an_import_says_of_them(updates: Updates, bring: Bring) -> None:
    take_out(updates, Kind.MEMBER, ids(updates, Kind.MEMBER)[0])
    assert team(updates) == ["Marek Quay"]
    assert bring(SAID).neighbourhoods_changed == 0
    bring({"leicestershire/NC04/people": [{**PEOPLE[0], "rank": "Sgt", "bio": "<p>New</p>"}, PEOPLE[1]]})
    assert team(updates) == ["Marek Quay"]
    with updates.reading() as connection:
        rows = connection.execute(select(AUDIT.c.before, AUDIT.c.after)).all()
    assert "Curlew" not in repr(rows)


def test_a_person_who_was_changed_and_then_taken_out_stays_out_too(updates: Updates, bring: Bring) -> None:
    hidden = WrittenMember(given_name="Una", surname="Curlew", rank="PC", shown_as="hidden")
    with updates.writing() as connection:
        done = put(connection, COMMAND, WHERE, ids(updates, Kind.MEMBER)[0], hidden)
    bring(SAID)
    assert team(updates) == ["Marek Quay"], "what an officer chose is not undone"
    take_out(updates, Kind.MEMBER, done.item.external_id)
    bring(SAID)
    assert team(updates) == ["Marek Quay"]
    with updates.reading() as connection:
        rows = connection.execute(select(AUDIT.c.before, AUDIT.c.after)).all()
    assert "Curlew" not in repr(rows)


def test_a_senior_officer_who_was_taken_out_stays_out(updates: Updates, bring: Bring) -> None:
    take_out(updates, Kind.MEMBER, ids(updates, Kind.MEMBER, FORCE)[0], FORCE)
    bring(SAID)
    with updates.reading() as connection:
        assert content.officers(connection, "leicestershire") == ()


def test_an_event_that_was_changed_here_is_there_once(updates: Updates, bring: Bring) -> None:
    later = WrittenEvent(title="Surgery", starts_at=datetime.fromisoformat("2099-10-07T18:00"))
    with updates.writing() as connection:
        put(connection, COMMAND, WHERE, ids(updates, Kind.EVENT)[0], later)
    bring(SAID)
    with updates.reading() as connection:
        found = content.upcoming(connection, NC04, datetime.fromisoformat("2026-01-01"))
    assert [one.starts_at.day for one in found] == [7]


def test_what_a_team_did_about_a_priority_that_was_imported_outlives_the_next_import(
    updates: Updates, bring: Bring
) -> None:
    (priority,) = ids(updates, Kind.PRIORITY)
    done = WrittenAction(action="Stood there", acted_at=datetime.fromisoformat("2026-09-01T10:00"))
    with updates.writing() as connection:
        put(connection, COMMAND, WHERE, "a1", done, part_of=priority)
    assert bring(SAID).neighbourhoods_changed == 0
    bring({"leicestershire/NC04/priorities": [{**PRIORITY, "action": "Cameras"}, {**PRIORITY, "issue": "Bins"}]})
    with updates.reading() as connection:
        found = {one.issue: [each.action for each in one.actions] for one in content.priorities(connection, NC04)}
    assert found == {"Speeding": ["<p>Stood there</p>", "Signs"], "Bins": ["Signs"]}
    with updates.writing() as connection:
        again = put(connection, COMMAND, WHERE, "a2", done, part_of=priority)
    assert again.created, "it is still there under the id that staff know"
