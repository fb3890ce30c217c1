"""`doctor`: what would keep this from working here."""

import os
import platform
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from api.publish.database import open_updates
from api.publish.outbox import Standing, standing
from api.publish.post import post_of
from api.settings import ApiSettings
from geo.errors import CheckFailed, YourAreaError
from geo.store.layout import DataFolder
from geo.store.release import Release, live_release_id
from ingest.release import read_release
from ingest.workspace import file_problem
from web.asset import Assets
from web.settings import WebSettings
from web.staff.provider import BadProviders, read_providers
from web.theme import DEFAULT
from web.theme_file import BadTheme, own_themes
from yourarea.screen import say, say_json
from yourarea.setting import operator_unset, settings_of
from yourarea.status_job import feedback_in_words, feedback_needs_a_look, updates_held, updates_in_words

_ROOM_GB = 2  # a month of the country, with tiles, takes less


class Finding(NamedTuple):
    """One thing looked at: whether it is good, what was seen or what to do, and whether good only just."""

    what: str
    good: bool
    said: str
    warning: bool = False


def say_findings(folder: DataFolder, as_json: bool) -> None:
    """Examine, and say what was found.

    Raises:
        CheckFailed: something is not as it should be.
    """
    findings = examine(folder)
    if as_json:
        say_json([finding._asdict() for finding in findings])
    else:
        for finding in findings:
            mark = "BAD " if not finding.good else "WARN" if finding.warning else "ok  "
            say(f"{mark} {finding.what}: {finding.said}")
    if not all(finding.good for finding in findings):
        raise CheckFailed("something above needs attention.")


def examine(folder: DataFolder) -> list[Finding]:
    """Look at the interpreter, the built assets, the disk, the live release, file by file, and the updates database."""
    return [
        _python(),
        _assets(),
        *_disk(folder.root),
        *_live(folder),
        *_updates(folder),
        _mails(folder),
        _operator(),
        _themes(folder),
        _providers(),
    ]


def _python() -> Finding:
    good = sys.version_info >= (3, 11)
    return Finding("Python", good, platform.python_version() + ("" if good else ": 3.11 or later is needed"))


def _assets() -> Finding:
    try:
        Assets.read()
    except FileNotFoundError as error:
        return Finding("pages", False, str(error))
    return Finding("pages", True, "styles and scripts are built")


def _disk(root: Path) -> list[Finding]:
    place = next(path for path in (root, *root.resolve().parents) if path.exists())
    writable = os.access(place, os.W_OK)
    free = shutil.disk_usage(place).free / 1e9
    if place == root:
        said = f"{root} " + ("can be written" if writable else "cannot be written by this user")
    else:
        said = f"{root} does not exist yet and " + ("can be made" if writable else f"cannot be made in {place}")
    return [
        Finding("data folder", writable, said),
        Finding("room", free >= _ROOM_GB, f"{free:,.1f} GB free where {root} lies"),
    ]


def _live(folder: DataFolder) -> list[Finding]:
    try:
        release_id = live_release_id(folder)
        problems = [found for ref in read_release(folder, release_id).files() if (found := file_problem(folder, ref))]
        Release.open(folder, release_id)
    except YourAreaError as error:
        return [Finding("live release", False, str(error))]
    said = f"{release_id}: every file is as its manifest says" if not problems else "; ".join(problems)
    return [Finding("live release", not problems, said)]


def _updates(folder: DataFolder) -> list[Finding]:
    """The database, and the messages of readers in it: one that says a page identifies somebody must not wait."""
    about = updates_held(folder)
    feedback = Finding("feedback", True, feedback_in_words(about), warning=feedback_needs_a_look(about))
    return [Finding("updates", about.trouble is None, updates_in_words(about)), feedback]


def _mails(folder: DataFolder) -> Finding:
    """Whether e-mails can be sent, and are."""
    settings = settings_of(ApiSettings, data_dir=folder.root)
    updates = open_updates(settings)
    try:
        post = post_of(settings)
        found = standing(updates, datetime.now(UTC)) if updates.current() else Standing(0, 0, 0)
    except YourAreaError as error:
        return Finding("e-mails", False, str(error))
    finally:
        updates.close()
    if post is None and not found.waiting:
        return Finding("e-mails", True, "none are sent: no mail server is set")
    said = f"{found.waiting} wait, {found.late} of them for more than an hour; {found.given_up} given up in a day"
    return Finding("e-mails", True, said, warning=bool(found.late or found.given_up))


def _themes(folder: DataFolder) -> Finding:
    """The operator's own themes; one for a force that the live release does not know is worn by no page."""
    own = settings_of(WebSettings).themes
    if own is None:
        return Finding("themes", True, "none of your own")
    try:
        forces = set(own_themes(own)) - {DEFAULT}
    except BadTheme as error:
        return Finding("themes", False, str(error))
    try:
        unknown = forces - {force.id for force in Release.open(folder, live_release_id(folder)).register}
    except YourAreaError:  # told of above
        unknown = set()
    if unknown:
        said = f"no force of the live release is called {', '.join(sorted(unknown))}: see docs/spec/force-register.md"
        return Finding("themes", True, said, warning=True)
    return Finding("themes", True, f"{own}: {', '.join(sorted(forces)) or 'none'}")


def _providers() -> Finding:
    """The identity providers by which forces sign in; nobody outside this machine can without a public address."""
    settings = settings_of(WebSettings)
    try:
        found = read_providers(settings.staff_providers).by_id
    except BadProviders as error:
        return Finding("providers", False, str(error))
    if found and not settings.public_url:
        return Finding("providers", False, "set YOURAREA_PUBLIC_URL: they send people back to no other address")
    return Finding("providers", True, ", ".join(found) or "none: staff sign in with logins of their own")


def _operator() -> Finding:
    """What the notices on accessibility, privacy, contact and complaints need; the site works without."""
    for said in operator_unset():
        return Finding("who runs this", True, said, warning=True)
    operator = settings_of(WebSettings).operator
    return Finding("who runs this", True, f"{operator.name}, {operator.email}")
