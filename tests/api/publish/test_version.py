"""Whether what is published has changed: one value, asked every second."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.publish.database import Updates
from api.publish.feedback import FeedbackKind, Message, keep
from api.publish.item.kind import Kind
from api.publish.item.put import put, remove
from api.publish.item.written import WrittenLink
from api.publish.policy import COMMAND, Where
from api.publish.version import UpdatesVersion

A1 = Where("kent", "A1")
LINK = WrittenLink(title="Council", url="https://council.example/")


@pytest.fixture
def version(updates: Updates) -> Iterator[UpdatesVersion]:
    updates.migrate()
    found = UpdatesVersion(updates)
    yield found
    if found._watching is not None:
        found._watching.close()


def publish(updates: Updates) -> None:
    with updates.writing() as connection:
        put(connection, COMMAND, A1, "l1", LINK)


def test_it_is_another_after_each_change_and_the_same_until_the_next(updates: Updates, version: UpdatesVersion) -> None:
    seen = [version.now()]
    publish(updates)
    seen.append(version.now())
    publish(updates)  # the same again changes nothing
    assert version.now() == seen[-1]
    with updates.writing() as connection:
        remove(connection, COMMAND, A1, Kind.LINK, "l1")
    seen.append(version.now())
    assert len(set(seen)) == 3


def test_what_a_reader_sends_changes_no_page(updates: Updates, version: UpdatesVersion) -> None:
    publish(updates)
    before = version.now()
    keep(updates, Message(FeedbackKind.WRONG, "/find", "Wrong", "en"), per_hour=9, days=9, now=datetime.now(UTC))
    assert version.now() == before


@pytest.mark.parametrize("updates_settings", ["sqlite"], indirect=True)
def test_a_copy_that_is_brought_back_is_another(updates: Updates, version: UpdatesVersion, tmp_path: Path) -> None:
    publish(updates)
    updates.close()
    shutil.copy(tmp_path / "updates.db", tmp_path / "copy.db")
    before = version.now()
    (tmp_path / "copy.db").replace(tmp_path / "updates.db")
    assert version.now() != before
