"""A neighbourhood's map as one HTML file, which opens from disk without a network and asks nobody for anything."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.queries.neighbourhood import NeighbourhoodAnswer, crime_in, index_of
from geo.category import Category
from geo.errors import YourAreaError
from geo.month import Month
from geo.neighbourhood import NeighbourhoodRef
from geo.store.release import Release
from web import cartography
from web.address import neighbourhood_address
from web.area_map import MapFrame, map_of, supply_words
from web.embedded import Ground, fonts_of, policy_of, script_of, text_of, tiles_of
from web.frame import frame
from web.map import MapLibreMap
from web.neighbourhood_view import NeighbourhoodView
from web.own_layer import beyond_layers
from web.place import territorial
from web.stage import Stage

MOST_MB = 5.0  # what an e-mail carries; the scripts, styles and fonts are one of them
_BYTES_A_MB = 1_000_000
_OF_A_SITE = ("form", "status", "crimes", "neighbourhoods")  # what a map leads to or listens to on a page


class NotExported(YourAreaError, ValueError):
    """A map that cannot be a file: no tiles of its month, or more of them than a file may hold."""


@dataclass(frozen=True)
class Exports:
    """Makes stand-alone files from one release.

    Attributes:
        release: where every figure and every tile comes from.
        stage: renders templates, in the language of the files.
        today: the day that the files say they were saved.
        site: address of a site that serves the same, for links to it; without one a file leads nowhere.
        most_mb: megabytes that a file may have.
    """

    release: Release
    stage: Stage
    today: date
    site: str = ""
    most_mb: float = MOST_MB

    def page(self, ref: NeighbourhoodRef, month: Month | None = None, chosen: Category | None = None) -> str:
        """The HTML of a neighbourhood's file.

        Args:
            ref: the neighbourhood.
            month: the one shown; by default the newest that counts for the force.
            chosen: the category to show alone.

        Raises:
            UnknownForce: there is no such force.
            UnknownNeighbourhood: no boundary of it is held.
            BadMonth: no crimes of that month are held.
            NotExported: the release has no tiles of that month, or the file would be too large.
        """
        territorial(self.release, ref.force_id)
        index_of(self.release, ref)
        answer = crime_in(self.release, ref, month, chosen)
        ground = Ground.round(answer.bounds)
        files = {**tiles_of(ground, self._archives(answer.month)), **fonts_of(self.stage.assets)}
        context = {
            **self._figures(answer, chosen),
            "map": self._map(answer, ground, chosen),
            "files": json.dumps(files),
        }
        html = self.stage.render("alone.html", {**context, **self._parts(answer)})
        size_mb = len(html.encode()) / _BYTES_A_MB
        if size_mb > self.most_mb:
            raise NotExported(
                f"The file of {answer.neighbourhood.name} would have {size_mb:.1f} MB, and {self.most_mb:g} MB is the "
                "most. Allow more, or share the address of its page instead."
            )
        return html

    def _archives(self, month: Month) -> dict[str, Any]:
        """The archives of one month's map, by the stem of their addresses."""
        files = self.release.tile_files
        basemap = next((name for name in sorted(files) if name.startswith("basemap")), "")
        names = [name for name in (f"month-{month}", "areas", basemap) if name in files]
        if f"month-{month}" not in names:
            raise NotExported(f"There are no tiles of {month} in this release; `yourarea build` makes them.")
        return {files[name].stem: files[name].archive for name in names}

    def _map(self, answer: NeighbourhoodAnswer, ground: Ground, chosen: Category | None) -> MapLibreMap | None:
        """The map of a neighbourhood's page, of one month and of the ground that is in the file."""
        language, _ = self.stage.language, self.stage.language.words.gettext
        map_frame = MapFrame(
            label=_("Map of recorded crime in %(name)s") % {"name": answer.neighbourhood.name},
            bounds=answer.bounds,
            near=False,
            here=ground.mask(),
            layers=tuple(beyond_layers(_("Not in this file"))),
        )
        kept = {name: stem for name, stem in self.release.tiles.items() if not name.startswith(("month-", "year-"))}
        drawn = map_of(
            map_frame,
            answer,
            {**kept, f"month-{answer.month}": self.release.tiles[f"month-{answer.month}"]},
            self.stage.assets,
            language,
            chosen,
            waiting=self.stage.render("alone/waiting.html", {"view": NeighbourhoodView(answer, chosen, self.today)}),
            attribution=" ".join(frame(self.release, language)["attribution"]) or _("An invented place"),
        )
        if drawn is not None:
            links = {name: drawn.settings.pop(name) for name in _OF_A_SITE}
            if self.site:
                drawn.settings |= {name: self.site + links[name] for name in ("crimes", "neighbourhoods")}
            drawn.settings |= {"farthest": ground.farthest, "farthest_bounds": list(ground.beyond)}
        return drawn

    def _figures(self, answer: NeighbourhoodAnswer, chosen: Category | None) -> Mapping[str, Any]:
        language = self.stage.language
        address = self.site + language.prefix + neighbourhood_address(answer.neighbourhood.ref)
        return {
            **frame(self.release, language),
            "view": NeighbourhoodView(answer, chosen, self.today),
            "answer": answer,
            "name": answer.neighbourhood.name,
            "force": answer.force,
            "map_state": supply_words(answer, language),
            "cartography": cartography,
            "saved": self.today,
            "address": address if self.site else None,
            "alone": True,
        }

    def _parts(self, answer: NeighbourhoodAnswer) -> Mapping[str, Any]:
        """Script and style, the policy that lets in no others, and the dress of the force."""
        assets, dress = self.stage.assets, self.stage.themes.of(answer.force)
        script = text_of(assets, "unpack.js")
        style = text_of(assets, "site.css") + dress.css + text_of(assets, "maplibre-gl.css")
        policy = policy_of(script, style)
        return {"script": script, "style": style, "policy": policy, "packed": script_of(assets), "dress": dress}
