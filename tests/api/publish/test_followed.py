"""What is followed by feeds, and which pictures are public, on either database."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert

from api.publish import content
from api.publish.database import Updates
from api.publish.item.put import put
from api.publish.item.written import Written, WrittenAction, WrittenAnswer, WrittenEvent, WrittenNews, WrittenPriority
from api.publish.policy import COMMAND, Where
from api.publish.table import PICTURE
from api.queries.feed import feed_of, feed_revision

A1, A2 = Where("kent", "A1"), Where("kent", "A2")
NOON, TODAY = datetime(2040, 7, 1, 12, tzinfo=UTC), date(2040, 7, 1)
WALL = datetime.fromisoformat("2040-06-30T18:00")


@pytest.fixture
def publish(updates: Updates) -> Callable[..., None]:
    updates.migrate()

    def run(external_id: str, written: Written, where: Where = A1, part_of: str | None = None) -> None:
        with updates.writing() as connection:
            put(connection, COMMAND, where, external_id, written, part_of=part_of)

    return run


def test_a_feed_has_each_kind_of_its_own_place_newest_first(updates: Updates, publish: Callable[..., None]) -> None:
    publish("n1", WrittenNews(title="News", text="x", issued_at=WALL))
    publish("n2", WrittenNews(title="Other", text="x", issued_at=WALL), A2)
    publish("p1", WrittenPriority(issue="Speeding", issued_at=WALL))
    publish("a1", WrittenAction(action="Stood", acted_at=WALL + timedelta(hours=1)), A1, "p1")
    publish("q1", WrittenAnswer(question="Why?", answer="So", answered_at=WALL + timedelta(hours=2)))
    publish("e1", WrittenEvent(title="Surgery", starts_at=WALL + timedelta(days=9)))
    publish("e2", WrittenEvent(title="Over", starts_at=WALL - timedelta(days=9)))
    found = [type(one.record).__name__ for one in feed_of(updates, A1, TODAY, NOON)]
    assert found == ["Answer", "Action", "News", "Event"]
    assert len(feed_of(updates, Where("kent"), TODAY, NOON)) == 5


def test_a_feed_is_another_when_a_moment_comes_and_says_when_that_was(
    updates: Updates, publish: Callable[..., None]
) -> None:
    publish("n1", WrittenNews(title="News", text="x", issued_at=WALL, shown_from=NOON))
    before, after = (feed_revision(updates, A1, NOON + timedelta(minutes=minutes)) for minutes in (-1, 1))
    assert (before[0] == after[0], after[1]) == (False, NOON)
    assert [len(feed_of(updates, A1, TODAY, NOON + timedelta(minutes=minutes))) for minutes in (-1, 1)] == [0, 1]


def test_a_picture_is_public_for_as_long_as_what_shows_it(updates: Updates, publish: Callable[..., None]) -> None:
    updates.migrate()
    with updates.writing() as connection:
        told = {"media_type": "image/jpeg", "width": 4, "height": 3, "taken_in_at": NOON}
        connection.execute(insert(PICTURE).values(id="p", content=b"\xff\xd8", **told))
    publish("n1", WrittenNews(title="N", text="x", issued_at=WALL, picture_id="p", picture_alt="x", shown_until=NOON))
    with updates.reading() as connection:
        shown = [content.picture_shown(connection, "p", NOON + timedelta(minutes=minutes)) for minutes in (-1, 0)]
    assert shown == [("image/jpeg", b"\xff\xd8"), None]
