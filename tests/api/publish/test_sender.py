"""Sending: to a real mail server, the same Message-ID at every try, each refusal taken for what it is."""

import asyncio
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Connection, insert, select

from api.publish import outbox
from api.publish.database import Updates
from api.publish.letter import Letter, message_of
from api.publish.outbox import Taken
from api.publish.post import Fate, Post, post_of
from api.publish.secret import Secrets
from api.publish.sender import Sender
from api.publish.staff_table import OUTBOX, SUBSCRIPTION
from api.settings import ApiSettings
from geo.errors import UnreadableSource

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SECRETS = Secrets(("k" * 32,))
RESIDENT = "resident@example.org"


@pytest.fixture(autouse=True)
def _tables(updates: Updates) -> None:
    updates.migrate()


@pytest.fixture
def post(mailbox: Any) -> Post:
    return made_post(mailbox.url)


def made_post(url: str) -> Post:
    found = post_of(
        ApiSettings(smtp_url=SecretStr(url), mail_from="Your Area <news@area.example>", public_url="https://a.example/")
    )
    assert found is not None
    return found


def nothing(_connection: Connection, _taken: Taken) -> Letter | None:
    return None


def put(updates: Updates, reference: str = "answer/1", to: str = RESIDENT, subscription: int | None = None) -> None:
    with updates.writing() as connection:
        body = "Helô.\n\nDarllenwch https://a.example/tŷ"
        outbox.enqueue(connection, SECRETS, reference, to, "Newyddion o'ch ŵyl", body, {}, NOW, subscription)


def subscribe(updates: Updates) -> int:
    row = {
        "force_id": "testshire", "neighbourhood_id": "T1", "address": SECRETS.hide(RESIDENT), "address_hash": "h",
        "often": "at-once", "language": "en", "created_at": NOW, "confirmed_at": NOW, "told_until": NOW,
    }  # fmt: skip
    with updates.writing() as connection:
        return connection.execute(insert(SUBSCRIPTION).values(**row).returning(SUBSCRIPTION.c.id)).scalar_one()


def send(updates: Updates, post: Post, now: datetime = NOW, compose: object = nothing) -> Fate | None:
    async def once() -> Fate | None:
        sender = Sender(updates, SECRETS, post, compose, "one")
        fate = await sender.send_next(now)
        await sender.hang_up()
        return fate

    return asyncio.run(once())


def rows(updates: Updates) -> list[dict[str, object]]:
    with updates.reading() as connection:
        return [dict(row) for row in connection.execute(select(OUTBOX)).mappings()]


def test_a_mail_arrives_in_plain_text_and_html_with_its_words_whole(updates: Updates, post: Post, mailbox: Any) -> None:
    put(updates)
    assert send(updates, post) is Fate.DELIVERED
    [mail] = mailbox.mails
    assert (mail["To"], mail["From"]) == (RESIDENT, "Your Area <news@area.example>")
    assert mail["Subject"] == "Newyddion o'ch ŵyl"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == f"<{rows(updates)[0]['message_id']}@area.example>"
    plain, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert "Helô.\n" in plain.replace("\r\n", "\n")
    assert '<a href="https://a.example/tŷ">https://a.example/tŷ</a>' in html
    assert send(updates, post) is None


def test_nothing_of_what_is_told_becomes_markup_and_nothing_is_loaded() -> None:
    letter = Letter("News", "<img src=x onerror=alert(1)> & https://a.example/?a=1&b=<script>")
    mail = message_of(letter, "a@b.example", RESIDENT, "1@b.example", NOW).decode()
    html = mail.partition("text/html")[2]
    assert "<img" not in html
    assert "<script" not in html
    assert "&lt;img src" in html


def test_a_long_link_in_the_head_stays_as_it_is() -> None:
    link = f"<https://a.example/subscription/{'x' * 300}/end>"
    mail = message_of(Letter("News", "Words", {"List-Unsubscribe": link}), "a@b.example", RESIDENT, "1@b.example", NOW)
    assert f"List-Unsubscribe: {link}\r\n".encode() in mail


def test_a_mail_says_its_language_in_its_head_and_in_its_html() -> None:
    letter = Letter("Newyddion", "Helô", {"Content-Language": "cy"})
    head, _, rest = message_of(letter, "a@b.example", RESIDENT, "1@b.example", NOW).decode().partition("\r\n\r\n")
    assert "Content-Language: cy" in head
    assert '<html lang=3D"cy">' in rest


@pytest.mark.parametrize("name", ["List-Unsubscribe", "X-Any\r\nBcc: b@example.org"])
def test_a_head_with_a_line_too_many_is_never_sent(name: str) -> None:
    with pytest.raises(UnreadableSource):
        message_of(Letter("News", "Words", {name: "1\r\nBcc: b@example.org"}), "a@b.example", RESIDENT, "1@b.c", NOW)


@pytest.mark.parametrize(
    ("answer", "fate", "held"),
    [
        ("451 4.3.0 later", Fate.LATER, True),
        ("550 5.1.1 no such user", Fate.NO_SUCH_ADDRESS, False),
        ("550 5.7.1 not from you", Fate.LATER, True),
        ("550 relay not permitted", Fate.LATER, True),
    ],
    ids=["for now", "no such address", "against our policy", "a relay that is not ours"],
)
def test_a_refused_address_ends_its_subscription_only_where_it_is_the_address_that_is_wrong(
    updates: Updates, post: Post, mailbox: Any, answer: str, fate: Fate, held: bool
) -> None:
    put(updates, subscription=subscribe(updates))
    mailbox.answers[RESIDENT] = answer
    assert send(updates, post) is fate
    with updates.reading() as connection:
        assert (connection.scalar(select(SUBSCRIPTION.c.id)) is not None) is held
    if held:
        [row] = rows(updates)
        assert row["trouble"] == answer[:3]
        assert RESIDENT not in str(row)


def test_a_mail_that_is_refused_for_what_it_says_is_given_up_and_no_subscription_with_it(
    updates: Updates, post: Post, mailbox: Any
) -> None:
    put(updates, subscription=subscribe(updates))
    mailbox.data_answer = "554 5.6.0 no"
    assert send(updates, post) is Fate.REFUSED
    assert rows(updates)[0]["given_up_at"] == NOW
    with updates.reading() as connection:
        assert connection.scalar(select(SUBSCRIPTION.c.id)) is not None


def test_a_mail_that_was_refused_for_now_goes_later_under_the_same_message_id(
    updates: Updates, post: Post, mailbox: Any
) -> None:
    put(updates)
    before = rows(updates)[0]["message_id"]
    mailbox.data_answer = "451 later"
    assert send(updates, post) is Fate.LATER
    mailbox.data_answer = ""
    assert send(updates, post) is None
    assert send(updates, post, NOW + timedelta(minutes=1)) is Fate.DELIVERED
    assert mailbox.mails[0]["Message-ID"] == f"<{before}@area.example>"


def test_a_mail_server_that_is_away_loses_nothing_however_long(updates: Updates, unused: Callable[[], int]) -> None:
    put(updates)
    away = made_post(f"smtp+insecure://127.0.0.1:{unused()}")
    for day in range(40):
        assert send(updates, away, NOW + timedelta(days=day)) is Fate.AWAY
    [row] = rows(updates)
    assert (row["given_up_at"], row["tries"]) == (None, 0)


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_nothing_is_sent_in_clear_where_encryption_is_asked_for(updates: Updates, mailbox: Any, scheme: str) -> None:
    put(updates)
    assert send(updates, made_post(f"{scheme}://127.0.0.1:{mailbox.port}")) is Fate.AWAY
    assert mailbox.mails == []


def test_several_senders_on_one_database_send_each_mail_once(updates: Updates, post: Post, mailbox: Any) -> None:
    for number in range(40):
        put(updates, f"answer/{number}")

    async def work(name: str) -> None:
        sender = Sender(updates, SECRETS, post, nothing, name)
        while await sender.send_next(NOW) is not None:
            pass
        await sender.hang_up()

    threads = [Thread(target=lambda name=name: asyncio.run(work(name))) for name in ("one", "two", "three")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(mailbox.mails) == len(mailbox.counted) == 40


def test_what_has_nothing_to_tell_any_more_is_not_sent(updates: Updates, post: Post, mailbox: Any) -> None:
    with updates.writing() as connection:
        number = subscribe_in(connection)
        outbox.enqueue_told(connection, f"item/news/1/{number}", SECRETS.hide(RESIDENT), NOW, number)
    assert send(updates, post) is Fate.REFUSED
    assert mailbox.mails == []
    assert rows(updates)[0]["trouble"] == "nothing to tell"


def subscribe_in(connection: Connection) -> int:
    row = {
        "force_id": "testshire", "neighbourhood_id": "T1", "address": SECRETS.hide(RESIDENT), "address_hash": "h",
        "often": "at-once", "language": "en", "created_at": NOW,
    }  # fmt: skip
    return connection.execute(insert(SUBSCRIPTION).values(**row).returning(SUBSCRIPTION.c.id)).scalar_one()


def test_a_mail_whose_key_is_lost_is_given_up_and_holds_up_no_other(updates: Updates, post: Post, mailbox: Any) -> None:
    with updates.writing() as connection:
        lost = Secrets(("l" * 32,))
        outbox.enqueue(connection, lost, "answer/0", RESIDENT, "Old", "Words", {}, NOW - timedelta(hours=1))
    put(updates)
    assert [send(updates, post), send(updates, post)] == [Fate.REFUSED, Fate.DELIVERED]
    assert len(mailbox.mails) == 1


@pytest.fixture
def unused() -> Callable[[], int]:
    """A port on which nothing listens."""

    def port() -> int:
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            found: int = held.getsockname()[1]
            return found

    return port


@pytest.mark.parametrize(
    "settings",
    [
        {"smtp_url": "smtps://h.example"},
        {"smtp_url": "smtps://h.example", "mail_from": "a@b.example"},
        {"smtp_url": "http://h.example", "mail_from": "a@b.example", "public_url": "https://a.example"},
        {"smtp_url": "smtps:///", "mail_from": "a@b.example", "public_url": "https://a.example"},
        {"smtp_url": "smtps://h.example:x", "mail_from": "a@b.example", "public_url": "https://a.example"},
        {"smtp_url": "smtps://h.example", "mail_from": "nobody", "public_url": "https://a.example"},
        {"smtp_url": "smtps://h.example", "mail_from": "a@b.example\nBcc: c@d.example", "public_url": "https://a.example"},
    ],
    ids=["no sender", "no public address", "another scheme", "no host", "no port", "no address", "two lines"],
)  # fmt: skip
def test_settings_that_cannot_be_meant_are_refused(settings: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource):
        post_of(ApiSettings(data_dir=tmp_path, **settings))


def test_without_a_mail_server_none_is_sent() -> None:
    assert post_of(ApiSettings()) is None
    found = made_post("smtp://me%40a.example:p%2Fw@h.example")
    assert (found.port, found.username, found.password, found.encrypted) == (587, "me@a.example", "p/w", "smtp")
