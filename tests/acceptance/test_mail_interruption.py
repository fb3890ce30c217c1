"""A sender that is killed again and again: no mail is lost, and at most one comes twice for each kill."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import func, insert, select

from api.publish.database import Updates, open_updates
from api.publish.item.put import put
from api.publish.item.written import WrittenNews
from api.publish.policy import COMMAND, Where
from api.publish.secret import secrets_of
from api.publish.staff_table import OUTBOX, SUBSCRIPTION
from api.settings import ApiSettings

pytestmark = pytest.mark.alone

MAILS, KILLS = 200, 8
# what `yourarea mail` runs, but that what a killed one had in hand is free again after a second
SENDER = """
import asyncio, threading
from datetime import timedelta
from api.publish.post import post_of
from api.settings import ApiSettings
from yourarea.mail_job import MailWork
settings = ApiSettings()
asyncio.run(MailWork(settings, post_of(settings), timedelta(seconds=1)).until(threading.Event()))
"""


def subscribed(settings: ApiSettings) -> Updates:
    """A database in which two hundred people wait for one update."""
    updates, secrets, then = open_updates(settings), secrets_of(settings), datetime.now(UTC) - timedelta(hours=1)
    updates.migrate()
    told = {
        "force_id": "kent", "neighbourhood_id": "A1", "often": "at-once", "language": "en", "created_at": then,
        "confirmed_at": then, "told_until": then,
    }  # fmt: skip
    people = [f"resident{number}@example.org" for number in range(MAILS)]
    with updates.writing() as connection:
        rows = [{"address": secrets.hide(one), "address_hash": secrets.digest(one), **told} for one in people]
        connection.execute(insert(SUBSCRIPTION), rows)
        news = WrittenNews(title="Lights", text="Mended.", issued_at=datetime(2026, 11, 2, 19, 0))  # noqa: DTZ001
        put(connection, COMMAND, Where("kent", "A1"), "n1", news)
    return updates


def waiting(updates: Updates) -> int:
    with updates.reading() as connection:
        queued = connection.scalar(select(func.count()).select_from(OUTBOX)) or 0
        closed = select(func.count()).where(OUTBOX.c.sent_at.is_not(None))
        return max(MAILS, queued) - (connection.scalar(closed) or 0)


def test_a_sender_that_is_killed_during_two_hundred_mails_loses_none(tmp_path: Path, mailbox: Any) -> None:
    settings = ApiSettings(
        data_dir=tmp_path, smtp_url=SecretStr(mailbox.url), mail_from="news@a.example", public_url="https://a.example"
    )
    updates = subscribed(settings)
    told = {
        "YOURAREA_DATA_DIR": str(tmp_path), "YOURAREA_SMTP_URL": mailbox.url, "YOURAREA_MAIL_FROM": "news@a.example",
        "YOURAREA_PUBLIC_URL": "https://a.example",
    }  # fmt: skip
    chance, kills, ends = random.Random(5), 0, time.monotonic() + 240
    while waiting(updates) and time.monotonic() < ends:
        sender = subprocess.Popen([sys.executable, "-c", SENDER], env={**os.environ, **told})
        goal = len(mailbox.mails) + chance.randint(1, 15)
        in_between = kills % 2 == 0  # the server has taken the mail, and its sender does not know

        def kill(process: subprocess.Popen[bytes] = sender, at: int = goal) -> None:
            if len(mailbox.mails) == at:
                process.send_signal(signal.SIGKILL)

        mailbox.taken = kill if in_between and kills < KILLS else lambda: None
        while sender.poll() is None and waiting(updates):
            time.sleep(chance.random() / 50)
            if kills < KILLS and not in_between and len(mailbox.mails) >= goal:
                sender.send_signal(signal.SIGKILL)
        if sender.poll() is None:
            sender.kill()
        if sender.wait() == -signal.SIGKILL and waiting(updates):
            kills += 1
    updates.close()
    counted = mailbox.counted
    twice = sum(counted.values()) - len(counted)
    assert kills == KILLS
    assert len(counted) == MAILS
    assert {mail["To"] for mail in mailbox.mails} == {f"resident{number}@example.org" for number in range(MAILS)}
    assert 1 <= twice <= kills  # those that were killed between the two came again, or this test would see nothing
