"""Subscriptions: how many mails a stranger can have sent, how long a wish waits, and what a change of keys leaves."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from api.publish import subscription
from api.publish.database import Updates
from api.publish.job import JOBS, SENT_DAYS, do_jobs
from api.publish.letter import Letter
from api.publish.secret import Secrets
from api.publish.staff_table import OUTBOX, SUBSCRIPTION
from api.publish.subscription import Often, Wish
from api.settings import ApiSettings
from geo.errors import DamagedFile
from geo.neighbourhood import NeighbourhoodRef

OLD, NEW = "o" * 32, "n" * 32
SECRETS = Secrets((OLD,))
NOW = datetime.now(UTC)


@pytest.fixture
def kept(updates: Updates) -> Updates:
    updates.migrate()
    return updates


def ask(
    updates: Updates, address: str = "a@example.org", neighbourhood: str = "A1", now: datetime = NOW,
    secrets: Secrets = SECRETS, per_hour: int = 99, often: Often = Often.AT_ONCE,
) -> bool:  # fmt: skip
    wish = Wish(NeighbourhoodRef("kent", neighbourhood), address, often, False, "en")
    return subscription.ask(updates, secrets, wish, lambda _: Letter("Confirm", "Words"), per_hour, now)


def mails(updates: Updates) -> int:
    with updates.reading() as connection:
        return connection.scalar(select(func.count()).select_from(OUTBOX)) or 0


def test_to_one_address_go_three_in_an_hour_and_six_in_a_day_in_whatever_letters(kept: Updates) -> None:
    for address in ("a@example.org", "A@example.org"):
        for number in range(4):
            assert ask(kept, address, f"A{number}")  # and nobody learns of it
    assert mails(kept) == 3
    with kept.writing() as connection:
        connection.execute(update(OUTBOX).values(created_at=NOW - timedelta(hours=2)))
    for number in range(4, 9):
        assert ask(kept, neighbourhood=f"A{number}")
    assert mails(kept) == 6
    with kept.writing() as connection:
        connection.execute(update(OUTBOX).values(created_at=NOW - timedelta(hours=2)))
    assert ask(kept, neighbourhood="A9")
    assert mails(kept) == 6
    assert ask(kept, "b@example.org")
    assert mails(kept) == 7


def test_the_hour_is_full_for_everybody_at_the_limit_that_is_set(kept: Updates) -> None:
    assert ask(kept, per_hour=1)
    assert not ask(kept, "b@example.org", per_hour=1)


def test_what_nobody_confirmed_is_let_go_after_forty_eight_hours_with_its_mail(kept: Updates) -> None:
    ask(kept)
    ask(kept, "b@example.org")
    with kept.reading() as connection:
        first = connection.scalars(select(SUBSCRIPTION.c.id).order_by(SUBSCRIPTION.c.id)).first()
    assert first is not None
    assert subscription.confirm(kept, first, NOW) is not None
    do_jobs(kept, ApiSettings(), NOW + timedelta(hours=47, minutes=59))
    assert mails(kept) == 2
    do_jobs(kept, ApiSettings(), NOW + timedelta(hours=48))
    assert mails(kept) == 1
    with kept.reading() as connection:
        assert connection.scalars(select(SUBSCRIPTION.c.id)).all() == [first]


def test_asking_again_before_confirming_changes_the_wish_and_does_not_lengthen_it(kept: Updates) -> None:
    ask(kept)
    ask(kept, often=Often.WEEKLY, now=NOW + timedelta(hours=47))
    with kept.reading() as connection:
        [row] = connection.execute(select(SUBSCRIPTION)).all()
    assert (row.often, row.created_at) == ("weekly", NOW)
    assert subscription.confirm(kept, row.id, NOW + timedelta(hours=48)) is None


def test_confirming_twice_begins_once(kept: Updates) -> None:
    ask(kept)
    assert subscription.confirm(kept, 1, NOW) is not None
    assert subscription.confirm(kept, 1, NOW + timedelta(days=9)) is not None
    with kept.reading() as connection:
        assert connection.scalar(select(SUBSCRIPTION.c.confirmed_at)) == NOW


def test_new_keys_find_the_same_address_and_read_old_links_and_addresses(kept: Updates) -> None:
    ask(kept)
    both = Secrets((NEW, OLD))
    ask(kept, secrets=both)
    with kept.reading() as connection:
        [row] = connection.execute(select(SUBSCRIPTION)).all()
    assert both.show(row.address) == "a@example.org"
    assert subscription.id_to_manage(both, subscription.token_to_manage(SECRETS, row.id)) == row.id
    assert subscription.id_to_manage(SECRETS, subscription.token_to_manage(both, row.id)) is None


def test_no_strangers_wish_makes_a_database(updates: Updates) -> None:
    with pytest.raises(DamagedFile):
        ask(updates)
    assert updates.schema() is None


def test_what_was_sent_is_known_for_ninety_days(kept: Updates) -> None:
    ask(kept)
    subscription.confirm(kept, 1, NOW)
    with kept.writing() as connection:
        connection.execute(update(OUTBOX).values(sent_at=NOW))
    do_jobs(kept, ApiSettings(), NOW + timedelta(days=SENT_DAYS))
    assert mails(kept) == 1
    do_jobs(kept, ApiSettings(), NOW + timedelta(days=SENT_DAYS, seconds=1))
    assert mails(kept) == 0


def test_a_job_that_fails_keeps_no_other_back(kept: Updates) -> None:
    def fail(_updates: Updates, _settings: ApiSettings, _now: datetime) -> None:
        raise DamagedFile("It cannot be read.")

    ask(kept)
    do_jobs(kept, ApiSettings(), NOW + timedelta(hours=48), (fail, *JOBS))
    assert mails(kept) == 0


def test_without_a_database_no_job_makes_one(updates: Updates) -> None:
    do_jobs(updates, ApiSettings(), NOW)
    assert updates.schema() is None
