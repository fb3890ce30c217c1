"""Who wants e-mails about a neighbourhood: asked for, confirmed by who reads the address, and ended with one click.

An address is encrypted, and found again by a digest that only this site can make. What is held with it is a
neighbourhood, never a postcode.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from itsdangerous import BadSignature
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from api.publish import outbox
from api.publish.database import Updates
from api.publish.letter import Letter
from api.publish.secret import Secrets
from api.publish.staff_table import OUTBOX, SUBSCRIPTION
from geo.errors import DamagedFile
from geo.neighbourhood import NeighbourhoodRef

UNCONFIRMED = timedelta(hours=48)  # so long a link confirms, and an address waits for it
MOST_ASKED = ((timedelta(hours=1), 3), (timedelta(days=1), 6))  # mails that strangers can have sent to one address
AHEAD = timedelta(days=1)  # somebody waits for it: it goes before thousands that tell of a month
CONFIRM = "confirm/"
_TO_CONFIRM, _TO_MANAGE = "confirm subscription", "manage subscription"


class Often(StrEnum):
    """When what a team publishes is told."""

    AT_ONCE = "at-once"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for.

    Attributes:
        ref: of the neighbourhood.
        address: as `mail_address` gives it.
        often: when to tell.
        monthly: whether to tell of new crime data too.
        language: code of the language of the mails.
    """

    ref: NeighbourhoodRef
    address: str
    often: Often
    monthly: bool
    language: str


@dataclass(frozen=True, slots=True)
class Subscription:
    """What is held of one, without the address."""

    id: int
    ref: NeighbourhoodRef
    often: Often
    monthly: bool
    language: str
    confirmed: bool


Word = Callable[[Subscription], Letter]


def ask(updates: Updates, secrets: Secrets, wish: Wish, word: Word, per_hour: int, now: datetime) -> bool:
    """Take in a wish and write to its address, which then confirms it; or, where it is confirmed, can change it.

    Who asks learns nothing of whether the address is known. An address gets no more than `MOST_ASKED`.

    Args:
        updates: where.
        secrets: to encrypt with.
        wish: what is asked for.
        word: the mail, which differs where the subscription is confirmed already.
        per_hour: how many such mails are sent in an hour in all.
        now: the moment.

    Returns:
        Whether it was taken in: not where so many came within the hour.

    Raises:
        DamagedFile: there is no database that has a place for it; no stranger's wish makes one.
    """
    if not updates.current():
        raise DamagedFile("The updates database has no place for subscriptions: start `yourarea serve` anew.")
    digest = secrets.digest(wish.address.casefold())
    with updates.writing() as connection:
        if _asked(connection, now - timedelta(hours=1)) >= per_hour:
            return False
        if any(_asked(connection, now - period, digest) >= most for period, most in MOST_ASKED):
            return True
        held = _entered(connection, secrets, wish, digest, now)
        letter, reference = word(held), f"{CONFIRM}{held.id}/{now:%Y%m%d%H%M}"  # a double click sends one mail
        outbox.enqueue(
            connection,
            secrets,
            reference,
            wish.address,
            letter.subject,
            letter.text,
            letter.headers,
            now - AHEAD,
            held.id,
        )
    return True


def find(connection: Connection, number: int) -> Subscription | None:
    """A subscription; `None` where it has ended."""
    row = connection.execute(select(SUBSCRIPTION).where(SUBSCRIPTION.c.id == number)).one_or_none()
    return None if row is None else _held(row)


def confirm(updates: Updates, number: int, now: datetime) -> Subscription | None:
    """Begin to tell; `None` where it was never asked for or was let go. What was published before is not told."""
    with updates.writing() as connection:
        fresh = (SUBSCRIPTION.c.confirmed_at.is_(None), SUBSCRIPTION.c.created_at > now - UNCONFIRMED)
        begun = {"confirmed_at": now, "told_until": now}
        connection.execute(update(SUBSCRIPTION).where(SUBSCRIPTION.c.id == number, *fresh).values(**begun))
        held = find(connection, number)
    return held if held is not None and held.confirmed else None


def change(updates: Updates, number: int, often: Often, monthly: bool, week_began: datetime) -> Subscription | None:
    """Tell at other times; `None` where it has ended.

    Args:
        updates: where.
        number: of the subscription.
        often: when to tell from now on.
        monthly: whether to tell of new crime data.
        week_began: when weekly mails were last written: the next tells what was not told since.
    """
    with updates.writing() as connection:
        row = connection.execute(select(SUBSCRIPTION).where(SUBSCRIPTION.c.id == number)).one_or_none()
        if row is None:
            return None
        wanted: dict[str, Any] = {"often": often, "monthly": monthly}
        if often is Often.WEEKLY and row.often != often and row.told_until is not None:
            wanted["told_until"] = max(row.told_until, week_began)
        if not monthly:
            wanted["month_told"] = None
        connection.execute(update(SUBSCRIPTION).where(SUBSCRIPTION.c.id == number).values(**wanted))
        return find(connection, number)


def end(updates: Updates, number: int) -> bool:
    """Let go of a subscription, its address and what waits to be sent to it; whether there was one."""
    with updates.writing() as connection:
        return bool(connection.execute(delete(SUBSCRIPTION).where(SUBSCRIPTION.c.id == number)).rowcount)


def prune(updates: Updates, now: datetime) -> int:
    """Let go of what nobody confirmed in time; how many."""
    old = (SUBSCRIPTION.c.confirmed_at.is_(None), SUBSCRIPTION.c.created_at <= now - UNCONFIRMED)
    with updates.writing() as connection:
        return connection.execute(delete(SUBSCRIPTION).where(*old)).rowcount


def tell_on(connection: Connection, before: Iterable[Mapping[str, Any]], now: datetime) -> None:
    """Go on from here where a copy was brought back, which lacks the queue and so knows not what was told.

    Args:
        connection: of the transaction that brings it back.
        before: the rows of what the copy took the place of, as JSON holds them; none where there was nothing.
        now: the moment. What is visible by then is told to nobody at once.
    """
    held = SUBSCRIPTION.c
    for row in before:
        mine = [held[name] == row[name] for name in ("address_hash", "force_id", "neighbourhood_id")]
        until, month = row.get("told_until"), row.get("month_told")
        if until:
            told = datetime.fromisoformat(until).replace(tzinfo=UTC)
            connection.execute(update(SUBSCRIPTION).where(*mine, held.told_until < told).values(told_until=told))
        if month:
            connection.execute(update(SUBSCRIPTION).where(*mine, held.month_told < month).values(month_told=month))
    at_once = (held.often == Often.AT_ONCE, held.told_until < now)
    connection.execute(update(SUBSCRIPTION).where(*at_once).values(told_until=now))


def token_to_confirm(secrets: Secrets, number: int) -> str:
    """What the link that confirms a subscription carries."""
    return _text(secrets.signer(_TO_CONFIRM).dumps(number))


def id_to_confirm(secrets: Secrets, token: str) -> int | None:
    """The subscription of a link that confirms; `None` where it is too old or none of ours."""
    return _read(secrets, _TO_CONFIRM, token, int(UNCONFIRMED.total_seconds()))


def token_to_manage(secrets: Secrets, number: int) -> str:
    """What the links that change or end a subscription carry, for as long as it lasts."""
    return _text(secrets.signer(_TO_MANAGE).dumps(number))


def id_to_manage(secrets: Secrets, token: str) -> int | None:
    """The subscription of a link that changes or ends it; `None` where it is none of ours."""
    return _read(secrets, _TO_MANAGE, token, None)


def _text(token: str | bytes) -> str:
    return token if isinstance(token, str) else token.decode("ascii")


def _read(secrets: Secrets, purpose: str, token: str, max_age: int | None) -> int | None:
    try:
        number = secrets.signer(purpose).loads(token, max_age=max_age)
    except BadSignature:
        return None
    return number if isinstance(number, int) else None


def _asked(connection: Connection, since: datetime, digest: str | None = None) -> int:
    """How many mails were asked for since then, by anybody or of one address."""
    held = OUTBOX.c
    asked = select(func.count()).where(held.created_at > since, held.reference.startswith(CONFIRM))
    if digest is not None:
        own = select(SUBSCRIPTION.c.id).where(SUBSCRIPTION.c.address_hash == digest)
        asked = asked.where(held.subscription_id.in_(own))
    return connection.scalar(asked) or 0


def _entered(connection: Connection, secrets: Secrets, wish: Wish, digest: str, now: datetime) -> Subscription:
    """The row of a wish: made, or changed as long as it is not confirmed."""
    key = {"address_hash": digest, "force_id": wish.ref.force_id, "neighbourhood_id": wish.ref.id}
    wanted = {"often": wish.often, "monthly": wish.monthly, "language": wish.language}
    mine = [SUBSCRIPTION.c[name] == value for name, value in key.items()]
    connection.execute(update(SUBSCRIPTION).where(*mine, SUBSCRIPTION.c.confirmed_at.is_(None)).values(**wanted))
    row = connection.execute(select(SUBSCRIPTION).where(*mine)).one_or_none()
    if row is None:
        made = {**key, **wanted, "address": secrets.hide(wish.address), "created_at": now}
        row = connection.execute(insert(SUBSCRIPTION).values(**made).returning(*SUBSCRIPTION.c)).one()
    return _held(row)


def _held(row: Row[Any]) -> Subscription:
    ref = NeighbourhoodRef(row.force_id, row.neighbourhood_id)
    return Subscription(row.id, ref, Often(row.often), row.monthly, row.language, row.confirmed_at is not None)
