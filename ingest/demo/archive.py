"""The county's bulk archives: zips of CSV members, named, headed and ended as data.police.uk's are."""

import csv
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from geo.month import Month, months_between
from ingest.demo.crime import (
    FIRST_MONTH,
    LAST_MONTH,
    OUTCOMES_HEADER,
    STREET_HEADER,
    Crime,
    Row,
    crimes_of,
    outcome_rows,
    street_rows,
)
from ingest.demo.neighbourhood import DOGGERLAND, SILVER_PIT
from ingest.demo.scene import Scene
from ingest.demo.stop import STOPS_HEADER, stop_rows

# the real window is 36 months; with 18 the two archives overlap in 12 months and the older is needed for the first six
WINDOW_MONTHS = 18
PUBLICATIONS = (Month(2026, 3), LAST_MONTH)
NOT_SUPPLIED = ((SILVER_PIT, Month(2026, 6), "street"),)
EARLIER_MONTHS = 8  # months before the first whose crimes still get outcomes, though their street files are not held


@dataclass(frozen=True)
class Archive:
    """A bulk archive on disk and the month of its publication; both archives are whole."""

    published: Month
    path: Path


def write_archives(folder: Path, seed: int, scene: Scene) -> tuple[Archive, ...]:
    """Both bulk archives as `<folder>/YYYY-MM.zip`, oldest first."""
    folder.mkdir(parents=True, exist_ok=True)
    months = list(months_between(FIRST_MONTH.back(EARLIER_MONTHS), LAST_MONTH))
    crimes = {month: crimes_of(seed, scene, month) for month in months}
    outcomes = outcome_rows(crime for month in months for crime in crimes[month])
    constant = {
        (month, force, kind): _csv(header, rows)
        for month in months_between(FIRST_MONTH, LAST_MONTH)
        for force in (DOGGERLAND, SILVER_PIT)
        for kind, header, rows in (
            ("outcomes", OUTCOMES_HEADER, outcomes[force, month]),
            ("stop-and-search", STOPS_HEADER, stop_rows(seed, scene, force, month)),
        )
    }
    return tuple(_write(folder, published, crimes, constant) for published in PUBLICATIONS)


def _write(
    folder: Path, published: Month, crimes: dict[Month, list[Crime]], constant: dict[tuple[Month, str, str], bytes]
) -> Archive:
    """One archive; only its street files depend on when it was published."""
    path = folder / f"{published}.zip"
    first = max(FIRST_MONTH, published.back(WINDOW_MONTHS - 1))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for month in months_between(first, published):
            for force in (DOGGERLAND, SILVER_PIT):
                for kind in ("outcomes", "stop-and-search", "street"):
                    if (force, month, kind) in NOT_SUPPLIED:
                        continue
                    if kind == "street":
                        text = _csv(STREET_HEADER, street_rows(crimes[month], force, published))
                    else:
                        text = constant[month, force, kind]
                    # a fixed time, so that the same county has the same bytes whenever it is written
                    stamp = (published.year, published.month, 28, 0, 0, 0)
                    member = zipfile.ZipInfo(f"{month}/{month}-{force}-{kind}.csv", stamp)
                    member.compress_type = zipfile.ZIP_DEFLATED
                    member.external_attr = 0o644 << 16
                    archive.writestr(member, text)
    return Archive(published, path)


def _csv(header: Row, rows: Iterable[Row]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
