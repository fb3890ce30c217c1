"""Tokens of a force's own systems: what publishes without a person, in one place, some kinds of things, for a time."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from api.publish.audit import note
from api.publish.database import Updates
from api.publish.item.kind import Kind
from api.publish.policy import Access, Actor, Role, Where
from api.publish.session import hash_of
from api.publish.staff_table import SERVICE_TOKEN
from geo.errors import YourAreaError

PREFIX = "ya_"  # so that programs which look for leaked keys can tell one
LONGEST = timedelta(days=400)  # a year, and some weeks to change it in
SUBMITS = "submission"  # what a token holds that sends in months of crime files, beside the kinds that it publishes
KINDS: tuple[str, ...] = (*Kind, SUBMITS)
USED_EVERY = timedelta(minutes=1)  # how exactly the latest use is known


class BadToken(YourAreaError, ValueError):
    """A token that cannot be made so."""


@dataclass(frozen=True, slots=True)
class TokenAbout:
    """What administrators see of a token; it itself is shown once, when it is made.

    Attributes:
        id: names it on pages; opens nothing.
        name: which system has it.
        where: where it publishes.
        kinds: what it publishes, of `KINDS`.
        created_at, created_by: since when it is there, and who made it.
        expires_at: from when on it opens nothing.
        used_at: its latest use, to the minute; `None` where it was never used.
        revoked_at: since when it opens nothing by somebody's word.
    """

    id: int
    name: str
    where: Where
    kinds: tuple[str, ...]
    created_at: datetime
    created_by: str
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None

    def holds(self, now: datetime) -> bool:
        """Whether it opens anything."""
        return self.revoked_at is None and self.expires_at > now


def make(
    connection: Connection,
    by: Actor,
    name: str,
    where: Where,
    kinds: Iterable[str],
    expires_at: datetime,
    now: datetime,
) -> str:
    """Make a token; what is returned is kept nowhere, only a hash of it.

    Args:
        connection: of a transaction.
        by: who makes it.
        name: which system it is for.
        where: the force or neighbourhood where it may publish.
        kinds: what it may publish, of `KINDS`.
        expires_at: from when on it opens nothing, `LONGEST` from now at the latest.
        now: the moment.

    Raises:
        BadToken: it has no name, no force, no kind, its time is past or too long, or it is of a neighbourhood and
            would send in crime files.
    """
    chosen = sorted(set(kinds))
    if not name.strip():
        raise BadToken("Say which system the token is for.")
    if not Access(Role.SERVICE, where).sound:
        raise BadToken("A token is of a force or of one of its neighbourhoods.")
    if not chosen:
        raise BadToken("Say what the token may publish.")
    if SUBMITS in chosen and where.neighbourhood_id is not None:
        raise BadToken("Only a token of the whole force can send in crime files.")
    if not now < expires_at <= now + LONGEST:
        raise BadToken("A token lasts %(most)s days at most.", most=LONGEST.days)
    token = PREFIX + secrets.token_urlsafe(32)
    said = {"name": name.strip(), "kinds": chosen}
    there = {"force_id": where.force_id, "neighbourhood_id": where.neighbourhood_id}
    made = {"token_hash": hash_of(token), "created_at": now, "created_by": by.name, "expires_at": expires_at}
    added = insert(SERVICE_TOKEN).values(**said, **there, **made).returning(SERVICE_TOKEN.c.id)
    number = connection.execute(added).scalar_one()
    note(connection, by, "make-token", where, "token", str(number), after=said | {"until": expires_at.isoformat()})
    return token


def find(updates: Updates, bearer: str, now: datetime) -> Actor | None:
    """Who a token is, where it holds: an actor of kind `token` with its place and its kinds. It then counts as used.

    Args:
        updates: where.
        bearer: the token, as handed out.
        now: the moment.
    """
    held = SERVICE_TOKEN.c
    asked = select(SERVICE_TOKEN).where(
        held.token_hash == hash_of(bearer), held.revoked_at.is_(None), held.expires_at > now
    )
    with updates.reading() as connection:
        row = connection.execute(asked).one_or_none()
    if row is None:
        return None
    if row.used_at is None or row.used_at < now - USED_EVERY:
        with updates.writing() as connection:
            connection.execute(update(SERVICE_TOKEN).where(held.id == row.id).values(used_at=now))
    access = Access(Role.SERVICE, Where(row.force_id, row.neighbourhood_id))
    return Actor("token", str(row.id), row.name, (access,), frozenset(row.kinds))


def tokens_of(connection: Connection, where: Where) -> list[TokenAbout]:
    """The tokens of a force, a neighbourhood or the nation, the newest first; those that open nothing any more too."""
    held = SERVICE_TOKEN.c
    asked = select(SERVICE_TOKEN).order_by(held.id.desc())
    if where.force_id is not None:
        asked = asked.where(held.force_id == where.force_id)
    if where.neighbourhood_id is not None:
        asked = asked.where(held.neighbourhood_id == where.neighbourhood_id)
    return [
        TokenAbout(
            row.id, row.name, Where(row.force_id, row.neighbourhood_id), tuple(row.kinds),
            row.created_at, row.created_by, row.expires_at, row.used_at, row.revoked_at,
        )
        for row in connection.execute(asked)
    ]  # fmt: skip


def revoke(connection: Connection, by: Actor, where: Where, token_id: int, now: datetime) -> bool:
    """Let a token open nothing from now on; whether there was one of that id in that force that did.

    Args:
        connection: of a transaction.
        by: who does it.
        where: the force that it must be of; the nation for any.
        token_id: which.
        now: the moment.
    """
    held = SERVICE_TOKEN.c
    asked = update(SERVICE_TOKEN).where(held.id == token_id, held.revoked_at.is_(None))
    if where.force_id is not None:
        asked = asked.where(held.force_id == where.force_id)
    row = connection.execute(
        asked.values(revoked_at=now).returning(held.name, held.force_id, held.neighbourhood_id)
    ).one_or_none()
    if row is None:
        return False
    there = Where(row.force_id, row.neighbourhood_id)
    note(connection, by, "revoke-token", there, "token", str(token_id), before={"name": row.name})
    return True
