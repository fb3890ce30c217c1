"""Which addresses are files of a static edition, and where the file of each lies."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, unquote, urlsplit

from geo.errors import YourAreaError
from geo.month import Month
from geo.neighbourhood import NeighbourhoodRef
from web.about import NOTICES
from web.address import force_address, neighbourhood_address
from web.asset import PREFIX
from web.language import LANGUAGES, Language
from web.theme import ADDRESS

BEHIND = ("", "/team", "/change", "/outcomes", "/stops", "/crime")
_MEETING = re.compile(r"(?P<page>(/[a-z]+)?/neighbourhood/.+/team)/[^/]+\.ics")
_FILES = (f"{PREFIX}/", ADDRESS)


class UnsafeName(YourAreaError, ValueError):
    """A name that would lie outside the folder, or that no file can have."""


@dataclass(frozen=True)
class Addresses:
    """What a static edition holds.

    Attributes:
        force_id: whose pages.
        refs: its neighbourhoods.
        month: that its pages show.
        languages: that it is written in.
    """

    force_id: str
    refs: tuple[NeighbourhoodRef, ...]
    month: Month
    languages: tuple[Language, ...]

    @cached_property
    def bare(self) -> tuple[str, ...]:
        """Every page in order, without the prefix of a language."""
        each = (neighbourhood_address(ref) + more for ref in self.refs for more in BEHIND)
        notices = (f"/{name}" for name in ("about", *NOTICES))
        return ("/", force_address(self.force_id), f"/help/{self.force_id}", *notices, *each)

    @cached_property
    def pictures(self) -> tuple[str, ...]:
        """The picture of each map, in each language."""
        each = (f"{neighbourhood_address(ref)}/map.svg" for ref in self.refs)
        return tuple(language.prefix + path for path in each for language in self.languages)

    @cached_property
    def pages(self) -> tuple[str, ...]:
        """Every page in each language."""
        return tuple(language.prefix + path for path in self.bare for language in self.languages)

    def written(self, link: str) -> str | None:
        """Where a link of a page leads in the static edition; `None` where it holds nothing of the kind.

        Args:
            link: as a page of the served site has it.
        """
        parts = urlsplit(link)
        if parts.scheme or parts.netloc or not parts.path:
            return link
        path = self._file_of(parts.path) if self._plain(parts.query) else None
        return path and path + (f"#{parts.fragment}" if parts.fragment else "")

    def _file_of(self, path: str) -> str | None:
        named = unquote(path)
        if named in self._known:
            return path if path.endswith("/") else f"{path}/"
        meeting = _MEETING.fullmatch(named)
        held = meeting is not None and meeting["page"] in self._known
        return path if held or named in self._pictured or path.startswith(_FILES) else None

    def _plain(self, query: str) -> bool:
        """Whether a query asks for nothing but what is shown without it."""
        return all(pair == ("month", str(self.month)) for pair in parse_qsl(query, keep_blank_values=True))

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(map(unquote, self.pages))

    @cached_property
    def _pictured(self) -> frozenset[str]:
        return frozenset(map(unquote, self.pictures))


def languages_of(codes: Sequence[str]) -> tuple[Language, ...]:
    """The languages of those codes, in the usual order; all of them where none is given.

    Raises:
        ValueError: a code of no language that pages are written in.
    """
    unknown = sorted(set(codes) - {language.code for language in LANGUAGES})
    if unknown:
        raise ValueError(f"Pages are not written in {', '.join(unknown)}.")
    return tuple(language for language in LANGUAGES if not codes or language.code in codes)


def file_name(address: str) -> str:
    """Where the file behind an address lies in the folder, as a file server looks for it.

    Raises:
        UnsafeName: that would be outside the folder, or is no name for a file.

    >>> file_name("/neighbourhood/cleveland/Stockton%20Town/"), file_name("/static/site.css")
    ('neighbourhood/cleveland/Stockton Town/index.html', 'static/site.css')
    """
    name = unquote(address).removeprefix("/")
    parts = name.removesuffix("/").split("/") if name else []
    if any(part in ("", ".", "..") or "\0" in part or "\\" in part for part in parts):
        raise UnsafeName(f"{address} cannot be the name of a file.")
    return "/".join((*parts, "index.html")) if address.endswith("/") else "/".join(parts)
