"""What readers say of pages: kept for a while, in bounds, and for the operator alone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Column, inspect

from api.publish.about import about_updates
from api.publish.database import HEAD, Updates, open_updates
from api.publish.feedback import (
    FeedbackKind,
    Message,
    clean,
    count_waiting,
    full_hours,
    keep,
    prune,
    remove,
    waiting,
)
from api.publish.table import FEEDBACK
from api.settings import ApiSettings
from geo.errors import DamagedFile, StoreFormatTooNew

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def send(
    updates: Updates,
    kind: FeedbackKind = FeedbackKind.WRONG,
    now: datetime = NOW,
    *,
    per_hour: int = 10,
    days: int = 90,
) -> bool:
    return keep(updates, Message(kind, "/find", f"{kind} {now:%d}", "en"), per_hour=per_hour, days=days, now=now)


@pytest.fixture
def updates(updates: Updates) -> Updates:
    """The database as `serve` leaves it when it starts."""
    updates.bring_up_to_date()
    return updates


def test_a_message_never_makes_the_database(tmp_path: Path) -> None:
    none_yet = open_updates(ApiSettings(data_dir=tmp_path / "none"))
    assert (waiting(none_yet), count_waiting(none_yet), remove(none_yet, [1])) == ([], (0, 0), [1])
    with pytest.raises(DamagedFile, match="start `yourarea serve` anew"):
        send(none_yet)
    assert list(tmp_path.iterdir()) == []


def test_a_message_is_kept_where_there_is_a_place_for_it(updates: Updates) -> None:
    assert send(updates)
    (kept,) = waiting(updates)
    assert (kept.sent_at, kept.message.text) == (NOW, "wrong 01")


def test_a_database_of_an_earlier_schema_is_brought_up_to_date_by_no_message(updates: Updates) -> None:
    updates.migrate("0001")
    about = about_updates(updates)
    assert (about.schema, about.current, about.trouble, about.feedback) == ("0001", False, None, 0)
    with pytest.raises(DamagedFile, match="start `yourarea serve`"):
        send(updates)
    with pytest.raises(StoreFormatTooNew, match="Start `yourarea serve`"), updates.reading():
        pass
    assert updates.schema() == "0001"
    updates.migrate()
    assert send(updates)
    about = about_updates(updates)
    assert (about.schema, about.current, about.feedback, about.identifying) == (HEAD, True, 1, 0)


def test_going_back_to_the_first_schema_takes_only_what_came_later(updates: Updates) -> None:
    send(updates)
    updates.migrate("0001")
    with updates.writing() as connection:
        assert {"force", "priority_action"} < set(inspect(connection).get_table_names())
        assert "feedback" not in inspect(connection).get_table_names()
    updates.migrate()
    assert waiting(updates) == []


def test_a_database_of_a_later_version_takes_no_message(updates: Updates) -> None:
    updates.migrate()
    with updates.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreFormatTooNew):
        updates.bring_up_to_date()


def test_what_identifies_somebody_comes_first_and_then_the_newest(updates: Updates) -> None:
    for kind, days in ((FeedbackKind.IDENTIFIES, 0), (FeedbackKind.WRONG, 1), (FeedbackKind.WELSH, 2)):
        send(updates, kind, NOW + timedelta(days=days))
    assert [one.message.text for one in waiting(updates)] == ["identifies 01", "welsh 03", "wrong 02"]
    assert count_waiting(updates) == (3, 1)


def test_an_hour_takes_so_many_and_what_identifies_somebody_is_counted_by_itself(updates: Updates) -> None:
    assert [send(updates, per_hour=2) for _ in range(3)] == [True, True, False]
    assert [send(updates, FeedbackKind.IDENTIFIES, per_hour=2) for _ in range(3)] == [True, True, False]
    assert send(updates, now=NOW + timedelta(hours=1), per_hour=2)


@pytest.mark.parametrize(
    ("minutes", "looked_after_h", "full"),
    [
        ((0, 10, 59), 1, ("other",)),
        ((0, 10, 59), 24, ("other",)),
        ((0, 10, 59), 25, ()),
        ((0, 10, 60), 1, ()),
        ((0, 10), 1, ()),
        ((0, 30, 70, 80, 85), 2, ("other",)),
    ],
)
def test_an_hour_of_the_last_day_that_brought_as_many_as_are_kept_is_told(
    updates: Updates, minutes: tuple[int, ...], looked_after_h: int, full: tuple[str, ...]
) -> None:
    for minute in minutes:
        send(updates, now=NOW + timedelta(minutes=minute))
    assert full_hours(updates, 3, 3, NOW + timedelta(hours=looked_after_h)) == full
    assert full_hours(updates, 0, 1, NOW + timedelta(hours=looked_after_h)) == ()


def test_the_two_sorts_fill_an_hour_by_themselves(updates: Updates) -> None:
    send(updates, FeedbackKind.IDENTIFIES)
    send(updates, FeedbackKind.WELSH)
    assert full_hours(updates, 1, 1, NOW) == ("identifies", "other")
    assert full_hours(updates, 1, 2, NOW) == ("other",)
    assert full_hours(updates, 2, 1, NOW) == ("identifies",)


def test_old_messages_go_when_another_comes_and_when_asked(updates: Updates) -> None:
    send(updates)
    send(updates, now=NOW + timedelta(days=89))
    assert len(waiting(updates)) == 2
    send(updates, now=NOW + timedelta(days=90))
    assert len(waiting(updates)) == 2
    prune(updates, 30, NOW + timedelta(days=119))
    assert [one.message.text for one in waiting(updates)] == ["wrong 30"]


def test_a_message_that_was_dealt_with_is_gone_and_its_id_is_not_given_again(updates: Updates) -> None:
    send(updates)
    send(updates)
    assert remove(updates, [2, 7]) == [7]
    assert [one.id for one in waiting(updates)] == [1]
    send(updates)
    assert sorted(one.id for one in waiting(updates)) == [1, 3]


def test_nothing_of_who_sent_it_has_a_place_to_be_kept() -> None:
    columns: list[Column[object]] = list(FEEDBACK.columns)
    assert {column.name for column in columns} == {
        "id", "sent_at", "kind", "about", "text", "language", "release_id", "month",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" \r\n ", ""),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("\x00a\x1b[31mb\x7f", "a[31mb"),
        ("abc\u202edef\u2066", "abcdef"),
        ("tŷ gŵr – “da”", "tŷ gŵr – “da”"),
    ],
)
def test_what_cannot_be_seen_is_left_out(typed: str, kept: str) -> None:
    assert clean(typed) == kept
