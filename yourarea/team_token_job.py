"""`team`: the tokens of forces' own systems."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import typer

from api.publish import token
from api.publish.policy import COMMAND, Where
from api.publish.token import KINDS, BadToken, TokenAbout
from geo.store.layout import DataFolder
from yourarea.screen import say, say_json, say_table, warn
from yourarea.team_job import known_place, updates_in


def say_tokens(folder: DataFolder, force: str | None, as_json: bool) -> None:
    """List them, those that open nothing any more too."""
    with updates_in(folder) as updates, updates.reading() as connection:
        found = token.tokens_of(connection, Where(force))
    if as_json:
        say_json([_json(one) for one in found])
        return
    now = datetime.now(UTC)
    rows = [
        (str(one.id), one.name, _place(one), ", ".join(one.kinds), _state(one, now),
         f"{one.used_at:%Y-%m-%d %H:%M}" if one.used_at else "never")
        for one in found
    ]  # fmt: skip
    say_table("Tokens (UTC)", ("id", "name", "place", "kinds", "", "used"), rows)


def make_token(folder: DataFolder, name: str, place: str, kinds: Sequence[str], days: int) -> None:
    """Make one, and print it alone on the standard stream."""
    wrong = [kind for kind in kinds if kind not in KINDS]
    if wrong:
        raise BadToken(f"There is no kind {wrong[0]!r}; there are {', '.join(KINDS)}.")
    where, now = known_place(folder, place), datetime.now(UTC)
    with updates_in(folder) as updates, updates.writing() as connection:
        made = token.make(connection, COMMAND, name, where, kinds, now + timedelta(days=days), now)
    warn("This is shown once. Whoever has it can publish there.")
    say(made)


def revoke_token(folder: DataFolder, number: int) -> None:
    """Let one open nothing.

    Raises:
        typer.Exit: with 1, there is none of that number that did.
    """
    with updates_in(folder) as updates, updates.writing() as connection:
        revoked = token.revoke(connection, COMMAND, Where(), number, datetime.now(UTC))
    if not revoked:
        warn(f"There is no token {number} that holds.")
        raise typer.Exit(1)
    say(f"Token {number} opens nothing any more.")


def _state(one: TokenAbout, now: datetime) -> str:
    if one.revoked_at is not None:
        return f"revoked {one.revoked_at:%Y-%m-%d}"
    return f"{'until' if one.holds(now) else 'expired'} {one.expires_at:%Y-%m-%d}"


def _place(one: TokenAbout) -> str:
    return "/".join(part for part in (one.where.force_id, one.where.neighbourhood_id) if part)


def _json(one: TokenAbout) -> dict[str, object]:
    moments = {name: getattr(one, name) for name in ("created_at", "expires_at", "used_at", "revoked_at")}
    return {
        "id": one.id, "name": one.name, "force": one.where.force_id, "neighbourhood": one.where.neighbourhood_id,
        "kinds": list(one.kinds), "created_by": one.created_by,
        **{name: moment and moment.isoformat() for name, moment in moments.items()},
    }  # fmt: skip
