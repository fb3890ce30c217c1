"""Addresses that police.uk had, sent on to the neighbourhood or force that they were about.

Until 2020 a neighbourhood stood at `/leicestershire/NC04/`, with pages such as `crime/` behind it; since then at
`/pu/your-area/leicestershire-police/city-centre/`, by the names of both. Only forces of the register are known, and
only where no other page is. What else a force says that it was called is matched after that, in addresses of ours too.
"""

import re
from collections.abc import Callable, Mapping

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
from web.corner import CornerWatch

_NEWER = ("pu", "your-area")
_OURS = (["forces"], ["neighbourhood"], ["help"])  # addresses of ours that begin with a word and then name a force
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
            found = self._new_address(scope)
        except UnknownRelease:
            return Match.NONE, {}
        return (Match.NONE, {}) if found is None else (Match.FULL, {"route": self, "new_address": found})

    def _new_address(self, scope: Scope) -> str | None:
        release, path = self._current(), scope["path"]
        found = new_address(release, path)
        if found is not None:
            return found
        watch: CornerWatch | None = getattr(scope["app"].state, "corners", None)
        named = None if watch is None else unaliased(path, watch.now().aliases)
        return None if named is None else new_address(release, named)

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


def unaliased(path: str, aliases: Mapping[str, str]) -> str | None:
    """The path with the force's id in place of what else it was called; `None` where no alias stands in it.

    >>> unaliased("/pu/your-area/old-police/quay", {"old-police": "kent"})
    '/pu/your-area/kent/quay'
    """
    parts = [part for part in path.split("/") if part]
    at = len(_NEWER) if tuple(parts[: len(_NEWER)]) == _NEWER else 1 if parts[:1] in _OURS else 0
    if len(parts) <= at or parts[at] not in aliases:
        return None
    return "/" + "/".join([*parts[:at], aliases[parts[at]], *parts[at + 1 :]])


def _by_name(release: Release, parts: tuple[str, ...]) -> str | None:
    """By the names of force and neighbourhood, written with hyphens; a name that two share is neither's."""
    force = next((one for one in release.register if parts and one.territorial and parts[0] in slugs_of(one)), None)
    if force is None:
        return None
    if len(parts) == 1:
        return force_address(force.id)
    called = [one.ref for one in neighbourhoods_of(release, force.id) if _slug(one.name) == parts[1].lower()]
    return neighbourhood_address(called[0]) if len(called) == 1 else None


def slugs_of(force: Force) -> set[str]:
    """What a force is called in addresses by its name."""
    names = {folded(name) for name in (force.name, *force.reported_as)}
    return {force.id, *(name.replace(" ", "-") for name in names | {_FORCE_IN_NAME.sub("", name) for name in names})}


def _slug(name: str) -> str:
    return folded(name).replace(" ", "-")
