"""From one generation of neighbourhoods to the next: which ids stay, and which ground went where."""

import shapely

from geo.store.boundary import Areas

_SAME = 0.9  # share of both areas that two must have in common to be one area under two names
_INSIDE = 0.9  # share of an old area that must lie in a new one to have merged into it
_PIECE = 0.1  # share of an old area that makes a piece of it worth naming


def succession(old: Areas, new: Areas) -> tuple[dict[str, list[str]], list[dict[str, object]]]:
    """What became of each old id, and the successor table that an administrator confirms.

    Returns:
        By word (kept, renamed, merged, split, gone, new), the ids, `old > new` where they differ; and for each old id
        its successors with the share of its ground, from 0 to 1, that each took.
    """
    shares = _shares(old, new)
    kept = sorted(set(old.ids) & set(new.ids))
    changes: dict[str, list[str]] = {"kept": kept, "renamed": [], "merged": [], "split": [], "gone": [], "new": []}
    taken: set[str] = set()
    for area in sorted(set(old.ids) - set(new.ids)):
        pieces = {to: share for to, (share, _) in shares[area].items() if share >= _PIECE}
        word = _fate(area, pieces, shares)
        changes[word].append(f"{area} > {', '.join(pieces)}" if pieces else area)
        taken.update(pieces)
    changes["new"] = sorted(set(new.ids) - set(old.ids) - taken)
    successors: list[dict[str, object]] = [
        {"from": area, "to": to, "share": round(share, 4)}
        for area in sorted(shares)
        for to, (share, _) in sorted(shares[area].items())
        if share >= _PIECE
    ]
    return changes, successors


def _fate(area: str, pieces: dict[str, float], shares: dict[str, dict[str, tuple[float, float]]]) -> str:
    if not pieces:
        return "gone"
    largest = max(pieces, key=lambda to: pieces[to])
    share, back = shares[area][largest]
    if share >= _SAME and back >= _SAME:
        return "renamed"
    return "merged" if share >= _INSIDE else "split"


def _shares(old: Areas, new: Areas) -> dict[str, dict[str, tuple[float, float]]]:
    """Old id -> new id -> (share of the old area that they have in common, share of the new one).

    Shares are of square degrees, which within one force's ground differ from shares of square metres by less than 1 %.
    """
    tree = shapely.STRtree(new.polygons)
    found: dict[str, dict[str, tuple[float, float]]] = {area: {} for area in old.ids}
    for at, area in enumerate(old.ids):
        for other in tree.query(old.polygons[at], predicate="intersects").tolist():
            common = shapely.area(shapely.intersection(old.polygons[at], new.polygons[other]))
            sizes = shapely.area(old.polygons[at]), shapely.area(new.polygons[other])
            found[area][new.ids[other]] = (float(common / sizes[0]), float(common / sizes[1]))
    return found


def overlaps(areas: Areas) -> list[dict[str, object]]:
    """Pairs of areas that share ground, with the share of the smaller that is shared; slivers under 0.1 % left out."""
    tree = shapely.STRtree(areas.polygons)
    left, right = tree.query(areas.polygons, predicate="overlaps")
    pairs = sorted((int(a), int(b)) for a, b in zip(left, right, strict=True) if a < b)
    found: list[dict[str, object]] = []
    for a, b in pairs:
        common = shapely.area(shapely.intersection(areas.polygons[a], areas.polygons[b]))
        share = float(common / min(shapely.area(areas.polygons[a]), shapely.area(areas.polygons[b])))
        if share >= 0.001:
            found.append({"ids": [areas.ids[a], areas.ids[b]], "share_of_smaller": round(share, 4)})
    return found
