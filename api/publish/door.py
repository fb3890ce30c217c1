"""Coming in and going out: who signs in, by what, with which session; and who was refused, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from api.publish import account, session
from api.publish.account import Account
from api.publish.audit import note
from api.publish.database import Updates
from api.publish.policy import VISITOR, Access, Actor, Where, forces_of
from api.publish.secret import Secrets
from api.publish.staff_table import ACCOUNT, SESSION
from api.publish.throttle import Attempt, Throttle, few

NOTED_OF_NOBODY = 100  # refused logins that nobody has are written down, in an hour: the audit must not be filled so
LONGEST_PASSWORD = 1_000  # characters; more is no password


@dataclass(frozen=True, slots=True)
class Entry:
    """How a try to come in went.

    Attributes:
        token: of the new session; `None` where nobody came in.
        account: whose it is, where the password or provider was right.
        wait: how long the next try must wait.
    """

    token: str | None = None
    account: Account | None = None
    wait: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Browser:
    """Where somebody signs in.

    Attributes:
        name: what it calls itself, for its owner to know it by.
        source: what guessers are told apart by.
        held: the token of a session that it has already, which ends.
    """

    name: str | None
    source: str
    held: str | None = None


def by_password(
    updates: Updates, secrets: Secrets, login: str, password: str, browser: Browser, now: datetime
) -> Entry:
    """Let somebody in by a password. The answer is the same, and as slow, whether there is such a login or not."""
    throttle = Throttle(secrets, login, browser.source)
    with updates.writing() as connection:
        attempt = throttle.begin(connection, now)
    if attempt.wait > timedelta(0):
        return Entry(wait=attempt.wait)
    with updates.reading() as connection:
        found = account.verified(connection, login, password[:LONGEST_PASSWORD])
    with updates.writing() as connection:
        if found is None:
            _note_wrong(connection, secrets, login, attempt, now)
            return Entry()
        throttle.succeed(connection, attempt)
        return _enter(connection, found, browser, {"by": "password"}, now)


def by_provider(updates: Updates, claimed: "Claimed", browser: Browser, now: datetime) -> Entry:
    """Let somebody in whom their force's identity provider signed in."""
    with updates.writing() as connection:
        found = account.claim(
            connection, claimed.provider, claimed.subject, claimed.name, claimed.email, claimed.accesses
        )
        return _enter(connection, found, browser, {"by": claimed.provider}, now)


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a provider says of somebody, once that was found to be true.

    Attributes:
        provider: its id.
        subject: the provider's own id of them.
        name: of the person.
        email: of the person, where it says so.
        accesses: the roles that its claims give.
    """

    provider: str
    subject: str
    name: str
    email: str | None
    accesses: tuple[Access, ...]


def refuse(updates: Updates, secrets: Secrets, where: Where, told: Mapping[str, Any], now: datetime) -> None:
    """Write down that somebody who came from a force's provider, or says so, was not let in."""
    with updates.writing() as connection:
        if few(connection, secrets, f"provider {where.force_id}", NOTED_OF_NOBODY, now):
            note(connection, VISITOR, "sign-in-refused", where, after=dict(told))


def leave(connection: Connection, token: str, now: datetime) -> bool:
    """End the session of a token; whether it held."""
    held = SESSION.c
    ended = connection.execute(
        update(SESSION)
        .where(held.token_hash == session.hash_of(token), held.ended_at.is_(None))
        .values(ended_at=now)
        .returning(held.account_id)
    ).one_or_none()
    if ended is None:
        return False
    whose = account.account(connection, ended.account_id)
    if whose is not None:
        _note(connection, whose.actor, "sign-out", whose, None)
    return True


def _enter(connection: Connection, found: Account, browser: Browser, how: Mapping[str, Any], now: datetime) -> Entry:
    if found.disabled_at is not None or not found.accesses:
        why = "disabled" if found.disabled_at is not None else "no role"
        _note(connection, VISITOR, "sign-in-refused", found, {**how, "why": why})
        return Entry(account=found)
    if browser.held:
        leave(connection, browser.held, now)
    token = session.begin(connection, found.id, browser.name, now)
    roles = [_told(one) for one in found.accesses]
    _note(connection, found.actor, "sign-in", found, {**how, "browser": browser.name, "roles": roles})
    return Entry(token, found)


def _note_wrong(connection: Connection, secrets: Secrets, login: str, attempt: Attempt, now: datetime) -> None:
    """A wrong password of somebody's is written down, and a login that nobody has too, but never what was typed."""
    told = {"by": "password"}
    number = connection.scalar(select(ACCOUNT.c.id).where(ACCOUNT.c.login == login.strip().casefold()))
    if number is None:
        if few(connection, secrets, "nobody", NOTED_OF_NOBODY, now):
            note(connection, VISITOR, "sign-in-refused", after=told | {"why": "no such login"})
        return
    whose = account.account(connection, number)
    if whose is not None and not attempt.besieged:
        why = "disabled" if whose.disabled_at is not None else "wrong password"
        _note(connection, VISITOR, "sign-in-refused", whose, told | {"why": why})


def _note(connection: Connection, by: Actor, deed: str, whose: Account, after: Mapping[str, Any] | None) -> None:
    """In each force where the account has a role, so that each force's administrators read it."""
    for where in forces_of(whose.accesses):
        note(connection, by, deed, where, "account", str(whose.id), after=after)


def _told(access: Access) -> str:
    places = (access.where.force_id, access.where.neighbourhood_id)
    return " ".join((access.role, "/".join(one for one in places if one is not None))).strip()
