"""The map of a neighbourhood's own page: as an area page's, with the neighbourhood in place of a circle."""

from collections.abc import Mapping

from api.queries.neighbourhood import NeighbourhoodAnswer
from geo.category import Category
from web.area_map import MapFrame, map_of
from web.asset import Assets
from web.language import Language
from web.map import MapLibreMap

NOTHING: Mapping[str, object] = {"type": "FeatureCollection", "features": []}


def neighbourhood_map(
    answer: NeighbourhoodAnswer,
    tiles: Mapping[str, str],
    assets: Assets,
    language: Language,
    chosen: Category | None = None,
    *,
    waiting: str = "",
    attribution: str = "",
) -> MapLibreMap | None:
    """The map of a neighbourhood, its outline drawn; arguments and absence as for `web.area_map.area_map`."""
    label = language.words.gettext("Map of recorded crime in %(name)s") % {"name": answer.neighbourhood.name}
    frame = MapFrame(label=label, bounds=answer.bounds, near=False, here=NOTHING, layers=())
    return map_of(frame, answer, tiles, assets, language, chosen, waiting=waiting, attribution=attribution)
