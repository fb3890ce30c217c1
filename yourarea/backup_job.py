"""`backup` and `restore`: the updates database as one file, and its keys where they are asked for."""

import os
from datetime import UTC, datetime
from pathlib import Path

from api.publish.backup import Backup, key_mark, write_backup
from api.publish.database import Updates, open_updates
from api.publish.restore import Restored, put_aside, readable, restore
from api.publish.secret import FILE_NAME, Secrets, secrets_of
from api.settings import ApiSettings
from geo.errors import Busy, DamagedFile, YourAreaError
from geo.store.layout import DataFolder
from yourarea.screen import say, say_json, warn
from yourarea.setting import settings_of


def back_up(folder: DataFolder, into: Path, with_keys: bool, as_json: bool) -> None:
    """Copy the updates database, and say where the copy is."""
    settings = settings_of(ApiSettings, data_dir=folder.root)
    updates = open_updates(settings)
    try:
        path, manifest = write_backup(updates, into, secrets_of(settings), with_keys=with_keys)
    finally:
        updates.close()
    rows = sum(copy.rows for copy in manifest.tables.values())
    if as_json:
        say_json({"file": str(path), "rows": rows, "schema": manifest.updates_schema, "with_keys": with_keys})
        return
    say(f"Copied {rows:,} rows of {updates.where} to {path}.")
    if with_keys:
        warn("The secret keys are in it: whoever has this file reads every e-mail address that it holds.")
    else:
        say("The secret keys are not in it: keep them elsewhere, or its e-mail addresses can never be read again.")


def bring_back(folder: DataFolder, copy: Path, over: bool, as_json: bool) -> None:
    """Bring a copy back, and say what came of it."""
    settings = settings_of(ApiSettings, data_dir=folder.root)
    backup = Backup(copy)  # found whole before anything is touched
    folder.root.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    keys = backup.keys()
    if keys is not None and settings.secret_keys is None:
        _refuse_other_keys(folder.root / FILE_NAME, keys, over)
    updates = open_updates(settings)
    try:
        aside = _make_way(updates, over, now)
        done = restore(updates, backup, over=over)
    finally:
        updates.close()
    if keys is not None and settings.secret_keys is None:
        _put_keys(folder.root / FILE_NAME, keys, now)
    _say(done, backup, aside, _same_keys(settings, backup), as_json)


def _make_way(updates: Updates, over: bool, now: datetime) -> Path | None:
    """Put a database aside that cannot be read."""
    if updates.path is None or not updates.path.exists() or readable(updates):
        return None
    if not over:
        raise DamagedFile(f"{updates.where} is damaged: with --over it is put aside and the copy takes its place.")
    return put_aside(updates, f"damaged-{now:%Y%m%dT%H%M%SZ}")


def _refuse_other_keys(path: Path, keys: str, over: bool) -> None:
    if path.exists() and path.read_text(encoding="ascii").split() != keys.split() and not over:
        raise Busy(f"{path} holds other keys than the copy: they are replaced only with --over.")


def _put_keys(path: Path, keys: str, now: datetime) -> None:
    """Write the keys for their owner alone; other ones that were there are put aside."""
    if path.exists():
        if path.read_text(encoding="ascii").split() == keys.split():
            return
        path.rename(path.with_name(f"{path.name}.{now:%Y%m%dT%H%M%SZ}"))
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(keys)


def _same_keys(settings: ApiSettings, backup: Backup) -> bool:
    try:
        secrets: Secrets = secrets_of(settings)
    except YourAreaError:
        return False
    return key_mark(secrets) == backup.manifest.key_mark


def _say(done: Restored, backup: Backup, aside: Path | None, same_keys: bool, as_json: bool) -> None:
    made_at = backup.manifest.made_at
    if as_json:
        said = {"made_at": made_at.isoformat(), "rows": done.rows, "deeds_since": done.deeds_since}
        more = {"people_kept_out": done.people_kept_out, "put_aside": aside and str(aside), "same_keys": same_keys}
        say_json(said | more)
        return
    say(f"Brought back {done.rows:,} rows as they were at {made_at:%Y-%m-%d %H:%M:%S} UTC.")
    if aside is not None:
        warn(f"The database that could not be read is now {aside}.")
    if done.deeds_since:
        warn(f"{done.deeds_since:,} deeds since then are undone; the audit still tells them.")
    if done.people_kept_out:
        warn(f"{done.people_kept_out:,} people who were taken out since then stay out.")
    if not same_keys:
        warn("The keys here are others than those of the copy: its e-mail addresses cannot be read with them.")
