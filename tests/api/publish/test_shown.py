"""What is shown of what is published, and when that becomes another although nobody writes anything."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api.publish import content
from api.publish.database import Updates, open_updates
from api.publish.intake import ContentReport
from api.publish.item.put import put, remove
from api.publish.item.written import (
    Written,
    WrittenAction,
    WrittenAnswer,
    WrittenContactPoint,
    WrittenEvent,
    WrittenMember,
    WrittenNeighbourhood,
    WrittenNews,
    WrittenPriority,
)
from api.publish.policy import COMMAND, Where
from api.publish.record import NeighbourhoodDetail
from api.publish.table import NEIGHBOURHOOD, NEWS, PERSON
from api.publish.version import UpdatesVersion
from api.queries.team import TeamAnswer, team_of, team_revision
from api.settings import ApiSettings
from geo.neighbourhood import NeighbourhoodRef

NC04 = NeighbourhoodRef("leicestershire", "NC04")
WHERE = Where("leicestershire", "NC04")
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
TODAY = date(2026, 7, 1)
WALL = datetime.fromisoformat("2026-06-30T18:00")
NEWS_ITEM = WrittenNews(title="Bicycles", text="Marked *forty*", issued_at=WALL)


@pytest.fixture
def publish(updates: Updates) -> Callable[..., None]:
    updates.migrate()

    def run(external_id: str, written: Written, part_of: str | None = None, where: Where = WHERE) -> None:
        with updates.writing() as connection:
            put(connection, COMMAND, where, external_id, written, part_of=part_of)

    return run


def team(updates: Updates, now: datetime = NOON) -> TeamAnswer:
    return team_of(updates, NC04, TODAY, now)


def test_a_person_is_shown_until_the_day_of_leaving_and_by_no_more_than_was_chosen(
    updates: Updates, publish: Callable[..., None]
) -> None:
    publish("m1", WrittenMember(surname="Curlew", leaves_on=date(2026, 7, 2)))
    publish("m2", WrittenMember(surname="Marram", rank="PC", shown_as="hidden"))
    chief = WrittenMember(surname="Dunlin", leaves_on=date(2026, 7, 2))
    publish("m3", chief, where=Where("leicestershire"))
    last, gone = datetime(2026, 7, 1, 22, 59, tzinfo=UTC), datetime(2026, 7, 1, 23, 0, tzinfo=UTC)  # summer time
    assert [one.name for one in team(updates, last).people] == ["Curlew"]
    assert team(updates, gone).people == ()
    with updates.reading() as connection:
        found = [content.officers(connection, "leicestershire", now) for now in (last, gone)]
    assert [[one.name for one in people] for people in found] == [["Dunlin"], []]
    assert "leaves_on" not in repr(found)


def test_an_update_is_shown_from_and_until_its_moments_and_pinned_ones_come_first(
    updates: Updates, publish: Callable[..., None]
) -> None:
    publish("n1", NEWS_ITEM)
    publish("n2", NEWS_ITEM.model_copy(update={"title": "Pinned", "pinned": True, "issued_at": WALL.replace(day=1)}))
    publish("n3", NEWS_ITEM.model_copy(update={"title": "Later", "shown_from": NOON}))
    publish("n4", NEWS_ITEM.model_copy(update={"title": "Over", "shown_until": NOON}))
    before = NOON - timedelta(microseconds=1)
    assert [one.title for one in team(updates, before).news] == ["Pinned", "Bicycles", "Over"]
    assert [one.title for one in team(updates, NOON).news] == ["Pinned", "Bicycles", "Later"]
    assert team(updates).news[1].text == "<p>Marked <em>forty</em></p>"


def test_of_an_update_that_was_taken_back_there_is_that_and_why_and_not_a_word_of_it(
    updates: Updates, publish: Callable[..., None]
) -> None:
    back = {"withdrawn_at": NOON, "withdrawn_why": "It named the wrong street"}
    publish("n1", NEWS_ITEM.model_copy(update=back))
    publish("n2", NEWS_ITEM.model_copy(update={**back, "shown_from": NOON + timedelta(days=1)}))  # nobody ever saw it
    found = team(updates)
    assert found.news == ()
    (said,) = found.withdrawn
    assert (said.withdrawn_at, said.withdrawn_why, said.issued_at) == (NOON, "It named the wrong street", WALL)
    assert "Bicycles" not in repr(found)
    assert "forty" not in repr(found)


def test_closed_priorities_stand_apart_with_what_came_of_them(updates: Updates, publish: Callable[..., None]) -> None:
    publish("p1", WrittenPriority(issue="Speeding", issued_at=WALL, chosen="Residents voted", review_on=TODAY))
    publish("p2", WrittenPriority(issue="Bins", issued_at=WALL, closed_at=WALL, result="The council moved them"))
    publish("p3", WrittenPriority(issue="Old", issued_at=WALL, closed_at=WALL.replace(year=2024), result="Done"))
    publish("a1", WrittenAction(action="Stood there", acted_at=WALL, asked="Slow them", category="drugs"), "p1")
    found = team(updates)
    (open_one,) = found.priorities
    assert (open_one.chosen, open_one.review_on) == ("<p>Residents voted</p>", TODAY)
    (done,) = open_one.actions
    assert (done.asked, done.category, done.external_id) == ("<p>Slow them</p>", "drugs", "a1")
    assert [(one.issue, one.result) for one in found.closed] == [("<p>Bins</p>", "<p>The council moved them</p>")]


def test_a_meeting_that_is_called_off_is_said_to_be_and_is_not_the_next(
    updates: Updates, publish: Callable[..., None]
) -> None:
    weekly = {"repeats": "FREQ=WEEKLY", "repeats_until": date(2026, 8, 1), "not_on": (date(2026, 7, 14),)}
    publish("e1", WrittenEvent(title="Surgery", starts_at=WALL, **weekly))
    off = {"cancelled_at": NOON, "cancelled_why": "The hall is flooded"}
    publish("e2", WrittenEvent(title="Coffee", starts_at=datetime.fromisoformat("2026-07-02T09:00"), **off))
    found = team(updates)
    assert [(one.event.title, one.event.cancelled_why) for one in found.meetings] == [
        ("Coffee", "The hall is flooded"), ("Surgery", None),
    ]  # fmt: skip
    assert [one.starts_at.day for one in found.events] == [7, 21, 28]
    assert found.next_event is not None
    assert found.next_event.title == "Surgery"


def test_answers_opening_times_and_the_whole_of_it_are_there(updates: Updates, publish: Callable[..., None]) -> None:
    publish("q1", WrittenAnswer(question="Why?", answer="Because", answered_at=WALL))
    publish("c1", WrittenContactPoint(name="Desk", opening="Tuesdays, 10 to 2", opening_cy="Dydd Mawrth, 10 i 2"))
    found = team(updates)
    assert [(one.question, one.answer) for one in found.answers] == [("<p>Why?</p>", "<p>Because</p>")]
    assert [one.opening for one in found.detail.contact_points] == ["Tuesdays, 10 to 2"]
    assert found.spoken
    assert found.provenance is not None
    assert (found.provenance.source, found.provenance.here) == (None, True)


@pytest.mark.parametrize(
    "written", [NEWS_ITEM, WrittenAnswer(question="Why?", answer="Because", answered_at=WALL)], ids=["news", "answer"]
)
def test_since_when_nothing_was_said_counts_updates_and_answers_too(
    written: Written, updates: Updates, publish: Callable[..., None]
) -> None:
    publish("p1", WrittenPriority(issue="Speeding", issued_at=WALL.replace(year=2025)))
    assert team(updates).silent_since == date(2025, 6, 30)
    publish("x1", written)
    assert team(updates).silent_since is None


def test_a_page_is_another_as_soon_as_a_moment_comes_and_nothing_is_asked_twice(
    updates: Updates, publish: Callable[..., None]
) -> None:
    publish("n1", NEWS_ITEM.model_copy(update={"shown_from": NOON, "shown_until": NOON + timedelta(hours=1)}))
    publish("m1", WrittenMember(surname="Curlew", leaves_on=date(2026, 7, 2)))
    moments = [NOON + timedelta(hours=hours) for hours in (-1, 0, 0.5, 1, 2, 11)]
    seen = [team_revision(updates, NC04, moment) for moment in moments]
    assert [seen.index(one) for one in seen] == [0, 1, 1, 3, 3, 5]


class Clock:
    """A clock that a test turns."""

    now = NOON

    def __call__(self) -> datetime:
        return self.now


def test_what_keeps_pages_is_told_of_each_moment_without_a_word_being_written(
    updates: Updates, publish: Callable[..., None]
) -> None:
    publish("n1", NEWS_ITEM.model_copy(update={"shown_from": NOON + timedelta(minutes=1)}))
    publish("m1", WrittenMember(surname="Curlew", leaves_on=date(2026, 7, 2)))
    clock = Clock()
    version = UpdatesVersion(updates, clock)
    seen = []
    for minutes in (0, 0.5, 1, 2, 659, 660, 700):
        clock.now = NOON + timedelta(minutes=minutes)
        seen.append(version.now())
    assert [seen.index(one) for one in seen] == [0, 0, 2, 2, 2, 5, 5]
    publish("n2", NEWS_ITEM.model_copy(update={"shown_until": clock.now + timedelta(minutes=1)}))
    assert version.now() != seen[-1]


def test_a_person_taken_out_in_one_place_is_out_of_what_another_process_reads(
    updates: Updates, publish: Callable[..., None], updates_settings: ApiSettings
) -> None:
    publish("m1", WrittenMember(surname="Curlew"))
    other = open_updates(updates_settings)
    version = UpdatesVersion(other)
    before = version.now(), team_revision(other, NC04)
    with updates.writing() as connection:
        remove(connection, COMMAND, WHERE, WrittenMember.kind, "m1")
    after = version.now(), team_revision(other, NC04)
    assert [one != two for one, two in zip(before, after, strict=True)] == [True, True]
    assert team_of(other, NC04, TODAY).people == ()
    other.close()


def test_an_import_again_writes_nothing_and_leaves_what_the_team_wrote(
    updates: Updates, publish: Callable[..., None], source: Any, import_from: Callable[[Path], ContentReport]
) -> None:
    said = {
        "leicestershire/NC04": {"id": "NC04", "name": "City Centre", "description": "<p>Theirs</p>", "population": "9"},
        "leicestershire/NC04/people": [{"name": "Theirs"}],
        "leicestershire/NC04/events": [{"title": "Surgery", "start_date": "2026-10-06T18:00:00"}],
        "leicestershire/NC04/priorities": [
            {"issue": "Speeding", "issue-date": None, "action": "x", "action-date": None}
        ],
    }
    import_from(source(said))
    publish("x", WrittenNeighbourhood(description="Ours", contact={"email": "a@x.example"}))
    publish("n1", NEWS_ITEM)
    publish("m1", WrittenMember(surname="Ours"))
    again = import_from(source(said))
    assert (again.forces_changed, again.neighbourhoods_changed) == (0, 0)
    import_from(source({"leicestershire/NC04": {**said["leicestershire/NC04"], "name": "Centre", "population": "10"}}))
    with updates.reading() as connection:
        detail = content.neighbourhood_detail(connection, NC04) or NeighbourhoodDetail()
        assert connection.scalar(select(NEIGHBOURHOOD.c.written)) is not None
        assert len(connection.execute(select(NEWS)).all()) == 1
        assert [row.name for row in connection.execute(select(PERSON.c.name).order_by(PERSON.c.id))] == [
            "Theirs",
            "Ours",
        ]
    assert (detail.description, detail.name, detail.population) == ("<p>Ours</p>", "Centre", 10)
    assert detail.contact == {"email": "a@x.example"}
