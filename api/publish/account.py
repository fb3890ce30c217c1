"""Accounts of staff and the roles that they have."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from pwdlib import PasswordHash
from sqlalchemy import Connection, delete, insert, select, update

from api.publish.audit import note
from api.publish.policy import Access, Actor, Role, Where, forces_of
from api.publish.staff_table import ACCESS, ACCOUNT
from geo.errors import YourAreaError

SHORTEST_PASSWORD = 12

_PASSWORDS = PasswordHash.recommended()  # Argon2id


class BadAccount(YourAreaError, ValueError):
    """An account that cannot be made or changed so."""


@dataclass(frozen=True, slots=True)
class Account:
    """A member of staff.

    Attributes:
        id: of the account.
        name: as colleagues and the audit see it.
        login: what is typed to sign in; `None` where a provider signs them in.
        provider: the force's own identity provider; `None` for a local account.
        disabled_at: since when it opens nothing.
        accesses: the roles it has, and where.
    """

    id: int
    name: str
    login: str | None
    provider: str | None
    disabled_at: datetime | None
    accesses: tuple[Access, ...]

    @property
    def actor(self) -> Actor:
        """The same as who does something."""
        return Actor("account", str(self.id), self.name, self.accesses)


def add_local(connection: Connection, by: Actor, name: str, login: str, password: str) -> int:
    """Make a local account; its id.

    Raises:
        BadAccount: the login is taken, or the password too short or all too plain.
    """
    login = login.strip().casefold()
    if not login or not name.strip():
        raise BadAccount("An account needs a name and a login.")
    if connection.scalar(select(ACCOUNT.c.id).where(ACCOUNT.c.login == login)) is not None:
        raise BadAccount("There is an account with the login %(login)r already.", login=login)
    made = {"name": name.strip(), "login": login, "password": hashed(password, login), "created_at": datetime.now(UTC)}
    number = int(connection.execute(insert(ACCOUNT).values(**made).returning(ACCOUNT.c.id)).scalar_one())
    note(connection, by, "add-account", None, "account", str(number), after={"name": name.strip(), "login": login})
    return number


def set_password(connection: Connection, by: Actor, account_id: int, login: str, password: str) -> None:
    """Give a local account another password.

    Raises:
        BadAccount: the password is too short or all too plain.
    """
    connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account_id).values(password=hashed(password, login)))
    _note(connection, by, "set-password", account_id)


def hashed(password: str, login: str) -> str:
    """The Argon2id hash of a password.

    Raises:
        BadAccount: it is too short or all too plain.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise BadAccount("A password needs %(least)s characters or more.", least=SHORTEST_PASSWORD)
    if len(set(password)) < SHORTEST_PASSWORD // 2 or login in password.casefold():
        raise BadAccount("That password is too easily guessed: take several unrelated words.")
    return _PASSWORDS.hash(password)


def verified(connection: Connection, login: str, password: str) -> Account | None:
    """The account of a login and its password; it takes as long where there is no such account."""
    row = connection.execute(
        select(ACCOUNT.c.id, ACCOUNT.c.password).where(
            ACCOUNT.c.login == login.strip().casefold(), ACCOUNT.c.disabled_at.is_(None)
        )
    ).one_or_none()
    if row is None or row.password is None:
        _PASSWORDS.verify(password, _nobodys_password())
        return None
    return account(connection, row.id) if _PASSWORDS.verify(password, row.password) else None


@cache
def _nobodys_password() -> str:
    return _PASSWORDS.hash("nobody has this password")


def account(connection: Connection, account_id: int) -> Account | None:
    """One account; `None` where there is none of that id."""
    row = connection.execute(_ACCOUNTS.where(ACCOUNT.c.id == account_id)).one_or_none()
    return None if row is None else _account(connection, row)


def accounts(connection: Connection, where: Where) -> list[Account]:
    """The accounts with a role in a force, or in the nation all there are, by name."""
    asked = _ACCOUNTS.order_by(ACCOUNT.c.name, ACCOUNT.c.id)
    if where.force_id is not None:
        asked = asked.where(ACCOUNT.c.id.in_(select(ACCESS.c.account_id).where(ACCESS.c.force_id == where.force_id)))
    return [_account(connection, row) for row in connection.execute(asked).all()]


def accesses_of(connection: Connection, account_id: int) -> tuple[Access, ...]:
    """The roles of an account."""
    held = ACCESS.c
    asked = select(held.role, held.force_id, held.neighbourhood_id).where(held.account_id == account_id)
    return tuple(Access(Role(role), Where(*where)) for role, *where in connection.execute(asked.order_by(held.id)))


def give(connection: Connection, by: Actor, account_id: int, access: Access) -> None:
    """Give an account a role; nothing where it has it.

    Raises:
        BadAccount: that role cannot be had there.
    """
    if not access.sound or access.role is Role.SERVICE:
        raise BadAccount("The role %(role)s cannot be had there.", role=access.role)
    if access in accesses_of(connection, account_id):
        return
    connection.execute(insert(ACCESS).values(**_row(account_id, access, by), claimed=False))
    note(connection, by, "give-access", access.where, "account", str(account_id), after={"role": access.role})


def take(connection: Connection, by: Actor, account_id: int, access: Access) -> bool:
    """Take a role from an account; whether it had it."""
    held = ACCESS.c
    there = [held.force_id.is_not_distinct_from(access.where.force_id)]
    there.append(held.neighbourhood_id.is_not_distinct_from(access.where.neighbourhood_id))
    gone = connection.execute(delete(ACCESS).where(held.account_id == account_id, held.role == access.role, *there))
    if gone.rowcount:
        note(connection, by, "take-access", access.where, "account", str(account_id), before={"role": access.role})
    return bool(gone.rowcount)


def claim(
    connection: Connection, provider: str, subject: str, name: str, email: str | None, accesses: Iterable[Access]
) -> Account:
    """The account of somebody whom a provider signed in, made or brought up to date: its claims are its roles.

    Roles that were given here by hand stay; those of claims that are no longer made are gone.
    """
    said = {"name": name, "email": email}
    found = connection.scalar(select(ACCOUNT.c.id).where(ACCOUNT.c.provider == provider, ACCOUNT.c.subject == subject))
    if found is None:
        made = {**said, "provider": provider, "subject": subject, "created_at": datetime.now(UTC)}
        found = connection.execute(insert(ACCOUNT).values(**made).returning(ACCOUNT.c.id)).scalar_one()
    else:
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == found).values(**said))
    connection.execute(delete(ACCESS).where(ACCESS.c.account_id == found, ACCESS.c.claimed))
    held = set(accesses_of(connection, found))
    for access in dict.fromkeys(one for one in accesses if one.sound and one not in held):
        row = _row(found, access, Actor("provider", provider, provider))
        connection.execute(insert(ACCESS).values(**row, claimed=True))
    whole = account(connection, found)
    assert whole is not None  # noqa: S101  it was just written
    return whole


def disable(connection: Connection, by: Actor, account_id: int) -> None:
    """Let an account open nothing any more; who calls this ends its sessions too."""
    connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account_id).values(disabled_at=datetime.now(UTC)))
    _note(connection, by, "disable-account", account_id)


def enable(connection: Connection, by: Actor, account_id: int) -> None:
    """Let an account that was disabled open again what its roles open."""
    connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account_id).values(disabled_at=None))
    _note(connection, by, "enable-account", account_id)


_ACCOUNTS = select(ACCOUNT.c.id, ACCOUNT.c.name, ACCOUNT.c.login, ACCOUNT.c.provider, ACCOUNT.c.disabled_at)


def _account(connection: Connection, row: Any) -> Account:
    return Account(**row._mapping, accesses=accesses_of(connection, row.id))


def _note(connection: Connection, by: Actor, deed: str, account_id: int) -> None:
    """In each force where the account has a role, so that each force's administrators read it."""
    for where in forces_of(accesses_of(connection, account_id)):
        note(connection, by, deed, where, "account", str(account_id))


def _row(account_id: int, access: Access, by: Actor) -> dict[str, Any]:
    where = {"force_id": access.where.force_id, "neighbourhood_id": access.where.neighbourhood_id}
    return {"account_id": account_id, "role": access.role, **where, "given_at": datetime.now(UTC), "given_by": by.name}
