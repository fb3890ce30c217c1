"""Addresses of neighbourhoods that are no more, sent on to what a force confirmed as their successor."""

from collections.abc import Callable, Collection, Iterator
from urllib.parse import quote, unquote

from starlette.datastructures import URLPath
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Receive, Scope, Send

from api.publish.database import Updates
from api.publish.succession import successor, superseded
from geo.errors import UnknownRelease, YourAreaError
from geo.store.release import Release

_BEFORE = ("/neighbourhood/", "/staff/neighbourhood/", "/embed/")
_WELSH = "/cy"


class MovedNeighbourhoods(BaseRoute):
    """A route that matches pages of neighbourhoods that have a successor, and nothing else.

    It goes before the pages: whose role followed the neighbourhood would be refused at its old address. Only an id that
    the live release lacks, of a force whose boundaries it has, is looked up at all.

    Args:
        current: the live release.
    """

    path = "(a neighbourhood that is no more)"  # what the log calls it: never the path itself

    def __init__(self, current: Callable[[], Release]) -> None:
        self._current = current

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether the path is a page of a neighbourhood that has a successor."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            return Match.NONE, {}
        path, language = str(scope["path"]), ""
        if path.startswith(f"{_WELSH}/"):
            path, language = path.removeprefix(_WELSH), _WELSH
        before = next((one for one in _BEFORE if path.startswith(one)), None)
        if before is None:
            return Match.NONE, {}
        force_id, _, rest = path.removeprefix(before).partition("/")
        try:
            found = self._moved(scope["app"].state.updates, unquote(force_id), rest) if rest else None
        except (UnknownRelease, YourAreaError):
            return Match.NONE, {}
        if found is None:
            return Match.NONE, {}
        address = f"{language}{before}{quote(force_id, safe='')}/{found}"
        return Match.FULL, {"route": self, "successor_address": address}

    def _moved(self, updates: Updates, force_id: str, rest: str) -> str | None:
        """The successor of the longest id that the rest of a path begins with, and what stands behind it."""
        areas = self._current().neighbourhoods
        own = {areas.ids[index] for index in areas.of_force(force_id)}
        if not own or any(True for _one in _beginnings(rest, own)):
            return None
        with updates.reading() as connection:
            for one, behind in _beginnings(rest, superseded(connection, force_id)):
                now = successor(connection, force_id, one)
                if now is not None:
                    return quote(now, safe="") + quote(behind)
        return None

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the reader on, for good."""
        query = scope["query_string"].decode("latin-1")
        answer: Response = RedirectResponse(scope["successor_address"] + (f"?{query}" if query else ""), 308)
        await answer(scope, receive, send)

    def url_path_for(self, name: str, /, **path_params: object) -> URLPath:
        """No address is made here."""
        raise NoMatchFound(name, dict(path_params))


def _beginnings(rest: str, known: Collection[str]) -> Iterator[tuple[str, str]]:
    """The known ids that the rest of a path begins with, the longest first, and what stands behind each.

    An id may hold slashes, and a path thousands of them: it is held against the ids, and never taken apart.
    """
    found = (one for one in known if rest == one or rest.startswith(f"{one}/"))
    for one in sorted(found, key=len, reverse=True):
        yield one, rest.removeprefix(one)
