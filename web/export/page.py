"""A page of the served site as a page of the static edition: no link leads to what is not there."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from html import escape, unescape
from html.parser import HTMLParser
from typing import Any

from web.export.address import Addresses

_CHOOSABLE = ("a", "link")


@dataclass(frozen=True)
class Ground:
    """What a map of the static edition may show.

    Attributes:
        force_id: whose neighbourhoods its pages lead to.
        bounds: west, south, east, north of the ground of which it has tiles, in degrees.
    """

    force_id: str
    bounds: tuple[float, float, float, float]


def static_page(html: str, addresses: Addresses, ground: Ground) -> str:
    """The page with its links led to files; a link to what is not in the edition stays as its words alone."""
    page = _Page(addresses, ground)
    page.feed(html)
    page.close()
    return "".join(page.parts)


class _Page(HTMLParser):
    """Copies a page as it stands, but for links and the settings of maps."""

    def __init__(self, addresses: Addresses, ground: Ground) -> None:
        super().__init__(convert_charrefs=False)
        self.parts: list[str] = []
        self._written: Callable[[str], str | None] = addresses.written
        self._ground = ground
        self._month = str(addresses.month)
        self._links: list[bool] = []  # of the open links, whether they lead on
        self._map = False
        self._unsaid = False  # within the name of a language that the edition is not written in

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self._map = tag == "script" and "data-map" in told
        text = self.get_starttag_text() or ""
        for name in ("href", "src"):
            link = told.get(name)
            if link is None:
                continue
            led = self._written(link)
            if led is None:
                self._leave_out(tag, link)
                self._unsaid = tag == "a" and "hreflang" in told
                return
            text = _with(text, name, led)
        if tag == "a":
            self._links.append(True)
        self.parts.append(text)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.parts.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self._map = False
        if tag == "a" and not self._links.pop():
            self._unsaid = False
            return
        self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._unsaid:
            self.parts.append(self._map_settings(data) if self._map else data)

    def handle_entityref(self, name: str) -> None:
        self.parts.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.parts.append(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self.parts.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.parts.append(f"<!{decl}>")

    def _leave_out(self, tag: str, link: str) -> None:
        if tag not in _CHOOSABLE:
            raise ValueError(f"A page needs {link}, which the static edition does not hold.")
        if tag == "a":
            self._links.append(False)

    def _map_settings(self, data: str) -> str:
        settings: dict[str, Any] = json.loads(data)
        settings["months"] = {self._month: settings["months"][self._month]}
        settings |= {
            "year": None,
            "crimes": "",
            "only": self._ground.force_id,
            "farthest_bounds": list(self._ground.bounds),
        }
        for source in settings["style"]["sources"].values():
            if source["type"] == "vector":
                source["bounds"] = list(self._ground.bounds)
        return json.dumps(settings, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _with(text: str, name: str, value: str) -> str:
    """A start tag with another value of an attribute, which stands in it between double quotes."""
    before, quoted, rest = text.partition(f' {name}="')
    old, quote, after = rest.partition('"')
    return text if not quoted or unescape(old) == value else f"{before}{quoted}{escape(value)}{quote}{after}"
