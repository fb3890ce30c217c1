"""A release without months that forces have taken back since it was made: as `build` would leave them out.

What was built with them in it is counted anew where that is quick (counts), read from the records where it is not
(answers written in advance), and left out where neither can be (tile archives).
"""

from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256

from geo.month import Month
from geo.store.count import MonthCounts
from geo.store.manifest import Manifest, Withheld
from geo.store.release import Release
from geo.store.serving import ids_name, records_name
from geo.supply import Kind

_YEAR = 12  # months of the archives that are called year-


def holding_back(release: Release, withheld: Iterable[Withheld]) -> Release:
    """A release without some months of forces; itself where it counts none of them.

    Its id says that it is another. What was let go of, but was built without, stays out until it is built again.

    Args:
        release: as it was made.
        withheld: what forces hold back now.
    """
    built = {one.key: one for one in release.manifest.withheld}
    gone = [one for one in withheld if one.key in release.manifest.live and one.key not in release.manifest.held]
    if not gone:
        return release
    both = {**built, **{one.key: one for one in gone}}
    manifest = release.manifest.changed(withheld=tuple(both[key] for key in sorted(both)))
    mapped, written = archives_of(gone, release.tile_files), _written_with(gone, manifest)
    digest = sha256("".join(one.model_dump_json() for one in gone).encode()).hexdigest()
    return replace(
        release,
        id=f"{release.id}-{digest[:8]}",
        manifest=manifest,
        tile_files={name: file for name, file in release.tile_files.items() if name not in mapped},
        served={name: records for name, records in release.served.items() if name not in written},
        served_ids={name: ids for name, ids in release.served_ids.items() if name not in written},
        _counts=_counts_without(release, gone, manifest),
        _tallied=release.tallied if release.tally is not None else None,
    )


def archives_of(withheld: Iterable[Withheld], names: Iterable[str]) -> set[str]:
    """The names of the tile archives in which some months are drawn, of those names."""
    months = [one.month for one in withheld if one.kind is Kind.STREET]
    return {name for name in names if any(_draws(name, month) for month in months)}


def _draws(name: str, month: Month) -> bool:
    what, _, written = name.partition("-")
    if what == "month":
        return written == str(month)
    return what == "year" and 0 <= Month.parse(written).slot - month.slot < _YEAR


def _written_with(gone: Iterable[Withheld], manifest: Manifest) -> set[str]:
    """The names of the answers written in advance that have something of those months in them."""
    found = set()
    for one in gone:
        found |= {records_name(one.kind, one.month), ids_name(one.kind, one.month)}
        if one.kind is Kind.STREET:  # outcomes of any month tell of the crimes that they became of
            months = {key[1] for key in manifest.live}
            found |= {name(Kind.OUTCOMES, month) for name in (records_name, ids_name) for month in months}
    return found


def _counts_without(release: Release, gone: Iterable[Withheld], manifest: Manifest) -> dict[Month, MonthCounts]:
    slots: dict[Month, set[int]] = {}
    for one in gone:
        if one.kind is Kind.STREET:
            slots.setdefault(one.month, set()).add(release.register.force(one.force).slot)
    return {
        month: release.counts(month).without(slots[month]) if month in slots else release.counts(month)
        for month in release.months
        if month in manifest.months
    }
