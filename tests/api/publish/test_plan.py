"""What is told to whom: once each, from when they asked, and nothing that is gone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api.publish import outbox, subscription
from api.publish.backup import Backup, write_backup
from api.publish.database import Updates
from api.publish.item.kind import Kind
from api.publish.item.put import put, remove
from api.publish.item.written import WrittenAction, WrittenEvent, WrittenMember, WrittenNews, WrittenPriority
from api.publish.letter import Letter
from api.publish.plan import Telling, plan, telling, week_began
from api.publish.policy import COMMAND, Where
from api.publish.restore import restore
from api.publish.secret import Secrets
from api.publish.staff_table import OUTBOX, SUBSCRIPTION
from api.publish.subscription import Often, Wish
from geo.month import Month
from geo.neighbourhood import NeighbourhoodRef
from geo.store.manifest import FileRef, Manifest, Publication
from geo.supply import Kind as Supplied

SECRETS = Secrets(("k" * 32,))
NOW = datetime.now(UTC)  # what is published here is of this moment, so the days of the tests are round it
SOON, NEXT_WEEK = NOW + timedelta(hours=3), NOW + timedelta(days=7)
AFTER = NOW + timedelta(days=400)
REF = NeighbourhoodRef("kent", "A1")
HERE, THERE = Where("kent", "A1"), Where("kent", "A2")
WALL = datetime(2026, 11, 2, 19, 0)  # noqa: DTZ001  the clock on the wall
NEWS = WrittenNews(title="Lights on Quay Street", text="They are **mended**.", issued_at=WALL)
EVENT = WrittenEvent(title="Surgery", starts_at=AFTER.replace(tzinfo=None), address="Library")


@pytest.fixture
def kept(updates: Updates) -> Updates:
    updates.migrate()
    return updates


@pytest.fixture
def subscribe(kept: Updates) -> Callable[..., int]:
    """`subscribe(often, monthly)`: somebody who confirmed an hour ago."""

    def enter(often: Often = Often.AT_ONCE, monthly: bool = False, ref: NeighbourhoodRef = REF, who: str = "a") -> int:
        wish = Wish(ref, f"{who}@example.org", often, monthly, "en")
        then = NOW - timedelta(hours=1)
        asked: list[int] = []

        def word(one: subscription.Subscription) -> Letter:
            asked.append(one.id)
            return Letter("Confirm", "Words")

        assert subscription.ask(kept, SECRETS, wish, word, 99, then)
        assert subscription.confirm(kept, asked[0], then) is not None
        return asked[0]

    return enter


def publish(updates: Updates, external_id: str, written: Any, where: Where = HERE, **how: Any) -> None:
    with updates.writing() as connection:
        put(connection, COMMAND, where, external_id, written, **how)


def references(updates: Updates) -> list[str]:
    with updates.reading() as connection:
        found = connection.scalars(select(OUTBOX.c.reference).order_by(OUTBOX.c.id))
        return [one for one in found if not one.startswith(subscription.CONFIRM)]


def told(updates: Updates, now: datetime = SOON, manifest: Any = None) -> list[Telling | None]:
    """What each waiting mail would tell if it were sent now."""
    waiting = [one for one in outbox.take(updates, "one", now + timedelta(days=1), 99) if not one.subject]
    with updates.reading() as connection:
        return [telling(connection, one, now, manifest) for one in waiting]


def test_what_is_newly_published_is_told_once_to_each_who_asked_for_that_neighbourhood(
    kept: Updates, subscribe: Callable[..., int]
) -> None:
    first, second = subscribe(who="a"), subscribe(who="b")
    subscribe(ref=NeighbourhoodRef("kent", "A2"), who="c")
    publish(kept, "n1", NEWS)
    assert plan(kept, SOON) == 2
    assert plan(kept, SOON) == 0
    assert references(kept) == [f"item/news/n1/{first}", f"item/news/n1/{second}"]


def test_updates_events_and_what_was_done_are_told_and_members_of_the_team_never(
    kept: Updates, subscribe: Callable[..., int]
) -> None:
    subscribe()
    publish(kept, "p1", WrittenPriority(issue="Bicycles", issued_at=WALL))
    publish(kept, "a1", WrittenAction(action="Marked forty frames", acted_at=WALL), part_of="p1")
    publish(kept, "e1", EVENT)
    publish(kept, "n1", NEWS)
    publish(kept, "m1", WrittenMember(surname="Curlew"))
    assert plan(kept, SOON) == 3
    found = told(kept)
    assert sorted((one.items[0].kind, one.items[0].title) for one in found if one) == [
        (Kind.ACTION, None), (Kind.EVENT, "Surgery"), (Kind.NEWS, "Lights on Quay Street"),
    ]  # fmt: skip
    with kept.writing() as connection:
        remove(connection, COMMAND, HERE, Kind.MEMBER, "m1")
    assert plan(kept, SOON) == 0


def test_what_was_published_before_somebody_asked_is_not_told(kept: Updates, subscribe: Callable[..., int]) -> None:
    subscribe()
    publish(kept, "n1", NEWS)
    with kept.writing() as connection:
        connection.execute(SUBSCRIPTION.update().values(told_until=datetime.now(UTC)))
    assert plan(kept, SOON) == 0


def test_nobody_is_told_who_did_not_confirm(kept: Updates) -> None:
    wish = Wish(REF, "a@example.org", Often.AT_ONCE, True, "en")
    subscription.ask(kept, SECRETS, wish, lambda _: Letter("Confirm", "Words"), 99, NOW - timedelta(hours=1))
    publish(kept, "n1", NEWS)
    assert plan(kept, SOON) == 0


def test_what_is_changed_after_it_was_told_is_not_told_again(kept: Updates, subscribe: Callable[..., int]) -> None:
    subscribe()
    publish(kept, "n1", NEWS)
    assert plan(kept, SOON) == 1
    publish(kept, "n1", NEWS.model_copy(update={"title": "Lights"}))
    assert plan(kept, SOON) == 0
    [one] = told(kept)
    assert one is not None
    assert one.items[0].title == "Lights"  # a mail that waits says what is said now


def test_what_was_published_long_ago_and_changed_today_is_no_news(kept: Updates, subscribe: Callable[..., int]) -> None:
    publish(kept, "n1", NEWS)
    subscribe()
    later = SOON + timedelta(days=30)
    with kept.writing() as connection:
        connection.execute(Kind.NEWS.table.update().values(changed_at=later))
    assert plan(kept, later + timedelta(minutes=1)) == 0


def test_what_is_scheduled_is_told_when_it_becomes_visible(kept: Updates, subscribe: Callable[..., int]) -> None:
    subscribe()
    then = NOW + timedelta(days=20)
    publish(kept, "n1", NEWS.model_copy(update={"shown_from": then}))
    assert plan(kept, SOON) == 0
    assert plan(kept, then - timedelta(seconds=1)) == 0
    assert plan(kept, then) == 1


@pytest.mark.parametrize("deed", ["withdrawn", "removed", "expired"])
def test_what_is_gone_before_it_was_sent_is_not_sent(kept: Updates, subscribe: Callable[..., int], deed: str) -> None:
    subscribe()
    publish(kept, "n1", NEWS.model_copy(update={"shown_until": NOW + timedelta(days=2)}))
    assert plan(kept, SOON) == 1
    now = SOON
    if deed == "withdrawn":
        publish(kept, "n1", NEWS.model_copy(update={"withdrawn_at": NOW, "withdrawn_why": "It was another street"}))
    elif deed == "removed":
        with kept.writing() as connection:
            remove(connection, COMMAND, HERE, Kind.NEWS, "n1")
    else:
        now = NOW + timedelta(days=2)
    assert told(kept, now) == [None]


def test_an_event_that_is_called_off_or_over_is_not_sent(kept: Updates, subscribe: Callable[..., int]) -> None:
    subscribe()
    publish(kept, "e1", EVENT)
    publish(kept, "e2", EVENT.model_copy(update={"title": "Coffee"}))
    assert plan(kept, SOON) == 2
    publish(kept, "e1", EVENT.model_copy(update={"cancelled_at": NOW, "cancelled_why": "Snow"}))
    assert [one and one.items[0].title for one in told(kept)] == [None, "Coffee"]
    assert told(kept, AFTER + timedelta(days=1)) == [None, None]


def test_a_week_is_told_on_monday_at_eight_in_one_mail(kept: Updates, subscribe: Callable[..., int]) -> None:
    subscribe(Often.WEEKLY)
    publish(kept, "n1", NEWS)
    publish(kept, "e1", EVENT)
    publish(kept, "n2", NEWS, where=THERE)
    monday = week_began(NEXT_WEEK)
    assert plan(kept, monday - timedelta(seconds=1)) == 0
    assert plan(kept, monday) == 1
    assert plan(kept, monday + timedelta(hours=1)) == 0
    [one] = told(kept, monday)
    assert one is not None
    assert (one.weekly, [item.external_id for item in one.items]) == (True, ["n1", "e1"])


def test_a_week_without_anything_new_brings_no_mail(kept: Updates, subscribe: Callable[..., int]) -> None:
    subscribe(Often.WEEKLY)
    assert plan(kept, NEXT_WEEK) == 0
    publish(kept, "n1", NEWS)
    assert plan(kept, NEXT_WEEK + timedelta(days=7)) == 0  # it was of the week before


def test_a_week_leaves_out_what_is_gone_and_is_not_sent_where_nothing_is_left(
    kept: Updates, subscribe: Callable[..., int]
) -> None:
    subscribe(Often.WEEKLY)
    publish(kept, "n1", NEWS)
    publish(kept, "n2", NEWS)
    assert plan(kept, NEXT_WEEK) == 1
    for number, left in (("n1", ["n2"]), ("n2", None)):
        with kept.writing() as connection:
            remove(connection, COMMAND, HERE, Kind.NEWS, number)
        [one] = told(kept, NEXT_WEEK + timedelta(hours=1 if left else 48))
        assert (one and [item.external_id for item in one.items]) == left


def test_who_changes_to_weekly_is_not_told_twice(kept: Updates, subscribe: Callable[..., int]) -> None:
    number = subscribe()
    publish(kept, "n1", NEWS)
    assert plan(kept, SOON) == 1
    publish(kept, "n2", NEWS)
    subscription.change(kept, number, Often.WEEKLY, False, week_began(SOON))
    assert plan(kept, NEXT_WEEK) == 1
    [_, one] = told(kept, NEXT_WEEK)
    assert one is not None
    assert [item.external_id for item in one.items] == ["n2"]


def test_who_changes_to_at_once_is_not_told_twice(kept: Updates, subscribe: Callable[..., int]) -> None:
    number = subscribe(Often.WEEKLY)
    publish(kept, "n1", NEWS)
    assert plan(kept, NEXT_WEEK) == 1
    subscription.change(kept, number, Often.AT_ONCE, False, week_began(NEXT_WEEK))
    assert plan(kept, week_began(NEXT_WEEK) + timedelta(minutes=1)) == 0


@pytest.mark.parametrize(
    ("moment", "monday"),
    [
        ("2026-11-02T08:00:00+00:00", "2026-11-02T08:00:00+00:00"),
        ("2026-11-02T07:59:59+00:00", "2026-10-26T08:00:00+00:00"),
        ("2026-06-01T06:59:59+00:00", "2026-05-25T07:00:00+00:00"),
        ("2026-06-01T07:00:00+00:00", "2026-06-01T07:00:00+00:00"),
        ("2026-10-26T09:00:00+00:00", "2026-10-26T08:00:00+00:00"),
        ("2026-11-01T23:00:00+00:00", "2026-10-26T08:00:00+00:00"),
    ],
    ids=["at eight", "a second before", "before eight in summer", "eight in summer", "after the clocks", "on Sunday"],
)
def test_a_week_begins_on_monday_at_eight_in_london(moment: str, monday: str) -> None:
    assert week_began(datetime.fromisoformat(moment)) == datetime.fromisoformat(monday)


def test_a_month_is_told_when_it_is_new_and_once(
    kept: Updates, subscribe: Callable[..., int], supplied: Callable[..., Any]
) -> None:
    subscribe(monthly=True)
    subscribe(who="b")
    assert plan(kept, SOON, supplied("2026-08")) == 0  # it was live when they asked
    assert plan(kept, SOON, supplied("2026-08", "2026-09")) == 1
    assert plan(kept, SOON, supplied("2026-08", "2026-09")) == 0
    assert plan(kept, SOON, supplied("2026-08")) == 0
    assert plan(kept, SOON, supplied("2026-08", "2026-09")) == 0  # back and forth tells nothing anew
    [one] = told(kept, SOON, supplied("2026-08", "2026-09"))
    assert one is not None
    assert one.month == Month(2026, 9)


def test_a_month_that_was_taken_back_before_it_was_sent_is_not_sent(
    kept: Updates, subscribe: Callable[..., int], supplied: Callable[..., Any]
) -> None:
    subscribe(monthly=True)
    plan(kept, SOON, supplied("2026-08"))
    assert plan(kept, SOON, supplied("2026-08", "2026-09")) == 1
    assert told(kept, SOON, supplied("2026-08")) == [None]


def test_who_ended_is_told_nothing_that_waited(kept: Updates, subscribe: Callable[..., int]) -> None:
    number = subscribe()
    publish(kept, "n1", NEWS)
    assert plan(kept, SOON) == 1
    assert subscription.end(kept, number)
    assert references(kept) == []
    assert plan(kept, SOON) == 0


def test_a_copy_that_is_brought_back_tells_nothing_a_second_time(
    kept: Updates, subscribe: Callable[..., int], supplied: Callable[..., Any], tmp_path: Path
) -> None:
    at_once = subscribe(monthly=True)
    subscribe(Often.WEEKLY, who="b")
    publish(kept, "n1", NEWS)
    plan(kept, SOON, supplied("2026-08"))
    path, _ = write_backup(kept, tmp_path / "copies", SECRETS)
    assert plan(kept, NEXT_WEEK, supplied("2026-08", "2026-09")) == 2  # the week and the month
    restore(kept, Backup(path), over=True)
    assert references(kept) == []
    assert plan(kept, NEXT_WEEK, supplied("2026-08", "2026-09")) == 0
    publish(kept, "n2", NEWS)
    assert plan(kept, SOON) == 1
    assert references(kept) == [f"item/news/n2/{at_once}"]


@pytest.fixture
def supplied() -> Callable[..., Any]:
    """`supplied(month, ...)`: a manifest of whole months of Kent's crimes."""

    def made(*months: str) -> Manifest:
        ref = FileRef(path="f", sha256="0", size=1, rows=1)
        whole = {
            "force": "kent", "kind": Supplied.STREET, "published": Month(2026, 10), "loaded_at": NOW, "source": "a.zip",
            "rows": 9, "records": 9, "unplaced": 0, "rejects": {}, "categories": {}, "file": ref, "member": ref,
            "reject_file": None,
        }  # fmt: skip
        return Manifest(publications=tuple(Publication(month=Month.parse(one), content=one, **whole) for one in months))

    return made
