"""`team`: accounts, their roles and sessions, and the audit."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import typer
from sqlalchemy import Connection, select

from api.publish import account, admission, audit, session
from api.publish.account import Account, BadAccount
from api.publish.database import Updates, open_updates
from api.publish.policy import COMMAND, Access, Role, Where
from api.publish.staff_table import ACCOUNT
from api.settings import ApiSettings
from geo.store.layout import DataFolder
from ingest.reference import register_of
from ingest.workspace import staged_manifest
from yourarea.screen import say, say_json, say_table, warn
from yourarea.setting import settings_of

_MOST_LINES = 1_000  # of the audit at once


@contextmanager
def updates_in(folder: DataFolder) -> Iterator[Updates]:
    """The updates database of a data folder, made or brought up to date where it is not."""
    folder.root.mkdir(parents=True, exist_ok=True)
    updates = open_updates(settings_of(ApiSettings, data_dir=folder.root))
    try:
        updates.bring_up_to_date()
        yield updates
    finally:
        updates.close()


def say_accounts(folder: DataFolder, force: str | None, as_json: bool) -> None:
    """List them."""
    with updates_in(folder) as updates, updates.reading() as connection:
        found = account.accounts(connection, Where(force))
    if as_json:
        say_json([_json(one) for one in found])
        return
    rows = [
        (one.id, one.name, one.login or f"by {one.provider}", "disabled" if one.disabled_at else "",
         ", ".join(access_text(access) for access in one.accesses) or "no role")
        for one in found
    ]  # fmt: skip
    say_table("Accounts", ("id", "name", "login", "", "roles"), [(str(row[0]), *row[1:]) for row in rows])


def add_account(folder: DataFolder, name: str, login: str, accesses: Sequence[str], from_stdin: bool) -> None:
    """Make a local account with some roles."""
    wanted = [_access_of(folder, *text.partition("@")[::2]) for text in accesses]
    password = _password(from_stdin)
    with updates_in(folder) as updates, updates.writing() as connection:
        number = account.add_local(connection, COMMAND, name, login, password)
        for access in wanted:
            admission.give(connection, COMMAND, number, access)
    say(f"Account {number}: {name.strip()}, login {login.strip().casefold()}.")


def change_password(folder: DataFolder, who: str, from_stdin: bool) -> None:
    """Give a local account another password; whoever knew the old one is signed out."""
    with updates_in(folder) as updates:
        with updates.reading() as connection:
            found = _account_of(connection, who)
        if found.login is None:
            raise BadAccount(f"{found.name} is signed in by {found.provider} and has no password here.")
        password = _password(from_stdin)
        with updates.writing() as connection:
            account.set_password(connection, COMMAND, found.id, found.login, password)
            session.end(connection, found.id, datetime.now(UTC))
    say(f"{found.name} has another password, and is signed out everywhere.")


def disable_account(folder: DataFolder, who: str) -> None:
    """Let an account open nothing."""
    with updates_in(folder) as updates, updates.writing() as connection:
        found = _account_of(connection, who)
        admission.close(connection, COMMAND, Where(), found.id, datetime.now(UTC))
    say(f"{found.name} can no longer sign in, and is signed out everywhere.")


def enable_account(folder: DataFolder, who: str) -> None:
    """Let it open again what it did."""
    with updates_in(folder) as updates, updates.writing() as connection:
        found = _account_of(connection, who)
        admission.reopen(connection, COMMAND, Where(), found.id)
    say(f"{found.name} can sign in again.")


def give_role(folder: DataFolder, who: str, role: str, place: str | None) -> None:
    """Give an account a role."""
    access = _access_of(folder, role, place or "")
    with updates_in(folder) as updates, updates.writing() as connection:
        found = _account_of(connection, who)
        admission.give(connection, COMMAND, found.id, access)
    say(f"{found.name} is {access_text(access)}.")


def take_role(folder: DataFolder, who: str, role: str, place: str | None) -> None:
    """Take a role from an account; of a force that is there no longer, too."""
    access = Access(_role_of(role), where_of(place or ""))
    with updates_in(folder) as updates, updates.writing() as connection:
        found = _account_of(connection, who)
        if access not in found.accesses:
            raise BadAccount(f"{found.name} is not {access_text(access)}.")
        admission.take(connection, COMMAND, found.id, access)
    say(f"{found.name} is no longer {access_text(access)}.")


def say_sessions(folder: DataFolder, who: str, ended: Sequence[int], all_of_them: bool, as_json: bool) -> None:
    """End some sessions, and list those that nobody ended.

    Raises:
        typer.Exit: with 1, there is no session of an id that was given.
    """
    now = datetime.now(UTC)
    with updates_in(folder) as updates, updates.writing() as connection:
        found = _account_of(connection, who)
        missing = [one for one in ended if not session.end(connection, found.id, now, one)]
        if len(missing) < len(ended):
            audit.note(connection, COMMAND, "end-sessions", None, "account", str(found.id))
        if all_of_them:
            admission.end_sessions(connection, COMMAND, Where(), found.id, now)
        held = [one for one in session.sessions_of(connection, found.id) if one.ended_at is None]
    if as_json:
        said = [(one.id, one.browser, one.created_at.isoformat(), one.seen_at.isoformat()) for one in held]
        say_json([dict(zip(("id", "browser", "created_at", "seen_at"), row, strict=True)) for row in said])
    elif not held:
        say(f"{found.name} is signed in nowhere.")
    else:
        rows = [(str(one.id), one.browser or "", f"{one.created_at:%Y-%m-%d %H:%M}", f"{one.seen_at:%Y-%m-%d %H:%M}")
                for one in held]  # fmt: skip
        say_table(f"Sessions of {found.name} (UTC)", ("id", "browser", "since", "seen"), rows)
    for one in missing:
        warn(f"There is no session {one} of {found.name} that holds.")
    if missing:
        raise typer.Exit(1)


def print_audit(folder: DataFolder, force: str | None) -> None:
    """Print it from the newest to the oldest, a page at a time: it may be long. A reader may stop reading."""
    below: int | None = None
    with updates_in(folder) as updates, updates.reading() as connection:
        try:
            while rows := audit.audit_of(connection, Where(force), below, _MOST_LINES):
                for row in rows:
                    sys.stdout.write(json.dumps(row.json(), ensure_ascii=False) + "\n")
                below = rows[-1].id
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains at its end


def where_of(place: str) -> Where:
    """A force, a neighbourhood, or for nothing the nation.

    >>> where_of("kent/A/1"), where_of("")
    (Where(force_id='kent', neighbourhood_id='A/1'), Where(force_id=None, neighbourhood_id=None))
    """
    force_id, _, neighbourhood_id = place.partition("/")
    return Where(force_id or None, neighbourhood_id or None)


def known_place(folder: DataFolder, place: str) -> Where:
    """The same, of a force that there is.

    Raises:
        UnknownForce: there is none of that id.
    """
    where = where_of(place)
    if where.force_id is not None:
        register_of(folder, staged_manifest(folder)).force(where.force_id)
    return where


def access_text(access: Access) -> str:
    """A role and its place as commands take and show them.

    >>> access_text(Access(Role.NEIGHBOURHOOD_EDITOR, Where("kent", "A1")))
    'neighbourhood-editor@kent/A1'
    """
    place = "/".join(one for one in (access.where.force_id, access.where.neighbourhood_id) if one)
    return f"{access.role}@{place}" if place else str(access.role)


def _access_of(folder: DataFolder, role: str, place: str) -> Access:
    access = Access(_role_of(role), known_place(folder, place))
    if not access.sound or access.role is Role.SERVICE:
        raise BadAccount(f"The role {access.role} cannot be had {f'at {place}' if place else 'without a place'}.")
    return access


def _role_of(text: str) -> Role:
    try:
        return Role(text)
    except ValueError as error:
        known = ", ".join(role for role in Role if role is not Role.SERVICE)
        raise BadAccount(f"There is no role {text!r}; there are {known}.") from error


def _account_of(connection: Connection, who: str) -> Account:
    """The account of a login or number."""
    number = connection.scalar(select(ACCOUNT.c.id).where(ACCOUNT.c.login == who.strip().casefold()))
    if number is None and who.isdecimal():
        number = int(who)
    found = None if number is None else account.account(connection, number)
    if found is None:
        raise BadAccount(f"There is no account {who!r}; `yourarea team list` shows those there are.")
    return found


def _password(from_stdin: bool) -> str:
    """A password, which stands on no command line: other programs could read it there."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    password: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password


def _json(one: Account) -> dict[str, object]:
    return {
        "id": one.id, "name": one.name, "login": one.login, "provider": one.provider,
        "disabled_at": one.disabled_at and one.disabled_at.isoformat(),
        "accesses": [
            {"role": access.role, "force": access.where.force_id, "neighbourhood": access.where.neighbourhood_id}
            for access in one.accesses
        ],
    }  # fmt: skip
