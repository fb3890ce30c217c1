"""`feedback`: what waits for the operator, and letting go of what was dealt with or is too old."""

from collections.abc import Sequence
from datetime import UTC, datetime

import typer

from api.publish.database import open_updates
from api.publish.feedback import FeedbackKind, KeptMessage, prune, remove, waiting
from api.settings import ApiSettings
from geo.store.layout import DataFolder
from yourarea.screen import say, say_json, warn
from yourarea.setting import settings_of


def say_feedback(folder: DataFolder, done: Sequence[int], as_json: bool) -> None:
    """Let go of what was dealt with and of what is too old, and say what waits.

    Raises:
        typer.Exit: with 1, there is no message of an id that was given.
    """
    settings = settings_of(ApiSettings, data_dir=folder.root)
    updates = open_updates(settings)
    try:
        prune(updates, settings.feedback_days, datetime.now(UTC))
        missing = remove(updates, list(done)) if done else []
        messages = waiting(updates)
    finally:
        updates.close()
    if as_json:
        say_json([message.json() for message in messages])
    else:
        _say(messages)
    for one in missing:
        warn(f"There is no message {one}.")
    if missing:
        raise typer.Exit(1)


def _say(messages: Sequence[KeptMessage]) -> None:
    if not messages:
        say("No message waits.")
    for kept in messages:
        message = kept.message
        urgent = "! " if message.kind is FeedbackKind.IDENTIFIES else ""
        release = f", release {message.release_id}" if message.release_id else ""
        page = message.about or "a page that is not known"
        say(
            f"{urgent}{kept.id} {message.kind}: {page} ({message.language}{release}, {kept.sent_at:%Y-%m-%d %H:%M} UTC)"
        )
        for line in message.text.splitlines():
            say(f"    {line}")
