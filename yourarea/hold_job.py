"""Months that forces hold back themselves: from the updates database into what is staged, and the list of them."""

from collections.abc import Iterable
from typing import Any

from api.publish.database import HEAD, open_updates
from api.publish.withheld import withheld_in
from api.settings import ApiSettings
from geo.store.layout import DataFolder
from geo.store.manifest import Manifest, Withheld
from ingest.release import live_release, read_release
from yourarea.screen import say, say_json, say_table
from yourarea.setting import settings_of

IN_FORCE, WAITS, LET_GO, NO_FILE = (
    "in force",
    "in force, maps wait for update",
    "let go, waits for update",
    "no file is held",
)


def withheld_by_forces(folder: DataFolder) -> tuple[Withheld, ...]:
    """What forces hold back themselves, by force, month and kind.

    Raises:
        StoreFormatTooNew: the updates database was made by a later version of this software.
    """
    updates = open_updates(settings_of(ApiSettings, data_dir=folder.root))
    try:
        schema = updates.schema()
        if schema is None or schema < HEAD:  # forces can set nothing there yet
            return ()
        with updates.reading() as connection:
            return withheld_in(connection)
    finally:
        updates.close()


def unheld_in(release: Manifest, withheld: Iterable[Withheld]) -> list[Withheld]:
    """What forces hold back and a release counts all the same."""
    return [one for one in withheld if one.key in release.live and one.key not in release.held]


def say_holds(folder: DataFolder, as_json: bool) -> None:
    """Say what forces hold back themselves, and whether that is in force yet."""
    rows = holds_of(folder)
    if as_json:
        say_json(rows)
        return
    if not rows:
        say("No force holds back a month.")
        return
    columns = ["force", "month", "kind", "state", "note"]
    say_table("Held back by forces", columns, [[row[name] for name in columns] for row in rows])
    if any(row["state"] in (WAITS, LET_GO) for row in rows):
        say(
            "Servers leave out what is held back within seconds. Maps, and what was let go, wait for `yourarea update`."
        )


def holds_of(folder: DataFolder) -> list[dict[str, Any]]:
    """What forces hold back or have let go, each with how far that is (the contract of `force holds --json`)."""
    live = live_release(folder)
    release = read_release(folder, live) if live is not None else Manifest()
    now = {one.key: one for one in withheld_by_forces(folder)}
    before = {one.key: one for one in release.withheld}
    found = []
    for key, one in sorted({**before, **now}.items()):
        if key not in now:
            state = LET_GO
        elif before.get(key) == one:
            state = IN_FORCE if key in release.live else NO_FILE
        else:
            state = WAITS
        told = {"force": one.force, "month": str(one.month), "kind": str(one.kind)}
        found.append({**told, "state": state, "note": one.note})
    return found
