"""What every page says round its content."""

from collections.abc import Callable
from typing import Any

from geo.errors import UnknownRelease
from geo.store.release import Release
from web.attribution import attribution
from web.language import Language
from web.page import invented_title


def frame(release: Release, language: Language) -> dict[str, Any]:
    """What the template of every page asks for: whether its place is invented, whom to turn to, what a map can show."""
    return {
        "invented": invented_title(release.register, language.code),
        "attribution": attribution(release, language.words.gettext),
        "police": None,
        "streets_mapped": any(name.startswith("basemap") for name in release.tiles),
    }


def frame_always(current: Callable[[], Release], language: Language) -> dict[str, Any]:
    """The same for a page that is there without data too."""
    try:
        return frame(current(), language)
    except UnknownRelease:
        return {"invented": None, "attribution": (), "police": None}
