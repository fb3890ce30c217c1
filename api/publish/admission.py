"""Who lets whom do what: roles given and taken, accounts closed and sessions ended, by who may and in their force."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from api.publish import account, session
from api.publish.account import Account
from api.publish.audit import note
from api.publish.item.record import MayNot
from api.publish.policy import POLICY, Access, Actor, Deed, Role, Where, forces_of
from api.publish.staff_table import ACCESS, ACCOUNT, SESSION
from geo.words import Words

GIVEN = (Role.FORCE_ADMINISTRATOR, Role.FORCE_EDITOR, Role.NEIGHBOURHOOD_EDITOR, Role.REVIEWER)  # within a force


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody as the administrators of a force see them.

    Attributes:
        account: theirs.
        here: the roles that they have in that force.
        claimed: those of them that a provider gives, at each sign-in.
        beyond: whether they have any elsewhere, which is not that force's concern.
        seen_at: when they were last seen; `None` where that was long ago, or never.
    """

    account: Account
    here: tuple[Access, ...]
    claimed: frozenset[Access]
    beyond: bool
    seen_at: datetime | None


def holders(connection: Connection, where: Where, providers: Iterable[str] = ()) -> list[Holder]:
    """Who has a role in a force, and whom its own providers signed in who have none yet, by name.

    Args:
        connection: to the updates database.
        where: the force; the nation for everybody.
        providers: the ids of the force's own.
    """
    asked = select(ACCOUNT.c.id).order_by(ACCOUNT.c.name, ACCOUNT.c.id)
    if where.force_id is not None:
        in_it = select(ACCESS.c.account_id).where(ACCESS.c.force_id == where.force_id)
        asked = asked.where(or_(ACCOUNT.c.id.in_(in_it), ACCOUNT.c.provider.in_(list(providers))))
    found = (_holder(connection, where, number) for number in connection.scalars(asked).all())
    return [one for one in found if one is not None]


def holder(connection: Connection, where: Where, account_id: int, providers: Iterable[str] = ()) -> Holder | None:
    """One of them; `None` where that account is no concern of that force."""
    found = _holder(connection, where, account_id)
    if found is None or where.force_id is None:
        return found
    return found if found.here or found.account.provider in set(providers) else None


def givable(by: Actor, where: Where) -> list[Role]:
    """The roles that somebody may give in a place: none that may do what they may not."""
    return [role for role in GIVEN if _may_give(by, Access(role, where))]


def give(connection: Connection, by: Actor, account_id: int, access: Access) -> None:
    """Give an account a role.

    Raises:
        MayNot: who gives it may not, or has less than that role.
        BadAccount: that role cannot be had there.
    """
    if not access.sound:
        raise account.BadAccount(Words("That role cannot be had there."))
    if not _may_give(by, access):
        raise MayNot(Words("You may not give that role there."))
    account.give(connection, by, account_id, access)


def take(connection: Connection, by: Actor, account_id: int, access: Access) -> None:
    """Take a role from an account.

    Raises:
        MayNot: who takes it may not, or it is what lets them do so, or a provider would give it again.
    """
    if not _may_give(by, access):
        raise MayNot(Words("You may not take that role away."))
    held = account.accesses_of(connection, account_id)
    left = Actor("account", str(account_id), "", tuple(one for one in held if one != access))
    if _is(by, account_id) and not left.may(Deed.ADMIT, Where(access.where.force_id)):
        raise MayNot(Words("You cannot take your own last role of an administrator away. Ask another administrator."))
    if access in _claimed(connection, account_id):
        raise MayNot(Words("The force’s own sign-in gives that role, so it must be taken away there."))
    account.take(connection, by, account_id, access)


def close(connection: Connection, by: Actor, where: Where, account_id: int, now: datetime) -> None:
    """Let an account open nothing any more, and end its sessions.

    Raises:
        MayNot: who does it may not, it is their own, or it is of others too.
    """
    if _is(by, account_id):
        raise MayNot(Words("You cannot close your own account. Ask another administrator."))
    _require_whole(connection, by, where, account_id)
    account.disable(connection, by, account_id)
    session.end(connection, account_id, now)


def reopen(connection: Connection, by: Actor, where: Where, account_id: int) -> None:
    """Let a closed account open again what its roles open.

    Raises:
        MayNot: who does it may not, or it is of others too.
    """
    _require_whole(connection, by, where, account_id)
    account.enable(connection, by, account_id)


def end_sessions(connection: Connection, by: Actor, where: Where, account_id: int, now: datetime) -> int:
    """Sign an account out everywhere; how many sessions held.

    Raises:
        MayNot: who does it may not, or it is of others too.
    """
    accesses = _require_whole(connection, by, where, account_id)
    ended = session.end(connection, account_id, now)
    for place in forces_of(accesses):
        note(connection, by, "end-sessions", place, "account", str(account_id), after={"ended": ended})
    return ended


def _may_give(by: Actor, access: Access) -> bool:
    where = access.where
    return by.may(Deed.ADMIT, where) and all(by.may(deed, where) for deed in POLICY[access.role])


def _is(by: Actor, account_id: int) -> bool:
    return by.kind == "account" and by.id == str(account_id)


def _require_whole(connection: Connection, by: Actor, where: Where, account_id: int) -> tuple[Access, ...]:
    """The roles of an account, all of which must be within what somebody may admit to: only then may they close it."""
    held = account.accesses_of(connection, account_id)
    if not all(by.may(Deed.ADMIT, one) for one in [*(access.where for access in held), where]):
        raise MayNot(Words("This person works elsewhere too, so only whoever runs this site can do that."))
    return held


def _holder(connection: Connection, where: Where, account_id: int) -> Holder | None:
    found = account.account(connection, account_id)
    if found is None:
        return None
    here = tuple(one for one in found.accesses if where.force_id in (None, one.where.force_id))
    seen = connection.scalar(
        select(func.max(SESSION.c.seen_at, type_=SESSION.c.seen_at.type)).where(SESSION.c.account_id == account_id)
    )
    return Holder(found, here, _claimed(connection, account_id), len(here) < len(found.accesses), seen)


def _claimed(connection: Connection, account_id: int) -> frozenset[Access]:
    held = ACCESS.c
    asked = select(held.role, held.force_id, held.neighbourhood_id).where(held.account_id == account_id, held.claimed)
    return frozenset(Access(Role(role), Where(*where)) for role, *where in connection.execute(asked))
