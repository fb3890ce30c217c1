"""Which requests to `/v1` write, what they may send, and who sends them: a force's own systems, with a token."""

import asyncio
import logging
import re
import time
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request

from api.publish.audit import note
from api.publish.database import Updates
from api.publish.item.kind import Kind
from api.publish.markup import clean_characters
from api.publish.policy import VISITOR, Actor, Deed, Where
from api.publish.token import find

logger = logging.getLogger(__name__)

WRITTEN = re.compile("/v1/(neighbourhoods/[^/]+/[^/]+|forces/[^/]+|submissions/[^/]+)/.+", re.DOTALL)
METHODS = frozenset(("PUT", "DELETE", "POST"))
MOST_BYTES = 256 * 1024  # every text of a thing, in both languages, at its longest
_HOUR_S = 3_600
MOST_NOTED = 100  # refusals of nobody known that an hour adds to the audit, which only grows; the log counts all
_MOST_TOLD = 200  # characters of an id that nobody knows


@dataclass(frozen=True, slots=True)
class Sent:
    """What a system asked for, once it is known that it may.

    Attributes:
        updates: the database.
        actor: the token.
        where: what it writes to.
        kind: of thing.
        external_id: of the thing.
        part_of: of an action, its priority's.
    """

    updates: Updates
    actor: Actor
    where: Where
    kind: Kind
    external_id: str
    part_of: str | None


async def allowed(request: Request, where: Where, kinds: tuple[Kind, ...], item: str, part_of: str | None) -> Sent:
    """The request, where its token may publish one of those kinds there.

    Raises:
        HTTPException: 401 without a token that holds, 403 where it may not; both are written down.
    """
    actor, kind = await bearer_of(request, where, kinds, item)
    return Sent(request.app.state.updates, actor, where, Kind(kind), item, part_of)


async def bearer_of(request: Request, where: Where, kinds: tuple[str, ...], item: str) -> tuple[Actor, str]:
    """Whose the token is, and for which of those kinds, where it may publish one of them there.

    Raises:
        HTTPException: 401 without a token that holds, 403 where it may not; both are written down.
    """
    updates: Updates = request.app.state.updates
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    actor = None
    if scheme.lower() == "bearer" and bearer.strip():
        actor = await asyncio.to_thread(find, updates, bearer.strip(), datetime.now(UTC))
    may = actor is not None and actor.may(Deed.PUBLISH, where)
    kind = next((one for one in kinds if actor is None or actor.kinds is None or one in actor.kinds), None)
    if actor is None or not may or kind is None:
        await asyncio.to_thread(_refused, request, updates, actor, where, kinds[0], item)
    if actor is None:
        wanted = {"WWW-Authenticate": "Bearer"}
        raise HTTPException(HTTPStatus.UNAUTHORIZED, "This needs a token of the force that holds.", wanted)
    if not may:
        raise HTTPException(HTTPStatus.FORBIDDEN, "The token is of another place.")
    if kind is None:
        raise HTTPException(HTTPStatus.FORBIDDEN, "The token is for things of other kinds.")
    return actor, kind


async def body_of(request: Request, types: tuple[str, ...], most: int = MOST_BYTES) -> bytes:
    """What was sent, of one of those media types.

    Raises:
        HTTPException: 415 for another type, 413 for what is too long.
    """
    told = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if told not in types:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"This is sent as {' or '.join(types)}.")
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"At most {most:,} bytes are taken.")
        parts.append(part)
    return b"".join(parts)


def version_seen(request: Request) -> int | None:
    """The version that a system had before it, by `If-Match`; 0 where by `If-None-Match: *` it expects nothing.

    Raises:
        HTTPException: 400 where they say something else.
    """
    match, none = request.headers.get("if-match"), request.headers.get("if-none-match")
    if none is not None and none.strip() == "*" and match is None:
        return 0
    found = re.fullmatch(r'"(\d{1,9})"', (match or "").strip())
    if found and none is None:
        return int(found[1])
    if match is None and none is None:
        return None
    raise HTTPException(
        HTTPStatus.BAD_REQUEST, 'If-Match takes one version, such as "3", and If-None-Match takes * alone.'
    )


class Refusals:
    """Counts what nobody known was refused, so that whoever guesses tokens does not fill the audit."""

    def __init__(self) -> None:
        self._at: deque[float] = deque(maxlen=MOST_NOTED)

    def noted(self) -> bool:
        """Whether one more is to be written down."""
        now = time.monotonic()
        if len(self._at) == MOST_NOTED and now - self._at[0] < _HOUR_S:
            return False
        self._at.append(now)
        return True


def _refused(request: Request, updates: Updates, actor: Actor | None, where: Where, kind: str, item: str) -> None:
    route = request.scope["route"].path
    logger.warning("Refused: %s %s", request.method, route)
    refusals: Refusals = request.app.state.refusals
    if (actor is None and not refusals.noted()) or not updates.current():
        return
    place = Where(*(part and clean_characters(part[:_MOST_TOLD]) for part in (where.force_id, where.neighbourhood_id)))
    told = {"route": route, "method": request.method, "wanted": Deed.PUBLISH}
    with updates.writing() as connection:
        note(connection, actor or VISITOR, "refused", place, kind, clean_characters(item[:_MOST_TOLD]), after=told)
