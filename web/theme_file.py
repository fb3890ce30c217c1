"""Reading themes: each is measured before it may be worn, and a bad one is told in one line."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from geo.errors import YourAreaError
from web.contrast import SHAPE, TEXT, contrast
from web.theme import Colours, Dress, Theme, Themes

BUILT_IN = Path(__file__).parent / "themes"
GROUNDS = {"white": "#ffffff", "the grey of boxes": "#eef1f6"}  # what stands under a page's words
_MOST_BYTES = 65_536  # of a theme or a logo: it comes with every first page
_PNG = b"\x89PNG\r\n\x1a\n"


class BadTheme(YourAreaError, ValueError):
    """A theme that cannot be read, or in whose colours something could not be."""


@cache
def built_in_themes() -> Themes:
    """The themes that come with the software: the default, and those of the invented county."""
    return Themes({dress.theme.force: dress for dress in _folder(BUILT_IN)})


def read_themes(own: Path | None) -> Themes:
    """The themes that come with the software, and before them those of an operator's folder.

    Args:
        own: the folder; `None` for none.

    Raises:
        BadTheme: what is wrong with which field of which file, and what to do.
    """
    if own is None:
        return built_in_themes()
    return Themes({**built_in_themes().by_force, **own_themes(own)})


def own_themes(folder: Path) -> dict[str, Dress]:
    """The themes of an operator's folder by force.

    Raises:
        BadTheme: as for `read_themes`.
    """
    if not folder.is_dir():
        raise BadTheme(f"{folder}: there is no such folder. YOURAREA_THEMES names the folder that holds the themes.")
    return {dress.theme.force: dress for dress in _folder(folder)}


def read_theme(path: Path) -> Dress:
    """One theme and its logo.

    Raises:
        BadTheme: as for `read_themes`.
    """
    content = _bytes(path, path, "")
    try:
        theme = Theme.model_validate(json.loads(content))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise BadTheme(
            f"{path}: this is no JSON in UTF-8 ({error}). Mend it; docs/spec/themes.md shows one."
        ) from error
    except ValidationError as error:
        raise BadTheme(f"{path}: {_told(error)} docs/spec/themes.md says what may stand there.") from error
    if theme.force != path.stem:
        raise _bad(path, "force", f"{theme.force!r} is not what the file is called", f"Call it {theme.force}.json")
    needed = {"name.cy": theme.name, **({"logo.alt.cy": theme.logo.alt} if theme.logo else {})}
    for field, words in needed.items():
        if theme.welsh and (words is None or words.cy is None):
            raise _bad(path, field, "it is missing, and the force publishes in Welsh", "Give it, or make `welsh` false")
    faults = list(colour_faults(theme.colours))
    if faults:
        raise _bad(path, f"colours.{faults[0][0]}", faults[0][1], "Choose a colour that differs more in lightness")
    return Dress(theme, _logo(path, theme))


def colour_faults(colours: Colours) -> Iterator[tuple[str, str]]:
    """Each colour that does not stand out enough: its field, and by how much it fails."""
    pairs = [("on_brand", colours.on_brand, "brand", colours.brand, TEXT, "text")]
    pairs += [
        (field, getattr(colours, field), ground, GROUNDS[ground], TEXT, "text")
        for field in ("brand", "link", "link_hover", "link_visited")
        for ground in GROUNDS
    ]
    pairs.append(("accent", colours.accent, "brand", colours.brand, SHAPE, "a line"))
    for field, colour, ground, under, least, what in pairs:
        found = contrast(colour, under)
        if found < least:
            yield field, f"{colour} on {ground} ({under}) has a contrast of {found:.2f}, and {what} needs {least:.1f}"


def _folder(folder: Path) -> list[Dress]:
    return [read_theme(path) for path in sorted(folder.glob("*.json"))]


def _logo(path: Path, theme: Theme) -> bytes | None:
    if theme.logo is None:
        return None
    content = _bytes(path.parent / theme.logo.file, path, "logo.file")
    svg = theme.logo.file.endswith(".svg")
    if not (b"<svg" in content if svg else content.startswith(_PNG)):
        kind = "SVG" if svg else "PNG"
        raise _bad(path, "logo.file", f"{theme.logo.file} holds no {kind}", "Save the picture in that form")
    return content


def _bytes(wanted: Path, path: Path, field: str) -> bytes:
    try:
        content = wanted.read_bytes()
    except OSError as error:
        why = f"{wanted.name} cannot be read ({error.strerror})"
        raise _bad(path, field or "the file", why, "Put it there, where this user may read it") from error
    if len(content) > _MOST_BYTES:
        why = f"{wanted.name} has {len(content):,} bytes, and at most {_MOST_BYTES:,} may be sent with a page"
        raise _bad(path, field or "the file", why, "Make it smaller")
    return content


def _bad(path: Path, field: str, why: str, remedy: str) -> BadTheme:
    return BadTheme(f"{path}: {field}: {why}. {remedy}.")


def _told(error: ValidationError) -> str:
    first: Any = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"]) or "the whole"
    return f"{field}: {first['msg'][:1].lower()}{first['msg'][1:]}."
