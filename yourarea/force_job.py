"""`force export` and `force import`: leaving with everything of a force, and bringing it into another instance."""

from pathlib import Path

from api.publish.database import open_updates
from api.publish.force_data import put_force_rows
from api.publish.policy import COMMAND
from api.publish.secret import secrets_of
from api.settings import ApiSettings
from geo.store.layout import DataFolder
from geo.store.release import Release, live_release_id
from ingest.reference import register_of
from ingest.workspace import staged_manifest
from yourarea.force_export import ForceExport, force_of, into
from yourarea.force_import import opened, read_export
from yourarea.screen import say, say_json, warn
from yourarea.setting import settings_of


def export_force(folder: DataFolder, force_id: str, target: Path, personal: bool, as_json: bool) -> None:
    """Write everything of a force into a new folder or zip."""
    settings = settings_of(ApiSettings, data_dir=folder.root)
    release = Release.open(folder, live_release_id(folder))
    force = force_of(release, force_id)
    updates = open_updates(settings)
    try:
        with into(target) as root:
            ForceExport(root, release, folder.root, updates, force).write(secrets_of(settings) if personal else None)
            files = sum(path.is_file() for path in root.rglob("*"))
    finally:
        updates.close()
    if as_json:
        say_json({"force": force.id, "target": str(target), "files": files, "personal_data": personal})
        return
    say(f"{force.name}: {files:,} files in {target}. README.md in it says what is where.")
    if personal:
        warn("E-mail addresses and residents' questions are in it, in plain text: keep it from others.")


def import_force(folder: DataFolder, source: Path, over: bool, as_json: bool) -> None:
    """Bring what an export has published and decided into this instance."""
    with opened(source) as root:
        force_id, rows, pictures = read_export(root)
    register_of(folder, staged_manifest(folder)).force(force_id)
    folder.root.mkdir(parents=True, exist_ok=True)
    updates = open_updates(settings_of(ApiSettings, data_dir=folder.root))
    try:
        updates.bring_up_to_date()
        with updates.writing() as connection:
            changed = put_force_rows(connection, COMMAND, force_id, rows, pictures, over)
    finally:
        updates.close()
    counts = {name: len(found) for name, found in rows.items() if found} | {"picture": len(pictures)}
    if as_json:
        say_json({"force": force_id, "changed": changed, "rows": counts})
    elif changed:
        say(f"{force_id}: {', '.join(f'{count:,} {name}' for name, count in counts.items())}.")
    else:
        say(f"{force_id}: nothing changed; all of it was here already.")
