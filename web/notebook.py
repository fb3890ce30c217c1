"""A neighbourhood's map in a notebook: the stand-alone file, shown in a frame and saved to disk, without a server."""

from dataclasses import dataclass
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path

from markupsafe import Markup

from api.queries.neighbourhood import NeighbourhoodAnswer, crime_in
from geo.category import category_of
from geo.month import Month
from geo.neighbourhood import NeighbourhoodRef
from geo.store.release import Release, live_release_id
from web.language import LANGUAGES
from web.map_file import MOST_MB, Exports
from web.settings import WebSettings
from web.site import stage_of

HEIGHT_PX = 900
# A frame of its own: its script sees nothing of the notebook, and its policy lets it ask nobody for anything.
_FRAME = Markup(
    '<iframe srcdoc="{html}" title="{title}" sandbox="allow-scripts allow-popups" width="100%" height="{height}" '
    'style="border: 1px solid #767676"></iframe>'
)


@dataclass(frozen=True)
class NotebookMap:
    """A neighbourhood's map and counts of a month, as one page.

    Attributes:
        answer: what the page states.
        html: the page.
        height_px: of the frame in which a notebook shows it.
    """

    answer: NeighbourhoodAnswer
    html: str
    height_px: int = HEIGHT_PX

    @property
    def counts(self) -> dict[str, int | None]:
        """How many crimes were recorded, by the name of the category; `None` where that is not known.

        A nought of a month that is not whole may be a gap: `answer.state` and `answer.gap` say so.
        """
        return {one.category.name: one.n for one in self.answer.counts}

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the page to a file, which opens from disk without a network.

        Args:
            path: of the file.

        Raises:
            OSError: it cannot be written there.
        """
        written = Path(path)
        written.write_text(self.html, encoding="utf-8")
        return written

    def _repr_html_(self) -> str:
        """The page in a frame."""
        return str(_FRAME.format(html=self.html, title=self.answer.neighbourhood.name, height=self.height_px))


def neighbourhood_map_of(
    data_dir: str | PathLike[str],
    force_id: str,
    neighbourhood_id: str,
    month: Month | str | None = None,
    category: str | None = None,
    language: str = "en",
    *,
    site: str = "",
    most_mb: float = MOST_MB,
) -> NotebookMap:
    """A neighbourhood's map, from the live release of a data folder.

    Args:
        data_dir: the data folder.
        force_id: the force.
        neighbourhood_id: the neighbourhood, by its id within the force.
        month: the month shown, a `Month` or `YYYY-MM`; by default the newest that counts for the force.
        category: slug of the one to show alone; by default all.
        language: `en` or `cy`.
        site: address of a site that serves the same, for links to it.
        most_mb: megabytes that the page may have.

    Raises:
        YourAreaError: no such force, neighbourhood, month or category is held, or the map cannot be one page.
        ValueError: no such language.
    """
    spoken = next((one for one in LANGUAGES if one.code == language), None)
    if spoken is None:
        raise ValueError(f"{language!r} is none of {', '.join(one.code for one in LANGUAGES)}.")
    settings = WebSettings(data_dir=Path(data_dir))
    release = Release.open(settings.folder, live_release_id(settings.folder))
    ref, shown = NeighbourhoodRef(force_id, neighbourhood_id), Month.parse(month) if isinstance(month, str) else month
    chosen = category_of(category) if category else None
    exports = Exports(release, stage_of(settings).in_language(spoken), datetime.now(UTC).date(), site, most_mb)
    html = exports.page(ref, shown, chosen)
    return NotebookMap(crime_in(release, ref, shown, chosen), html)
