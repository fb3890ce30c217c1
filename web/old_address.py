"""Addresses that police.uk had, sent on to the neighbourhood or force that they were about.

Until 2020 a neighbourhood stood at `/leicestershire/NC04/`, with pages such as `crime/` behind it; since then at
`/pu/your-area/leicestershire-police/city-centre/`, by the names of both. Only forces of the register are known, and
only where no other page is.
"""

import re
from collections.abc import Callable

from starlette.datastructures import URLPath
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Receive, Scope, Send

from api.queries.find import neighbourhoods_of
from geo.errors import UnknownRelease
from geo.force import Force
from geo.neighbourhood import NeighbourhoodRef
from geo.place_name import folded
from geo.store.release import Release
from web.address import force_address, neighbourhood_address

_NEWER = ("pu", "your-area")
_FORCE_IN_NAME = re.compile(" (police|constabulary|police service|service)$")


class OldAddresses(BaseRoute):
    """A route that matches the old addresses of what is held, and nothing else.

    Args:
        current: the live release.
    """

    path = "(an old address of police.uk)"  # what the log calls it: never the path itself

    def __init__(self, current: Callable[[], Release]) -> None:
        self._current = current

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether the path was an address of something that is held."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            return Match.NONE, {}
        try:
            found = new_address(self._current(), scope["path"])
        except UnknownRelease:
            return Match.NONE, {}
        return (Match.NONE, {}) if found is None else (Match.FULL, {"route": self, "new_address": found})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the reader on, for good."""
        answer: Response = RedirectResponse(scope["new_address"], 301)
        await answer(scope, receive, send)

    def url_path_for(self, name: str, /, **path_params: object) -> URLPath:
        """No address is made here."""
        raise NoMatchFound(name, dict(path_params))


def new_address(release: Release, path: str) -> str | None:
    """Where what stood at a path of police.uk stands here; `None` where nothing of that is held."""
    parts = tuple(part for part in path.split("/") if part)
    if parts[:2] == _NEWER:
        return _by_name(release, parts[2:])
    force = next((one for one in release.register if parts and one.id == parts[0] and one.territorial), None)
    if force is None:
        return None
    if len(parts) == 1:
        return force_address(force.id)
    ref = NeighbourhoodRef(force.id, parts[1])
    pairs = zip(release.neighbourhoods.force_ids, release.neighbourhoods.ids, strict=True)
    return neighbourhood_address(ref) if (ref.force_id, ref.id) in pairs else None


def _by_name(release: Release, parts: tuple[str, ...]) -> str | None:
    """By the names of force and neighbourhood, written with hyphens; a name that two share is neither's."""
    force = next((one for one in release.register if parts and one.territorial and parts[0] in _slugs(one)), None)
    if force is None:
        return None
    if len(parts) == 1:
        return force_address(force.id)
    called = [one.ref for one in neighbourhoods_of(release, force.id) if _slug(one.name) == parts[1].lower()]
    return neighbourhood_address(called[0]) if len(called) == 1 else None


def _slugs(force: Force) -> set[str]:
    names = {folded(name) for name in (force.name, *force.reported_as)}
    return {force.id, *(name.replace(" ", "-") for name in names | {_FORCE_IN_NAME.sub("", name) for name in names})}


def _slug(name: str) -> str:
    return folded(name).replace(" ", "-")
