"""A slash at the end of a page's address: sent on to the address without it, by one rule for all pages."""

from collections.abc import Sequence
from urllib.parse import quote

from starlette.datastructures import URLPath
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Receive, Scope, Send

from web.language import addresses
from web.page import POSTCODE_PAGE


class SlashAtEnd(BaseRoute):
    """A route that matches a page's address with slashes behind it, and nothing else.

    It goes before the pages, of which a neighbourhood's would take the slash for a part of its id. A slash that is
    part of an id is written `%2F`, and stays.

    Args:
        pages: the routes of pages.
    """

    path = "(a page, with a slash at the end)"  # what the log calls it: never the path itself

    def __init__(self, pages: Sequence[BaseRoute]) -> None:
        self._pages = pages

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether there is a page at the address without the slash, and none whose address ends in one."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            return Match.NONE, {}
        written = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("latin-1")
        plain, path = written.rstrip("/"), scope["path"].rstrip("/")
        if plain in ("", written) or written.startswith("//"):  # two slashes would name another site
            return Match.NONE, {}
        found = any(page.matches({**scope, "path": path})[0] is Match.FULL for page in self._pages)
        return (Match.FULL, {"route": self, "plain_address": plain}) if found else (Match.NONE, {})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the reader on, for good."""
        query = scope["query_string"].decode("latin-1")
        of_a_postcode = addresses(scope["path"])[0][1].startswith("/area/")
        address = scope["plain_address"] + (f"?{query}" if query else "")
        answer: Response = RedirectResponse(address, 308, POSTCODE_PAGE if of_a_postcode else None)
        await answer(scope, receive, send)

    def url_path_for(self, name: str, /, **path_params: object) -> URLPath:
        """No address is made here."""
        raise NoMatchFound(name, dict(path_params))
