"""Slowing down who guesses passwords, without shutting out whose password it is.

What failed is counted by login and source together, by source, and by login, under keys that nobody can read. Only who
fails from the same place again and again waits: a login that others guess at keeps at least one try from every place
where it did not fail, so the right password from there always comes in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import Connection, delete, func, insert, select

from api.publish.secret import Secrets
from api.publish.staff_table import SIGN_IN_FAILURE

REMEMBERED = timedelta(days=1)  # how long a failure counts
FREE = 5  # tries with one login from one source, before the first wait
FREE_IF_BESIEGED = 1  # the same while a login is guessed at from many sources
FREE_OF_SOURCE = 100  # failures of one source, whatever the login: an office behind one address has many people
BESIEGED = 100  # failures with one login from everywhere, in an hour
FIRST_WAIT = timedelta(seconds=5)  # doubled with each failure
LONGEST_WAIT = timedelta(minutes=15)
LONGEST_WAIT_OF_SOURCE = timedelta(seconds=30)
MOST_FAILURES = 50_000  # rows; beyond it the oldest are forgotten
_HOUR = timedelta(hours=1)
_IPV6_OF_ONE = 64  # bits: whoever has one address of a network has them all


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try to sign in, before its password is looked at.

    Attributes:
        wait: how long it must wait; nothing where it may be made now.
        counted: the rows that say it failed, until it is known that it did not.
        besieged: whether that login is guessed at from many sources.
    """

    wait: timedelta
    counted: tuple[int, ...] = ()
    besieged: bool = False


def source_of(address: str) -> str:
    """What one guesser is told from another by: an address, or all those that one subscriber has.

    >>> source_of("192.0.2.7"), source_of("2001:db8::1:2:3:4"), source_of("testclient")
    ('192.0.2.7', '2001:db8::/64', 'testclient')
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    network = int(found) >> (128 - _IPV6_OF_ONE) << (128 - _IPV6_OF_ONE)
    return f"{IPv6Address(network)}/{_IPV6_OF_ONE}"


@dataclass(frozen=True, slots=True)
class Throttle:
    """The failures of one login from one source.

    Attributes:
        secrets: whose key hides what is counted.
        login: as typed.
        source: as `source_of` has it, or of a browser that signed in with that login before.
    """

    secrets: Secrets
    login: str
    source: str

    def begin(self, connection: Connection, now: datetime) -> Attempt:
        """Count a try as failed, so that many at once count too; or say how long it must wait, and count nothing."""
        pair, source, login = self._keys
        _forget(connection, now)
        lately, _ = _failures(connection, login, now - _HOUR)
        besieged = lately >= BESIEGED
        free = FREE_IF_BESIEGED if besieged else FREE
        wait = max(
            _wait(*_failures(connection, pair, now - REMEMBERED), free, LONGEST_WAIT, now),
            _wait(*_failures(connection, source, now - _HOUR), FREE_OF_SOURCE, LONGEST_WAIT_OF_SOURCE, now),
        )
        if wait > timedelta(0):
            return Attempt(wait, besieged=besieged)
        return Attempt(timedelta(0), tuple(_count(connection, self._keys, now)), besieged)

    def succeed(self, connection: Connection, attempt: Attempt) -> None:
        """It did not fail: nor does it count any more that this login failed from this source before."""
        held = SIGN_IN_FAILURE.c
        connection.execute(delete(SIGN_IN_FAILURE).where(held.id.in_(attempt.counted)))
        connection.execute(delete(SIGN_IN_FAILURE).where(held.key_hash == self._keys[0]))

    @property
    def _keys(self) -> tuple[str, str, str]:
        login = self.login.strip().casefold()
        named = (f"pair\0{login}\0{self.source}", f"source\0{self.source}", f"login\0{login}")
        pair, source, alone = (self.secrets.digest(f"sign-in\0{one}") for one in named)
        return pair, source, alone


def few(connection: Connection, secrets: Secrets, what: str, most: int, now: datetime) -> bool:
    """Whether something happened fewer than so many times in the last hour; if so, it is counted."""
    key = secrets.digest(f"count\0{what}")
    count, _ = _failures(connection, key, now - _HOUR)
    if count < most:
        tuple(_count(connection, (key,), now))
    return count < most


def _failures(connection: Connection, key: str, since: datetime) -> tuple[int, datetime | None]:
    """How many, and when the latest."""
    held = SIGN_IN_FAILURE.c
    asked = select(func.count(), func.max(held.at, type_=held.at.type)).where(held.key_hash == key, held.at > since)
    count, latest = connection.execute(asked).one()
    return int(count), latest


def _wait(count: int, latest: datetime | None, free: int, longest: timedelta, now: datetime) -> timedelta:
    if count < free or latest is None:
        return timedelta(0)
    doublings = min(count - free, 20)  # beyond that it is the longest anyway
    left: timedelta = latest + min(FIRST_WAIT * 2**doublings, longest) - now
    return max(left, timedelta(0))


def _count(connection: Connection, keys: Iterable[str], now: datetime) -> Iterable[int]:
    for key in keys:
        added = insert(SIGN_IN_FAILURE).values(key_hash=key, at=now).returning(SIGN_IN_FAILURE.c.id)
        yield connection.execute(added).scalar_one()


def _forget(connection: Connection, now: datetime) -> None:
    """What is too old, and what is too much."""
    held = SIGN_IN_FAILURE.c
    newest = connection.scalar(select(func.max(held.id))) or 0
    gone = (held.at <= now - REMEMBERED) | (held.id <= newest - MOST_FAILURES)
    connection.execute(delete(SIGN_IN_FAILURE).where(gone))
