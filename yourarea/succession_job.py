"""`force succession`: what became of neighbourhoods that are no more, and letting what belongs to them follow."""

from api.publish.database import open_updates
from api.publish.policy import COMMAND
from api.publish.succession import Followed, confirm, confirmed_generations
from api.settings import ApiSettings
from geo.store.layout import DataFolder
from geo.store.manifest import Manifest
from geo.store.release import live_release_id
from geo.store.succession import Succession, pending_succession
from ingest.reference import register_of
from ingest.release import read_release
from yourarea.screen import say, say_json
from yourarea.setting import settings_of


def say_succession(folder: DataFolder, force_id: str, confirming: bool, as_json: bool) -> None:
    """Say the oldest succession of a force that waits, and confirm it where that is asked for."""
    release = live_manifest(folder)
    register_of(folder, release).force(force_id)
    updates = open_updates(settings_of(ApiSettings, data_dir=folder.root))
    followed: tuple[Followed, ...] | None = None
    try:
        with updates.reading() as connection:
            confirmed = confirmed_generations(connection, force_id)
        found = pending_succession(folder, release, force_id, confirmed)
        if found is not None and confirming:
            updates.bring_up_to_date()
            with updates.writing() as connection:
                followed = confirm(connection, COMMAND, found)
    finally:
        updates.close()
    if as_json:
        say_json(_json(found, followed))
    else:
        _say(found, followed)


def live_manifest(folder: DataFolder) -> Manifest:
    """The manifest of the live release.

    Raises:
        UnknownRelease: none is live.
    """
    return read_release(folder, live_release_id(folder))


def _json(found: Succession | None, followed: tuple[Followed, ...] | None) -> dict[str, object]:
    if found is None:
        return {"generation": None, "ended": [], "followed": None}
    ended = [{"id": one.id, "fate": one.fate, "to": dict(one.to)} for one in found.ended]
    rows = None if followed is None else [one.json() for one in followed]
    return {"generation": str(found.generation), "ended": ended, "followed": rows}


def _say(found: Succession | None, followed: tuple[Followed, ...] | None) -> None:
    if found is None:
        say("There are no new boundaries to confirm.")
        return
    say(f"Boundaries from {found.generation}: {found.kept:,} ids kept, {len(found.new):,} new.")
    for one in found.ended:
        to = ", ".join(f"{new} ({share:.0%})" for new, share in one.to)
        say(f"  {one.id}: {one.fate}{f' > {to}' if to else '; what belongs to it stays, and no page shows it'}")
    if followed is None:
        say("Confirm it with --confirm, or on the force's own page /force/FORCE/manage/succession.")
        return
    for moved in followed:
        rows = ", ".join(f"{count:,} {name}" for name, count in moved.rows.items()) or "nothing"
        say(f"  {moved.id} > {moved.content}: {rows}")
    say("Confirmed.")
