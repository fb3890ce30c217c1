"""A sign-in by a force's identity provider while it is under way: for one browser, for ten minutes, to be used once."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from api.publish.session import hash_of
from api.publish.staff_table import SIGN_IN

LASTS = timedelta(minutes=10)
MOST = 10_000  # under way at once; beyond it the oldest are dropped, so that nobody fills the disk


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in that was begun.

    Attributes:
        provider: by whom.
        nonce: what its answer must hold.
        verifier: what proves to the provider that who began it asks for its answer (PKCE).
        onward: the path of this site that it leads to.
    """

    provider: str
    nonce: str
    verifier: str
    onward: str


def begin(connection: Connection, provider: str, browser: str, onward: str, now: datetime) -> tuple[str, SignIn]:
    """Begin a sign-in; its state, to be given to the provider, and what is kept of it here.

    Args:
        connection: of a transaction.
        provider: by whom.
        browser: what only that browser has.
        onward: the path of this site to go on to.
        now: the moment.
    """
    held = SIGN_IN.c
    connection.execute(delete(SIGN_IN).where(held.created_at <= now - LASTS))
    if (connection.scalar(select(func.count()).select_from(SIGN_IN)) or 0) >= MOST:
        oldest = select(held.state_hash).order_by(held.created_at).limit(MOST // 10)
        connection.execute(delete(SIGN_IN).where(held.state_hash.in_(oldest)))
    state = secrets.token_urlsafe(32)
    begun = SignIn(provider, secrets.token_urlsafe(32), secrets.token_urlsafe(48), onward)
    kept = {"provider": begun.provider, "nonce": begun.nonce, "verifier": begun.verifier, "onward": begun.onward}
    connection.execute(insert(SIGN_IN).values(state_hash=_hash(state, browser), created_at=now, **kept))
    return state, begun


def finish(connection: Connection, state: str, browser: str, now: datetime) -> SignIn | None:
    """The sign-in of a state that came back to the browser where it was begun; there is none the second time."""
    held = SIGN_IN.c
    found = connection.execute(
        delete(SIGN_IN)
        .where(held.state_hash == _hash(state, browser))
        .returning(held.provider, held.nonce, held.verifier, held.onward, held.created_at)
    ).one_or_none()
    if found is None or found.created_at <= now - LASTS:
        return None
    return SignIn(found.provider, found.nonce, found.verifier, found.onward)


def _hash(state: str, browser: str) -> str:
    return hash_of(f"{state} {browser}")
