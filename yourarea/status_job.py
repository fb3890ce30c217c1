"""What `status` says to a person and to a machine."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from api.publish.about import UpdatesAbout, about_updates
from api.publish.database import open_updates
from api.publish.feedback import full_hours
from api.settings import ApiSettings
from geo.store.layout import DataFolder
from geo.supply import Kind
from ingest.status import status
from yourarea.screen import counted, say, say_json, say_table, warn
from yourarea.setting import settings_of

_FULL = {
    "identifies": "In the last day an hour brought as many that a page identifies somebody as are kept "
    "(YOURAREA_FEEDBACK_IDENTIFIES_PER_HOUR), so others may have been refused",
    "other": "In the last day an hour brought as many as are kept (YOURAREA_FEEDBACK_PER_HOUR), "
    "so others may have been refused",
}


def say_what_is_held(folder: DataFolder, as_json: bool) -> None:
    """Say what is held, counted, missing and live."""
    found, about = status(folder), updates_held(folder)
    if as_json:
        say_json(found | {"updates": about.json()})
    else:
        _say_status(found, about)


def updates_held(folder: DataFolder) -> UpdatesAbout:
    """What is known of the updates database of a data folder."""
    settings = settings_of(ApiSettings, data_dir=folder.root)
    updates = open_updates(settings)
    try:
        about = about_updates(updates)
        if about.trouble is not None:
            return about
        limits = settings.feedback_per_hour, settings.feedback_identifies_per_hour
        return replace(about, full=full_hours(updates, *limits, datetime.now(UTC)))
    finally:
        updates.close()


def updates_in_words(about: UpdatesAbout) -> str:
    """The same as a sentence."""
    if about.trouble is not None:
        return f"{about.where}: {about.trouble}"
    if about.schema is None:
        return f"{about.where}: nothing published yet"
    schema = f"schema {about.schema}" + (
        " as this software reads it" if about.current else ", brought up to date when `serve` starts"
    )
    size = f"{about.size_bytes / 1e6:,.1f} MB, " if about.size_bytes is not None else ""
    last = f"{about.last_import:%Y-%m-%d %H:%M} UTC" if about.last_import is not None else "never"
    return f"{about.where}: {size}{schema}, last import {last}"


def feedback_in_words(about: UpdatesAbout) -> str:
    """How many messages of readers wait, and what keeps more of them out, as sentences."""
    if about.trouble is None and not about.current:
        return "readers can send no message until `yourarea serve` is started anew: it makes the place for them"
    if not about.feedback:
        return "no message of a reader waits"
    urgent = f", {about.identifying:,} of them that a page identifies somebody" if about.identifying else ""
    said = f"messages of readers that wait: {about.feedback:,}{urgent}; `yourarea feedback` lists them"
    return ". ".join((said, *(_FULL[sort] for sort in about.full)))


def feedback_needs_a_look(about: UpdatesAbout) -> bool:
    """Whether the operator is to be warned: something urgent waits, some were refused, or none can be kept."""
    return bool(about.identifying or about.full or (about.trouble is None and not about.current))


def _say_status(found: dict[str, Any], about: UpdatesAbout) -> None:
    say(f"Live: {found['live'] or 'nothing yet'}. Next: {found['next']}.")
    say(f"Register: {found['register']}. Rows held: {counted(found['rows'])}; rejects: {counted(found['rejects'])}.")
    share = found["unplaced_share"]
    unplaced = f", {share:.2%} of the crimes without a place" if share is not None else ""
    say(f"Records that rule: {counted(found['records'])}{unplaced}.")
    say(f"Outcomes: {counted(found['outcomes'])}.")
    neighbourhoods = (
        f"{sum(found['neighbourhoods'].values()):,} neighbourhoods of {len(found['neighbourhoods'])} forces"
    )
    say(f"{found['snap_points']:,} snap points, {found['postcodes']:,} postcodes, {neighbourhoods}.")
    states: dict[str, list[str]] = {}
    for one in found["supply"]:
        if one["kind"] == str(Kind.STREET) and one["state"] != "supplied":
            states.setdefault(f"{one['force']}: {one['state']}", []).append(one["month"])
    say_table(
        "Crimes by force and month that are not supplied whole",
        ["force and state", "months", "from", "to"],
        [[name, len(months), min(months), max(months)] for name, months in sorted(states.items())],
    )
    for one in found["supply"]:
        if one["state"] == "partial":
            warn(f"Partial: {one['force']}/{one['month']}/{one['kind']}: {one['note']}")
    say(f"Updates: {updates_in_words(about)}.")
    (warn if feedback_needs_a_look(about) else say)(f"Feedback: {feedback_in_words(about)}.")
    disk = [[kind, round(size / 1e6, 1)] for kind, size in found["disk_bytes"].items()]
    say_table("Disk", ["kind", "MB"], disk)
