"""Signed-in staff: a session is a row here and a random token in a cookie, so it can be listed and ended at once."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, delete, insert, select, update

from api.publish.account import accesses_of
from api.publish.database import Updates
from api.publish.policy import Actor
from api.publish.staff_table import ACCOUNT, SESSION

SEEN_EVERY = timedelta(minutes=1)  # how exactly the last sign of life is known
KEPT = timedelta(days=30)  # an ended session, for its owner to look at


@dataclass(frozen=True, slots=True)
class Session:
    """A session that holds.

    Attributes:
        id: names it on pages; opens nothing.
        account_id: whose.
        actor: the same as who does something.
        csrf: what every form of it must carry.
    """

    id: int
    account_id: int
    actor: Actor
    csrf: str


@dataclass(frozen=True, slots=True)
class SessionAbout:
    """What its owner sees of a session."""

    id: int
    browser: str | None
    created_at: datetime
    seen_at: datetime
    ended_at: datetime | None


def begin(connection: Connection, account_id: int, browser: str | None, now: datetime) -> str:
    """Open a session, always a new one; the token to hand out, of which only a hash is kept."""
    token = secrets.token_urlsafe(32)
    opened = {"account_id": account_id, "csrf": secrets.token_urlsafe(32), "browser": browser}
    connection.execute(delete(SESSION).where(SESSION.c.seen_at < now - KEPT))
    connection.execute(insert(SESSION).values(token_hash=hash_of(token), created_at=now, seen_at=now, **opened))
    return token


def find(updates: Updates, token: str, now: datetime, idle: timedelta, longest: timedelta) -> Session | None:
    """The session of a token, where it holds; it then counts as seen.

    Args:
        updates: where.
        token: as handed out.
        now: the moment.
        idle: after so long unseen it ends.
        longest: after so long it ends in any case.
    """
    held = SESSION.c
    asked = (
        select(held.id, held.account_id, held.csrf, held.seen_at, ACCOUNT.c.name)
        .join_from(SESSION, ACCOUNT)
        .where(held.token_hash == hash_of(token), held.ended_at.is_(None), ACCOUNT.c.disabled_at.is_(None))
        .where(held.seen_at > now - idle, held.created_at > now - longest)
    )
    with updates.reading() as connection:
        row = connection.execute(asked).one_or_none()
        if row is None:
            return None
        actor = Actor("account", str(row.account_id), row.name, accesses_of(connection, row.account_id))
    if row.seen_at < now - SEEN_EVERY:
        with updates.writing() as connection:
            connection.execute(update(SESSION).where(held.id == row.id, held.ended_at.is_(None)).values(seen_at=now))
    return Session(row.id, row.account_id, actor, row.csrf)


def sessions_of(connection: Connection, account_id: int) -> list[SessionAbout]:
    """The sessions of an account, last seen first."""
    held = SESSION.c
    asked = select(held.id, held.browser, held.created_at, held.seen_at, held.ended_at).order_by(held.seen_at.desc())
    return [SessionAbout(*row) for row in connection.execute(asked.where(held.account_id == account_id))]


def end(connection: Connection, account_id: int, now: datetime, session_id: int | None = None) -> int:
    """End one session of an account, or all of them; how many held until now."""
    held = update(SESSION).where(SESSION.c.account_id == account_id, SESSION.c.ended_at.is_(None))
    if session_id is not None:
        held = held.where(SESSION.c.id == session_id)
    return connection.execute(held.values(ended_at=now)).rowcount


def hash_of(token: str) -> str:
    """What is kept of a random token: nobody can work it out from this, so no salt is needed."""
    return sha256(token.encode()).hexdigest()
