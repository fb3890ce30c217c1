"""`export-map`: from a release to a file."""

import re
from datetime import UTC, datetime
from pathlib import Path

import typer

from geo.category import category_of
from geo.errors import YourAreaError
from geo.month import Month
from geo.neighbourhood import NeighbourhoodRef
from geo.store.layout import DataFolder
from geo.store.release import Release, live_release_id
from web.language import LANGUAGES, Language
from web.map_file import MOST_MB, Exports
from web.settings import WebSettings
from web.site import stage_of
from yourarea.screen import say
from yourarea.setting import settings_of

_SITE = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?")


class NotWritten(YourAreaError, OSError):
    """A file that cannot be written where it should stand."""


def save_map(
    folder: DataFolder,
    neighbourhood: str,
    output: Path,
    month: Month | None,
    category: str,
    language: str,
    site: str,
    most_mb: float | None,
) -> None:
    """Write a neighbourhood's stand-alone file, and say how large it is.

    Args:
        folder: the data folder, whose live release is read.
        neighbourhood: `FORCE/NEIGHBOURHOOD`.
        output: the file.
        month: to show; `None` for the newest.
        category: slug of the one to show alone; empty for all.
        language: `en` or `cy`.
        site: address to lead to; empty for nowhere.
        most_mb: megabytes that it may have; `None` for the usual.

    Raises:
        BadParameter: a wrong command line.
        NotExported: the map cannot be a file.
        NotWritten: the file cannot be written.
    """
    force_id, slash, known = neighbourhood.partition("/")
    if not (force_id and slash and known):
        raise typer.BadParameter("write FORCE/NEIGHBOURHOOD, as the address of its page ends.")
    if site and not _SITE.fullmatch(site):
        raise typer.BadParameter("--site is the address of a site, such as https://area.example.")
    stage = stage_of(settings_of(WebSettings, data_dir=folder.root)).in_language(_language(language))
    release = Release.open(folder, live_release_id(folder))
    exports = Exports(release, stage, datetime.now(UTC).date(), site.rstrip("/"), most_mb or MOST_MB)
    html = exports.page(NeighbourhoodRef(force_id, known), month, category_of(category) if category else None)
    try:
        output.write_text(html, encoding="utf-8")
    except OSError as error:
        raise NotWritten(f"{output} cannot be written: {error.strerror}.") from error
    say(f"{output}: {len(html.encode()) / 1e6:.1f} MB, from release {release.id}.")


def _language(code: str) -> Language:
    found = next((one for one in LANGUAGES if one.code == code), None)
    if found is None:
        raise typer.BadParameter(f"--language is one of {', '.join(one.code for one in LANGUAGES)}.")
    return found
