"""Reading themes: each is measured before it may be worn, and a bad one is told in one line."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
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
        raise _bad(path, f"colours.{faults[0].field}", str(faults[0]), "Choose a colour that differs more in lightness")
    return Dress(theme, _logo(path, theme))


@dataclass(frozen=True, slots=True)
class Measure:
    """How well one colour of a theme stands out from what it stands on.

    Attributes:
        field: its name.
        colour: it, as `#rrggbb`.
        ground: the name of the colour, or of what stands under a page's words, that it is measured against.
        under: that, as `#rrggbb`.
        least: the contrast that it needs.
    """

    field: str
    colour: str
    ground: str
    under: str
    least: float

    @property
    def found(self) -> float:
        """The contrast that it has."""
        return contrast(self.colour, self.under)

    @property
    def enough(self) -> bool:
        """Whether that is enough."""
        return self.found >= self.least

    def __str__(self) -> str:
        what = "text" if self.least == TEXT else "a line"
        return (
            f"{self.colour} on {self.ground} ({self.under}) has a contrast of {self.found:.2f}, "
            f"and {what} needs {self.least:.1f}"
        )


def measures(colours: Colours) -> Iterator[Measure]:
    """Every contrast that a theme's colours need."""
    yield Measure("on_brand", colours.on_brand, "brand", colours.brand, TEXT)
    for field in ("brand", "link", "link_hover", "link_visited"):
        for ground, under in GROUNDS.items():
            yield Measure(field, getattr(colours, field), ground, under, TEXT)
    yield Measure("accent", colours.accent, "brand", colours.brand, SHAPE)


def colour_faults(colours: Colours) -> Iterator[Measure]:
    """Each colour that does not stand out enough."""
    return (one for one in measures(colours) if not one.enough)


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
