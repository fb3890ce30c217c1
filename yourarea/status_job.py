"""What `status` says to a person and to a machine."""

from typing import Any

from geo.store.layout import DataFolder
from geo.supply import Kind
from ingest.status import status
from yourarea.screen import counted, say, say_json, say_table, warn


def say_what_is_held(folder: DataFolder, as_json: bool) -> None:
    """Say what is held, counted, missing and live."""
    found = status(folder)
    if as_json:
        say_json(found)
    else:
        _say_status(found)


def _say_status(found: dict[str, Any]) -> None:
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
    disk = [[kind, round(size / 1e6, 1)] for kind, size in found["disk_bytes"].items()]
    say_table("Disk", ["kind", "MB"], disk)
