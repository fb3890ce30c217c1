"""Hold back what cannot be a whole month: each force-month is compared with its own history (docs/spec/holds.md).

The judgement depends on the manifest alone, so it is the same in whatever order files came. A held force-month is
`partial`: it stands in the store and the downloads, and in no count and no tile, until somebody accepts it with a note.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from statistics import median

import duckdb

from geo.category import categories, era_of
from geo.month import Month
from geo.store.layout import DataFolder
from geo.store.manifest import Hold, Manifest, Publication
from geo.store.snap_register import vintage_of
from geo.supply import Kind
from ingest.workspace import reading

_ONE_CATEGORY_ROWS = 20  # records from which a single category cannot be chance
_HISTORY_MONTHS = 12  # how far on either side history reaches
_HISTORY_LEAST = 3  # months of history without which nothing is compared
_ROWS_RATIO = 2.5  # a whole month has not shrunk or grown more than this against the median of its history
_ROWS_LEAST = 30  # records below which a ratio says nothing
_MIX_SHARE = 0.35  # share of records that would have to change category to look like the history
_UNPLACED_RISE = 0.25  # rise of the share without a position
_NEW_POINTS = 0.6  # share of a month's snap points that no other month of the force knows
_NAMES = {category.code: category.name for category in categories()}


def judged(folder: DataFolder, manifest: Manifest) -> Manifest:
    """The manifest with its holds as they ought to be.

    What somebody accepted stays accepted, and noted so even while nothing is odd about it: other months may make it odd
    again.

    Raises:
        DamagedFile: a record file is missing or damaged.
    """
    holds = {_judged_key(one): one for one in manifest.holds if one.accepted is not None}
    with reading(folder, (one.file for one in manifest.live.values())):
        odd = list(_odd(folder, manifest))
    for one, reason in odd:
        hold = Hold(force=one.force, month=one.month, kind=one.kind, content=one.content, reason=reason)
        accepted = holds.get(_judged_key(hold))
        holds[_judged_key(hold)] = hold if accepted is None else hold.changed(accepted=accepted.accepted)
    return manifest.changed(holds=tuple(holds[key] for key in sorted(holds)))


def _judged_key(hold: Hold) -> tuple[str, Month, Kind, str]:
    """What a judgement is of: these very records, as those of this force, month and kind."""
    return hold.force, hold.month, hold.kind, hold.content


def accept(manifest: Manifest, force: str, month: Month, kind: Kind, note: str) -> Manifest:
    """The manifest with one hold accepted.

    Raises:
        LookupError: nothing of that force, month and kind is held back, or the force itself does so.
    """
    held = manifest.held.get((force, month, kind))
    if held is None:
        raise LookupError(f"Nothing is held back for {force}, {month}, {kind}.")
    if any(one.key == (force, month, kind) for one in manifest.withheld):
        raise LookupError(f"{force} itself holds back {month}, {kind}: it alone can let that go, in its corner.")
    changed = [one.changed(accepted=note) if one == held else one for one in manifest.holds]
    return manifest.changed(holds=tuple(changed))


def _odd(folder: DataFolder, manifest: Manifest) -> Iterator[tuple[Publication, str]]:
    """(publication, why) of every publication that rules and looks odd."""
    histories: dict[tuple[str, Kind], list[Publication]] = defaultdict(list)
    for one in manifest.live.values():
        if one.records and not _one_category(one):
            histories[one.force, one.kind].append(one)
    new_points = _new_points(folder, [one for one in manifest.live.values() if one.kind is Kind.STREET and one.records])
    for one in manifest.live.values():
        history = [
            other
            for other in histories[one.force, one.kind]
            if 0 < abs(other.month - one.month) <= _HISTORY_MONTHS and _comparable(one, other)
        ]
        reason = _reason(one, history, new_points.get(one.key, 0.0))
        if reason:
            yield one, reason


def _comparable(one: Publication, other: Publication) -> bool:
    """Whether no break in the data lies between two months: other categories, or another list of snap points."""
    return era_of(one.month) == era_of(other.month) and vintage_of(one.month) == vintage_of(other.month)


def _one_category(one: Publication) -> bool:
    return one.kind is Kind.STREET and one.records >= _ONE_CATEGORY_ROWS and len(one.categories) == 1


def _reason(one: Publication, history: Sequence[Publication], new_points: float) -> str | None:
    """Why a publication cannot be a whole month, or `None`."""
    if _one_category(one):
        return f"All {one.records:,} records are {_NAMES[next(iter(one.categories))]}: a filtered file is not a total."
    if one.records == 0:
        return "The file has no records."
    if len(history) < _HISTORY_LEAST or one.kind is Kind.STOPS:
        return None
    usual = median(other.records for other in history)
    if max(one.records, usual) >= _ROWS_LEAST and not 1 / _ROWS_RATIO <= one.records / usual <= _ROWS_RATIO:
        return f"{one.records:,} records, where {usual:,.0f} are usual."
    if one.kind is Kind.STREET:
        return _odd_content(one, history, new_points)
    return None


def _odd_content(one: Publication, history: Sequence[Publication], new_points: float) -> str | None:
    moved = _mix_distance(one, history)
    if moved > _MIX_SHARE and one.records >= _ROWS_LEAST:
        return f"{moved:.0%} of the records would have to be of another category to look like the months around."
    usual = median(other.unplaced / other.records for other in history)
    if one.unplaced / one.records > usual + _UNPLACED_RISE:
        return f"{one.unplaced / one.records:.0%} of the records have no position, where {usual:.0%} is usual."
    if new_points > _NEW_POINTS and one.records >= _ROWS_LEAST:
        return f"{new_points:.0%} of the snap points are in no other month of this force."
    return None


def _mix_distance(one: Publication, history: Sequence[Publication]) -> float:
    """Total variation distance between the category shares of a month and of its history, 0 to 1."""
    total = sum(other.records for other in history)
    shares = [
        abs(one.categories.get(code, 0) / one.records - sum(o.categories.get(code, 0) for o in history) / total)
        for code in _NAMES
    ]
    return sum(shares) / 2


def _new_points(folder: DataFolder, street: Sequence[Publication]) -> dict[tuple[str, Month, Kind], float]:
    """Share of each file's snap points that no other file of its force and vintage has, where there are others."""
    found = {}
    for force in sorted({one.force for one in street}):
        for vintage in sorted({vintage_of(one.month) for one in street if one.force == force}):
            files = [one for one in street if one.force == force and vintage_of(one.month) == vintage]
            if len(files) > _HISTORY_LEAST:
                found.update(_share_alone(folder, files))
    return found


def _share_alone(folder: DataFolder, files: Sequence[Publication]) -> dict[tuple[str, Month, Kind], float]:
    by_month = {str(one.month): one.key for one in files}
    rows = (
        duckdb.connect()
        .execute(
            """
        with p as (select distinct month::varchar as month, lat_e6, lng_e6
                   from read_parquet($files) where lat_e6 is not null),
             q as (select month, count(*) over (partition by lat_e6, lng_e6) as months from p)
        select month, avg((months = 1)::int) from q group by month
        """,
            {"files": [str(folder.file(one.file.path)) for one in files]},
        )
        .fetchall()
    )
    return {by_month[month]: share for month, share in rows}
