"""The board of what is promised: each state of each promise, what is not held, and the whole country in time."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import insert

from api.publish.database import Updates, open_updates
from api.publish.item.put import put
from api.publish.item.written import (
    ShownAs,
    WrittenAnswer,
    WrittenEvent,
    WrittenMember,
    WrittenNeighbourhood,
    WrittenPriority,
)
from api.publish.policy import COMMAND, Where
from api.publish.question.ending import close, publish_answer
from api.publish.question.inbox import ask
from api.publish.question.record import CloseReason
from api.publish.question.retention import prune
from api.publish.question.taking import take_questions
from api.publish.staff_table import ASKED
from api.publish.table import EVENT, FORCE, NEIGHBOURHOOD, PERSON, PRIORITY
from api.queries.guarantee import Kept, guarantee
from api.queries.guarantee_answer import Answers, AnswerState
from api.settings import ApiSettings
from geo.force import ForceRegister, uk_forces
from geo.neighbourhood import NeighbourhoodRef
from geo.store.boundary import Areas

DAY = date(2026, 3, 31)
KENT = Where("kent", "A1")


@dataclass
class Ground:
    """As much of a release as says which neighbourhoods there are."""

    id: str
    neighbourhoods: Areas
    register: ForceRegister


def ground(*refs: tuple[str, str]) -> Any:
    ordered = sorted(refs)
    ids = tuple(known for _, known in ordered)
    return Ground(
        f"r{len(refs)}", Areas(tuple(force for force, _ in ordered), ids, ids, np.array([], object)), uk_forces()
    )


HERE = ground(("kent", "A1"), ("kent", "B2"))


@pytest.fixture(params=["sqlite", "postgresql"])
def updates(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Updates]:
    url = request.getfixturevalue("postgresql_url") if request.param == "postgresql" else None
    found = open_updates(ApiSettings(data_dir=tmp_path, updates_url=url))
    found.migrate()
    yield found
    found.close()


def publish(updates: Updates, *written: Any, where: Where = KENT) -> None:
    with updates.writing() as connection:
        for number, one in enumerate(written):
            put(connection, COMMAND, where, f"{one.kind}-{number}-{time.monotonic_ns()}", one)


def told(updates: Updates, day: date = DAY, known: str = "A1") -> Kept:
    found = guarantee(updates, HERE, day).forces["kent"]
    return next(one for one in found if one.neighbourhood.ref.id == known)


def test_of_what_nothing_is_published_nothing_is_held_and_nothing_fails(updates: Updates) -> None:
    for one in guarantee(updates, HERE, DAY).forces["kent"]:
        assert (one.officer, one.reviewed, one.meeting) == ("not-held", "not-held", "not-held")
        assert one.answers == Answers(AnswerState.NOT_HELD)


def test_of_a_database_that_is_not_there_neither(tmp_path: Path) -> None:
    none_yet = open_updates(ApiSettings(data_dir=tmp_path / "none"))
    assert len(guarantee(none_yet, HERE, DAY).forces["kent"]) == 2
    none_yet.close()


REACHED = {"contact": {"email": "una@kent.example"}}


@pytest.mark.parametrize(
    ("member", "state"),
    [
        ({"surname": "Curlew", **REACHED}, "named"),
        ({"surname": "Curlew"}, "unreachable"),
        ({"surname": "Curlew", "shown_as": ShownAs.HIDDEN, **REACHED}, "not-held"),
        ({"surname": "Curlew", "rank": "PC", "shown_as": ShownAs.RANK, **REACHED}, "not-held"),
        ({"surname": "Curlew", "rank": "PC", "shown_as": ShownAs.SURNAME, **REACHED}, "named"),
        ({"surname": "Curlew", "leaves_on": DAY, **REACHED}, "not-held"),
        ({"surname": "Curlew", "leaves_on": DAY + timedelta(days=1), **REACHED}, "named"),
    ],
)
def test_an_officer_is_named_who_is_shown_by_name_and_still_there(
    updates: Updates, member: dict[str, Any], state: str
) -> None:
    publish(updates, WrittenMember(**member))
    assert (told(updates).officer, told(updates, known="B2").officer) == (state, "not-held")


def test_a_teams_own_address_reaches_its_officers(updates: Updates) -> None:
    publish(updates, WrittenMember(surname="Curlew"), WrittenNeighbourhood(contact={"email": "a1@kent.example"}))
    assert told(updates).officer == "named"


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("changes", "state", "on"),
    [
        ({"issued_at": wall("2025-12-31T00:00")}, "current", date(2025, 12, 31)),
        ({"issued_at": wall("2025-12-30T23:00")}, "stale", date(2025, 12, 30)),
        ({"issued_at": wall("2024-01-01T00:00"), "reviewed_at": wall("2026-03-01T09:00"), "review": "Still so"},
         "current", date(2026, 3, 1)),
        ({"issued_at": wall("2024-01-01T00:00"), "closed_at": wall("2026-02-01T09:00"), "result": "Done"},
         "current", date(2026, 2, 1)),
    ],
)  # fmt: skip
def test_priorities_are_stale_after_three_months(
    updates: Updates, changes: dict[str, Any], state: str, on: date
) -> None:
    publish(
        updates,
        WrittenPriority(issue="Bicycles", **changes),
        WrittenPriority(issue="Old", issued_at=wall("2020-01-01")),
    )
    assert (told(updates).reviewed, told(updates).reviewed_on) == (state, on)
    assert told(updates).age_days(DAY) == (DAY - on).days


def test_what_was_imported_counts_and_a_priority_without_a_day_is_undated(updates: Updates) -> None:
    own = {"force_id": "kent", "neighbourhood_id": "A1", "position": 0, "source": "export"}
    with updates.writing() as connection:
        connection.execute(insert(FORCE).values(id="kent"))
        connection.execute(insert(NEIGHBOURHOOD).values(force_id="kent", id="A1", name="Quay"))
        connection.execute(insert(PERSON).values(**own, name="Ann Teak", contact={"email": "ann@kent.example"}))
        connection.execute(insert(PRIORITY).values(**own, issue="<p>Bicycles</p>"))
        connection.execute(insert(EVENT).values(**own, title="Surgery", starts_at=wall("2026-01-02T10:00"), contact={}))
    found = told(updates)
    assert (found.officer, found.reviewed, found.meeting) == ("named", "undated", "none-ahead")
    assert (found.reviewed_on, found.meetings.last_at) == (None, wall("2026-01-02T10:00"))


@pytest.mark.parametrize(
    ("changes", "next_at", "last_at"),
    [
        ({"starts_at": wall("2026-03-31T08:00")}, "2026-03-31T08:00", None),
        ({"starts_at": wall("2026-03-30T22:00"), "ends_at": wall("2026-03-31T01:00")}, "2026-03-30T22:00", None),
        ({"starts_at": wall("2026-03-30T22:00")}, None, "2026-03-30T22:00"),
        ({"starts_at": wall("2026-04-07T19:00"), "cancelled_at": wall("2026-03-01T00:00"), "cancelled_why": "Flood"},
         None, None),
        ({"starts_at": wall("2026-03-03T19:00"), "repeats": "FREQ=WEEKLY;BYDAY=TU", "repeats_until": date(2026, 6, 1)},
         "2026-03-31T19:00", "2026-03-24T19:00"),
        ({"starts_at": wall("2026-03-03T19:00"), "repeats": "FREQ=WEEKLY;BYDAY=TU", "repeats_until": date(2026, 6, 1),
          "not_on": (date(2026, 3, 31), date(2026, 3, 24))}, "2026-04-07T19:00", "2026-03-17T19:00"),
        ({"starts_at": wall("2026-03-03T19:00"), "repeats": "FREQ=WEEKLY", "repeats_until": date(2026, 3, 10)},
         None, "2026-03-10T19:00"),
    ],
)  # fmt: skip
def test_the_next_meeting_and_the_last_are_found(
    updates: Updates, changes: dict[str, Any], next_at: str | None, last_at: str | None
) -> None:
    publish(updates, WrittenEvent(title="Surgery", **changes))
    found = told(updates).meetings
    assert (found.next_at, found.last_at) == (next_at and wall(next_at), last_at and wall(last_at))


def test_the_soonest_of_those_that_repeat_and_those_that_do_not_is_the_next(updates: Updates) -> None:
    weekly = {"repeats": "FREQ=WEEKLY", "repeats_until": date(2026, 6, 1)}
    publish(
        updates,
        WrittenEvent(title="Weekly", starts_at=wall("2026-03-05T19:00"), **weekly),
        WrittenEvent(title="Once", starts_at=wall("2026-04-01T19:00")),
        WrittenEvent(title="Once, long ago", starts_at=wall("2026-03-30T19:00")),
    )
    found = told(updates).meetings
    assert (found.next_at, found.last_at) == (wall("2026-04-01T19:00"), wall("2026-03-30T19:00"))


def asked(updates: Updates, day: date, hours: float | None) -> None:
    """A question of that day at noon, answered after so many hours; or not at all."""
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    with updates.writing() as connection:
        take_questions(connection, COMMAND, "kent", taken=True)
    ask(updates, KENT, "Why?", "en", None, per_hour=99, days=400, now=at)
    if hours is not None:
        with updates.writing() as connection:
            number = connection.exec_driver_sql("SELECT max(id) FROM question").scalar_one()
            publish_answer(connection, COMMAND, KENT, number, 1, _answer(), at + timedelta(hours=hours))


def _answer() -> Any:
    return WrittenAnswer(question="Q", answer="A", answered_at=wall("2026-03-01T00:00"))


def test_under_five_questions_are_too_few_and_five_are_measured(updates: Updates) -> None:
    day = date(2026, 3, 20)
    for hours in (None, 10, 20, 72):  # the first is overdue since the 23rd
        asked(updates, day, hours)
    assert told(updates).answers == Answers(AnswerState.TOO_FEW)
    assert told(updates, known="B2").answers == Answers(AnswerState.TOO_FEW)
    asked(updates, day, 72.5)
    assert told(updates).answers == Answers(AnswerState.MEASURED, due=5, within=3, median_hours=46.0)
    assert guarantee(updates, HERE, DAY).speed.of_force("kent").due == 5


def test_what_is_not_due_yet_closed_or_long_ago_is_in_no_figure(updates: Updates) -> None:
    for _ in range(5):
        asked(updates, date(2025, 12, 30), 10)
    asked(updates, date(2026, 3, 29), None)
    for _ in range(5):
        asked(updates, date(2026, 3, 20), None)
    assert told(updates).answers == Answers(AnswerState.MEASURED, due=5, within=0)
    with updates.writing() as connection:
        number = connection.exec_driver_sql("SELECT max(id) FROM question").scalar_one()
        close(connection, COMMAND, KENT, number, 1, CloseReason.ABUSE, datetime(2026, 3, 21, tzinfo=UTC))
    assert told(updates).answers.state == "too-few"


def test_a_question_that_was_deleted_unanswered_still_counts(updates: Updates) -> None:
    for _ in range(5):
        asked(updates, date(2026, 3, 1), None)
    prune(updates, ApiSettings(question_days=10), datetime(2026, 3, 31, tzinfo=UTC))
    assert told(updates).answers == Answers(AnswerState.MEASURED, due=5, within=0)


def test_where_questions_are_no_longer_taken_they_are_not_held(updates: Updates) -> None:
    for _ in range(5):
        asked(updates, date(2026, 3, 20), 10)
    with updates.writing() as connection:
        take_questions(connection, COMMAND, "kent", taken=False)
    assert told(updates).answers.state == "not-held"


def test_a_force_without_boundaries_has_those_that_publish_and_an_unknown_force_none(updates: Updates) -> None:
    with updates.writing() as connection:
        for force_id in ("surrey", "atlantis"):
            connection.execute(insert(FORCE).values(id=force_id))
            connection.execute(insert(NEIGHBOURHOOD).values(force_id=force_id, id="S1", name="Quay"))
    board = guarantee(updates, HERE, DAY)
    assert sorted(board.forces) == ["kent", "surrey"]
    assert [one.neighbourhood.name for one in board.forces["surrey"]] == ["Quay"]


def test_the_whole_country_is_computed_in_time_and_then_remembered(updates: Updates) -> None:
    forces = [one.id for one in uk_forces() if one.territorial]
    refs = [(forces[number % len(forces)], f"N{number}") for number in range(7_000)]
    own = [{"force_id": force_id, "neighbourhood_id": known, "position": 0} for force_id, known in refs]
    with updates.writing() as connection:
        connection.execute(insert(FORCE), [{"id": force_id} for force_id in forces])
        connection.execute(
            insert(NEIGHBOURHOOD), [{"force_id": one, "id": known, "name": known} for one, known in refs]
        )
        for _ in range(4):
            connection.execute(insert(PERSON), [{**one, "name": "Ann", "contact": {"email": "a@b"}} for one in own])
            connection.execute(
                insert(PRIORITY), [{**one, "issue": "x", "issued_at": wall("2026-03-01")} for one in own]
            )
            connection.execute(
                insert(EVENT), [{**one, "title": "x", "contact": {}, "starts_at": wall("2026-05-01")} for one in own]
            )
        connection.execute(
            insert(EVENT),
            [{**one, "title": "x", "contact": {}, "starts_at": wall("2026-01-01"), "repeats": "FREQ=WEEKLY",
              "repeats_until": date(2026, 12, 1)} for one in own[:500]],
        )  # fmt: skip
        connection.execute(
            insert(ASKED), [{**_placed(one), "asked_on": DAY, "hours": 5, "how": "answered"} for one in own]
        )
    country = ground(*refs)
    began = time.perf_counter()
    board = guarantee(updates, country, DAY)
    first_s = time.perf_counter() - began
    assert sum(len(those) for those in board.forces.values()) == 7_000
    assert guarantee(updates, country, DAY) is board
    assert guarantee(updates, country, DAY + timedelta(days=1)) is not board
    publish(updates, WrittenMember(surname="Curlew"), where=Where(*refs[0]))
    assert guarantee(updates, country, DAY) is not board
    assert first_s < 10  # it takes half a second where nothing else runs


def _placed(one: dict[str, Any]) -> dict[str, Any]:
    return {"force_id": one["force_id"], "neighbourhood_id": one["neighbourhood_id"]}


def test_neighbourhoods_stand_in_order_of_name(updates: Updates) -> None:
    areas = Areas(("kent",) * 3, ("1", "2", "3"), ("Quay", "École", "east"), np.array([], object))
    found = guarantee(updates, Ground("named", areas, uk_forces()), DAY).forces["kent"]  # type: ignore[arg-type]
    assert [one.neighbourhood.ref for one in found] == [NeighbourhoodRef("kent", known) for known in ("3", "2", "1")]
