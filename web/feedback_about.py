"""Which page a reader speaks of: what of its address may travel, and be kept. Never a postcode or a position."""

import re
from collections.abc import Callable
from urllib.parse import unquote

from geo.neighbourhood import NeighbourhoodRef
from geo.store.release import Release
from web.address import neighbourhood_address
from web.language import addresses

AREA = "/area/{postcode}"
WHOLE = (
    "/", "/find", "/forces", "/about", "/accessibility", "/privacy", "/cookies", "/contact", "/complaints", "/feedback",
    "/guarantee",
)  # fmt: skip
_MOST = 400  # characters of an address that is looked at
_AREA = re.compile(r"/area/[^/]*(/crime|/change)?(/neighbourhood/.+)?")
_FORCE = re.compile(r"/(forces|help|guarantee)/([^/]+)")
_NEIGHBOURHOOD = re.compile(
    r"/neighbourhood/([^/]+)/(.+?)(/team|/change|/crime|/outcomes|/stops|/ask(?:/question|/thanks)?)?"
)

# Whether a force, or a neighbourhood of it, is known here: only names that are may be kept.
Known = Callable[[str, str | None], bool]


def page_of(path: str, known: Known) -> str:
    """The page at a path as it may be kept; empty for what is no page of ours.

    Args:
        path: with the prefix of a language or without, percent-encoded or not; a query is dropped.
        known: what of it is no secret, because it is a name in the data; anything else becomes its template.

    >>> page_of("/cy/area/LE1-5YA?month=2025-12", lambda force, neighbourhood: False)
    '/area/{postcode}'
    >>> page_of("/area/LE1-5YA/crime", lambda force, neighbourhood: False)
    '/area/{postcode}/crime'
    >>> page_of("/neighbourhood/leicestershire/NC 04/team", lambda force, neighbourhood: True)
    '/neighbourhood/leicestershire/NC%2004/team'
    >>> page_of("https://elsewhere.example/find", lambda force, neighbourhood: True)
    ''
    """
    bare = re.split(r"[?#]", path, maxsplit=1)[0]
    if len(path) > _MOST or not bare.startswith("/"):
        return ""
    page = unquote(addresses(unquote(bare))[0][1])  # as it is in English
    if page in WHOLE:
        return page
    if found := _AREA.fullmatch(page):
        return AREA + (found[1] or "") + (_place(found[2], known) if found[2] else "")
    if found := _FORCE.fullmatch(page):
        return f"/{found[1]}/{found[2]}" if known(found[2], None) else f"/{found[1]}/{{force}}"
    if found := _NEIGHBOURHOOD.fullmatch(page):
        return (_place(page, known) or "/neighbourhood/{force}/{neighbourhood}") + (found[3] or "")
    return ""


def link_to(path: str, force: object, ref: NeighbourhoodRef | None) -> str:
    """What the link at the foot of a page says of it.

    Args:
        path: of the page.
        force: that the page is about, where there is one.
        ref: of the neighbourhood that it is about, or that the postcode lies in.
    """
    force_id = getattr(force, "id", None)

    def known(asked: str, neighbourhood_id: str | None) -> bool:
        if neighbourhood_id is None:
            return asked == force_id or (ref is not None and asked == ref.force_id)
        return ref == NeighbourhoodRef(asked, neighbourhood_id)

    page = page_of(path, known)
    return page + neighbourhood_address(ref) if page.startswith(AREA) and ref is not None else page


def known_in(release: Release | None) -> Known:
    """What a release knows; nothing where there is none."""

    def known(force_id: str, neighbourhood_id: str | None) -> bool:
        if release is None:
            return False
        if neighbourhood_id is None:
            return any(force.id == force_id for force in release.register)
        held = release.neighbourhoods
        return (force_id, neighbourhood_id) in zip(held.force_ids, held.ids, strict=True)

    return known


def _place(page: str, known: Known) -> str:
    """A neighbourhood's address, without what follows it; that of its force where only that is known, else nothing."""
    found = _NEIGHBOURHOOD.fullmatch(page)
    if found is None or not known(found[1], None):
        return ""
    if not known(found[1], found[2]):
        return f"/neighbourhood/{found[1]}/{{neighbourhood}}"
    return neighbourhood_address(NeighbourhoodRef(found[1], found[2]))
