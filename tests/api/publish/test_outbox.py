"""The queue of e-mails: told once, leased, tried again, given up."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from api.publish import outbox
from api.publish.database import Updates
from api.publish.mail_address import mail_address
from api.publish.secret import Secrets
from api.publish.staff_table import OUTBOX
from geo.errors import Busy, UnreadableSource

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SECRETS = Secrets(("k" * 32,))


@pytest.fixture(autouse=True)
def _tables(updates: Updates) -> None:
    updates.migrate()


def put(updates: Updates, reference: str = "answer/1", to: str = "resident@example.org", **more: str) -> bool:
    said = {"subject": "An answer", "body": "You asked. We answer.", **more}
    with updates.writing() as connection:
        return outbox.enqueue(connection, SECRETS, reference, to, said["subject"], said["body"], {}, NOW)


def row(updates: Updates) -> dict[str, object]:
    with updates.reading() as connection:
        return dict(connection.execute(select(OUTBOX)).mappings().one())


def test_what_has_the_same_reference_is_told_once(updates: Updates) -> None:
    assert put(updates) is True
    assert put(updates, subject="Again") is False
    assert row(updates)["subject"] == "An answer"


def test_a_mail_of_a_transaction_that_fails_is_never_sent(updates: Updates) -> None:
    def answer() -> None:
        with updates.writing() as connection:
            outbox.enqueue(connection, SECRETS, "answer/1", "resident@example.org", "An answer", "Words", {}, NOW)
            raise Busy

    with pytest.raises(Busy):
        answer()
    assert outbox.take(updates, "one", NOW) == []


def test_neither_address_nor_text_lies_in_the_database_in_clear(updates: Updates) -> None:
    put(updates, body="Your question about the alley")
    held = repr(row(updates)).encode()
    if updates.path is not None:
        updates.close()
        with sqlite3.connect(updates.path) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        held += b"".join(path.read_bytes() for path in updates.path.parent.glob("updates.db*"))
    assert b"answer/1" in held
    assert b"resident" not in held
    assert b"alley" not in held
    [taken] = outbox.take(updates, "one", NOW)
    assert SECRETS.show(taken.address) == "resident@example.org"


def test_a_mail_is_leased_to_one_and_free_again_when_the_lease_ends(updates: Updates) -> None:
    put(updates)
    [first] = outbox.take(updates, "one", NOW)
    assert outbox.take(updates, "two", NOW + outbox.LEASE - timedelta(seconds=1)) == []
    [again] = outbox.take(updates, "two", NOW + outbox.LEASE)
    assert again.message_id == first.message_id
    assert (first.tries, again.tries) == (1, 2)


def test_a_mail_that_is_not_due_waits(updates: Updates) -> None:
    put(updates)
    assert outbox.take(updates, "one", NOW - timedelta(seconds=1)) == []


def test_several_are_taken_in_the_order_in_which_they_became_due(updates: Updates) -> None:
    for number in range(3):
        put(updates, f"answer/{number}")
    assert [one.reference for one in outbox.take(updates, "one", NOW, 2)] == ["answer/0", "answer/1"]
    assert [one.reference for one in outbox.take(updates, "two", NOW, 2)] == ["answer/2"]


def test_what_was_sent_keeps_its_reference_and_loses_address_and_text(updates: Updates) -> None:
    put(updates)
    [taken] = outbox.take(updates, "one", NOW)
    outbox.done(updates, taken, NOW)
    held = row(updates)
    assert (held["sent_at"], held["address"], held["body"]) == (NOW, "", "")
    assert put(updates) is False
    assert outbox.take(updates, "one", NOW + timedelta(days=9)) == []


def test_each_failure_waits_twice_as_long_and_the_last_ends_it(updates: Updates) -> None:
    put(updates)
    now, waits = NOW, []
    for _ in range(outbox.MOST_TRIES - 1):
        [taken] = outbox.take(updates, "one", now)
        assert outbox.failed(updates, taken, now, "451") is False
        due = row(updates)["due_at"]
        assert isinstance(due, datetime)
        waits.append(due - now)
        now = due
    assert waits[:4] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4), timedelta(minutes=8)]
    assert waits[-1] == outbox.LONGEST_WAIT
    assert timedelta(days=1) < sum(waits, timedelta()) < timedelta(days=3)
    [taken] = outbox.take(updates, "one", now)
    assert outbox.failed(updates, taken, now, "451") is True
    assert row(updates)["given_up_at"] == now
    assert row(updates)["address"] == ""


def test_what_is_refused_for_good_is_not_tried_again(updates: Updates) -> None:
    put(updates)
    [taken] = outbox.take(updates, "one", NOW)
    assert outbox.failed(updates, taken, NOW, "550", for_good=True) is True
    assert outbox.take(updates, "one", NOW + timedelta(days=9)) == []


def test_a_mail_server_that_is_away_costs_no_try(updates: Updates) -> None:
    put(updates)
    [taken] = outbox.take(updates, "one", NOW)
    outbox.give_back(updates, taken, "unreachable")
    [again] = outbox.take(updates, "one", NOW)
    assert again.tries == 1


def test_what_was_closed_long_ago_is_let_go(updates: Updates) -> None:
    put(updates)
    put(updates, "answer/2")
    [taken] = outbox.take(updates, "one", NOW)
    outbox.done(updates, taken, NOW)
    assert outbox.prune(updates, NOW) == 0
    assert outbox.prune(updates, NOW + timedelta(seconds=1)) == 1
    assert row(updates)["reference"] == "answer/2"


@pytest.mark.parametrize(
    "more",
    [
        {"to": "a@example.org\r\nBcc: everybody@example.org"},
        {"subject": "News\nBcc: everybody@example.org"},
        {"subject": "News\u2028Bcc: everybody@example.org"},
    ],
    ids=["in the address", "in the subject", "by a line separator"],
)
def test_a_header_cannot_be_smuggled_in(updates: Updates, more: dict[str, str]) -> None:
    with pytest.raises(UnreadableSource):
        put(updates, **more)
    with updates.writing() as connection, pytest.raises(UnreadableSource):
        outbox.enqueue(connection, SECRETS, "a", "a@example.org", "News", "Words", {"X-One": "1\r\nBcc: b@c.de"}, NOW)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" Rhys.Ap@Example.ORG ", "Rhys.Ap@example.org"),
        ("o'brien+area@mail.example.co.uk", "o'brien+area@mail.example.co.uk"),
        ("post@bücher.example", "post@xn--bcher-kva.example"),
    ],
)
def test_an_address_is_taken_as_people_write_it(typed: str, address: str) -> None:
    assert mail_address(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "", "nobody", "@example.org", "a@", "a@localhost", "a b@example.org", "a@example.org, b@example.org",
        "Name <a@example.org>", "a@example.org\r\nBcc: b@example.org", "a@exam\nple.org", "a..b@example.org",
        "a@-x.org", "a@[127.0.0.1]", "a@127.0.0.1", f"{'a' * 65}@example.org", f"a@{'b.' * 130}org",
        '"a b"@example.org',
    ],
)  # fmt: skip
def test_what_is_no_single_address_is_refused(typed: str) -> None:
    with pytest.raises(UnreadableSource):
        mail_address(typed)
