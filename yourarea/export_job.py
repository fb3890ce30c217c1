"""`export-site`: writing the pages, and saying how it went."""

from collections.abc import Sequence
from pathlib import Path

import typer

from geo.store.layout import DataFolder
from web.export.address import languages_of
from web.export.site import export_site
from web.settings import WebSettings
from yourarea.screen import counting, say, say_json
from yourarea.setting import settings_of


def export_folder(folder: DataFolder, force_id: str, output: Path, codes: Sequence[str], as_json: bool) -> None:
    """Write a force's pages.

    Raises:
        typer.BadParameter: a language that pages are not written in.
    """
    try:
        languages = languages_of(codes)
    except ValueError as error:
        raise typer.BadParameter(f"{error} Write --language en or --language cy.") from error
    settings = settings_of(WebSettings, data_dir=folder.root, pages_kept_mb=0, access_log=False)
    with counting("Writing pages", None) as done:
        written = export_site(settings, force_id, output, languages, done)
    if as_json:
        say_json({"release": written.release_id, "files": written.files})
    else:
        say(f"{written.files:,} files of release {written.release_id} are in {output}.")
