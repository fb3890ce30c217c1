"""The static edition of a force's pages: files that any file server can hand out."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI

from api.queries.find import neighbourhoods_of
from geo.store.release import Release
from web.asset import DIST, MEDIA_TYPES, PREFIX
from web.export.address import Addresses
from web.export.client import ask
from web.export.folder import SiteFolder, replacing
from web.export.lookup import lookups_of
from web.export.page import Ground, static_page
from web.export.tile import bounds_of, tiles_of
from web.header import SAFE
from web.language import Language
from web.place import territorial
from web.settings import WebSettings
from web.site import create_site
from web.static_home import shown_month
from web.theme import ADDRESS

NOT_FOUND = "/404.html"  # what many hosts answer with where there is no file
_LINK = re.compile(rf'"((?:/[a-z]+)?/neighbourhood/[^"]+\.ics|{ADDRESS}[^"]+)"')


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: of which release, and how many files."""

    release_id: str
    files: int


def export_site(
    settings: WebSettings,
    force_id: str,
    output: Path,
    languages: Sequence[Language],
    done: Callable[[], None] = lambda: None,
) -> Written:
    """Write a force's pages as files; what the folder held of an earlier edition goes when all is written.

    Args:
        settings: of the site whose pages they are.
        force_id: whose pages.
        output: the folder.
        languages: that they are written in.
        done: told after each page.

    Raises:
        UnknownRelease: nothing is live.
        UnknownForce: no force of that id has an area.
        UnknownNeighbourhood: no neighbourhoods of it are held, so that there would be no page.
        NotOurs: the folder holds something else.
    """
    with replacing(output) as folder:
        return asyncio.run(_write(create_site(settings, static=force_id), force_id, folder, tuple(languages), done))


async def _write(
    site: FastAPI, force_id: str, folder: SiteFolder, languages: tuple[Language, ...], done: Callable[[], None]
) -> Written:
    async with site.router.lifespan_context(site):
        release: Release = site.state.live.current()
        addresses = addresses_of(release, force_id, languages)
        bounds = bounds_of(release, force_id)
        async for address, content in _pages(site, addresses, Ground(force_id, bounds), done):
            folder.write(address, content)
    for files in (_assets(), tiles_of(release, addresses.month, bounds), lookups_of(release, force_id, bounds)):
        for address, content in files:
            folder.write(address, content)
    folder.write("/_headers", _headers())
    told = {
        "release": release.id,
        "force": force_id,
        "month": str(addresses.month),
        "languages": [language.code for language in languages],
    }
    return Written(release.id, folder.seal(told))


def addresses_of(release: Release, force_id: str, languages: tuple[Language, ...]) -> Addresses:
    """What a static edition of a force holds.

    Raises:
        UnknownForce: no force of that id has an area.
        UnknownNeighbourhood: no neighbourhoods of it are held.
    """
    territorial(release, force_id)
    refs = tuple(one.ref for one in neighbourhoods_of(release, force_id))
    return Addresses(force_id, refs, shown_month(release, force_id), languages)


async def _pages(
    site: FastAPI, addresses: Addresses, ground: Ground, done: Callable[[], None]
) -> AsyncIterator[tuple[str, bytes]]:
    """Every page and picture, then what pages lead to that only they know of: meetings and how the force looks."""
    more: set[str] = set()
    for page in (*addresses.pages, *addresses.pictures):
        answer = await ask(site, page)
        content = answer.body
        if answer.html:
            written = static_page(content.decode(), addresses, ground)
            more.update(_LINK.findall(written))
            content = written.encode()
        yield addresses.written(page) or page, content
        done()
        if page == addresses.languages[0].prefix + "/" != "/":
            yield "/", content  # of an edition without English
    missing = await ask(site, NOT_FOUND, HTTPStatus.NOT_FOUND)
    yield NOT_FOUND, static_page(missing.body.decode(), addresses, ground).encode()
    for file in sorted(more):
        yield file, (await ask(site, file)).body


def _assets() -> Iterator[tuple[str, bytes]]:
    """The built scripts, styles and fonts, as they are without compression."""
    for path in sorted(DIST.iterdir()):
        if path.suffix in MEDIA_TYPES:
            yield f"{PREFIX}/{path.name}", path.read_bytes()


def _headers() -> bytes:
    """The headers of the site that is served, in the form that some hosts of files read (`docs/export-site.md`)."""
    return "\n".join(("/*", *(f"  {name}: {value}" for name, value in SAFE.items()), "")).encode()
