"""The three published layouts: rows of a CSV file to a typed table and a reason for each row that would not do.

The first reason found is the row's reason. Columns of the tables are described in docs/spec/records.md.
"""

from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geo.category import categories
from geo.lsoa import LSOA_RENEWED
from geo.month import Month
from geo.outcome import outcomes
from geo.supply import Kind
from ingest import column as to
from ingest.csv_table import CsvTable

_PLACE = ["Longitude", "Latitude", "Location", "LSOA code", "LSOA name"]
_WHO = ["Crime ID", "Month", "Reported by", "Falls within"]
STREET_HEADER = [*_WHO, *_PLACE, "Crime type", "Last outcome category", "Context"]
OUTCOMES_HEADER = [*_WHO, *_PLACE, "Outcome type"]
STOPS_HEADER = [
    "Type", "Date", "Part of a policing operation", "Policing operation", "Latitude", "Longitude", "Gender",
    "Age range", "Self-defined ethnicity", "Officer-defined ethnicity", "Legislation", "Object of search", "Outcome",
    "Outcome linked to object of search", "Removal of more than just outer clothing",
]  # fmt: skip
STOP_TYPES = {"Person search": 0, "Vehicle search": 1, "Person and Vehicle search": 2}


@dataclass
class Reading:
    """A table in the making: its columns so far, and the first reason against each row."""

    csv: CsvTable
    columns: dict[str, pa.Array]
    reason: npt.NDArray[np.object_]

    def refuse(self, bad: to.Mask, reason: str) -> None:
        """Note a reason against the rows of a mask that have none yet."""
        if bad.any():
            self.reason[bad & (self.reason == "")] = reason

    def add_text(self, name: str, header: str) -> None:
        """A column of text."""
        self.columns[name], bad = to.text(self.csv.columns[header])
        self.refuse(bad, "not-utf-8")

    def add_flag(self, name: str, header: str) -> None:
        """A three-valued column."""
        self.columns[name], bad = to.flag(self.csv.columns[header])
        self.refuse(bad, "neither-true-nor-false")


def read_rows(csv: CsvTable, kind: Kind, month: Month, reported_as: Container[str]) -> Reading:
    """The rows of a file of that kind and month, typed.

    Args:
        csv: the file.
        kind: what its name says it is.
        month: what its name says it is of.
        reported_as: the names under which the force of its name reports; a stop-and-search file names no force.
    """
    reading = Reading(csv, {"row": pa.array(csv.ordinal)}, np.full(len(csv.ordinal), "", object))
    if "Reported by" in csv.columns:
        other = to.matching(
            csv.columns["Reported by"], lambda value: value.decode("utf-8", "replace") not in reported_as
        )
        reading.refuse(other, "other-force")
    _READERS[kind](reading, month)
    return reading


def _street(reading: Reading, month: Month) -> None:
    _identity(reading, month)
    _position(reading)
    _place_names(reading, month)
    codes = {category.name: category.code for category in categories()}
    reading.columns["category"], bad = to.coded(reading.csv.columns["Crime type"], codes, optional=False)
    reading.refuse(bad, "unknown-crime-type")
    reading.columns["outcome"], bad = to.coded(reading.csv.columns["Last outcome category"], _written(), optional=True)
    reading.refuse(bad, "unknown-outcome")
    reading.add_text("context", "Context")


def _outcomes(reading: Reading, month: Month) -> None:
    _identity(reading, month)
    _position(reading)
    _place_names(reading, month)
    reading.columns["outcome"], bad = to.coded(reading.csv.columns["Outcome type"], _written(), optional=False)
    reading.refuse(bad, "unknown-outcome")


def _stops(reading: Reading, month: Month) -> None:
    csv = reading.csv.columns
    reading.columns["type"], bad = to.coded(csv["Type"], STOP_TYPES, optional=False)
    reading.refuse(bad, "unknown-stop-type")
    reading.columns["at"], bad = _moments(csv["Date"], month)
    reading.refuse(bad, "bad-date")
    _position(reading)
    reading.add_flag("in_operation", "Part of a policing operation")
    reading.add_flag("outcome_linked", "Outcome linked to object of search")
    reading.add_flag("clothing_removed", "Removal of more than just outer clothing")
    for name, header in (
        ("operation", "Policing operation"),
        ("gender", "Gender"),
        ("age_range", "Age range"),
        ("self_defined_ethnicity", "Self-defined ethnicity"),
        ("officer_defined_ethnicity", "Officer-defined ethnicity"),
        ("legislation", "Legislation"),
        ("object_of_search", "Object of search"),
        ("outcome", "Outcome"),
    ):
        reading.add_text(name, header)


_READERS: dict[Kind, Callable[[Reading, Month], None]] = {
    Kind.STREET: _street,
    Kind.OUTCOMES: _outcomes,
    Kind.STOPS: _stops,
}
HEADERS = {Kind.STREET: STREET_HEADER, Kind.OUTCOMES: OUTCOMES_HEADER, Kind.STOPS: STOPS_HEADER}
PLAIN = {Kind.STREET: ["Crime ID"], Kind.OUTCOMES: ["Crime ID"], Kind.STOPS: []}


def _written() -> dict[str, int]:
    return {written: outcome.code for outcome in outcomes() for written in outcome.written}


def _identity(reading: Reading, month: Month) -> None:
    csv = reading.csv.columns
    reading.columns["persistent_id"], bad = to.persistent_id(csv["Crime ID"])
    reading.refuse(bad, "bad-crime-id")
    reading.refuse(to.matching(csv["Month"], lambda value: value != str(month).encode()), "other-month")


def _position(reading: Reading) -> None:
    """Millionths of degrees, null where there is no position: left empty, or zeroed because no snap point is near."""
    lat, no_lat, bad_lat = to.degrees_e6(reading.csv.columns["Latitude"], 90)
    lng, no_lng, bad_lng = to.degrees_e6(reading.csv.columns["Longitude"], 180)
    reading.refuse(bad_lat, "bad-latitude")
    reading.refuse(bad_lng, "bad-longitude")
    reading.refuse(no_lat != no_lng, "half-a-position")
    nowhere = no_lat | ((lat == 0) & (lng == 0))
    reading.columns["lat_e6"] = pa.array(lat, pa.int32(), mask=nowhere)
    reading.columns["lng_e6"] = pa.array(lng, pa.int32(), mask=nowhere)


def _place_names(reading: Reading, month: Month) -> None:
    reading.add_text("street", "Location")
    held, other = ("lsoa11", "lsoa21") if month < LSOA_RENEWED else ("lsoa21", "lsoa11")
    reading.add_text(held, "LSOA code")
    reading.columns[other] = pa.nulls(len(reading.reason), pa.dictionary(pa.int32(), pa.string()))
    reading.add_text("lsoa_name", "LSOA name")


def _moments(column: pa.DictionaryArray, month: Month) -> tuple[pa.Array, to.Mask]:
    """Seconds, UTC. A stop's date is local time written as UTC, so an hour at a month's edge may belong to the next."""
    values = [_moment(value, month) for value in column.dictionary.to_pylist()]
    bad = np.array([value is None for value in values], bool)
    seconds = np.array([value or 0 for value in values], np.int64)
    codes = column.indices.to_numpy(zero_copy_only=False)
    if not len(values):
        return pa.array([], pa.timestamp("s", "UTC")), np.zeros(0, bool)
    return pa.array(seconds[codes]).cast(pa.timestamp("s", "UTC")), bad[codes]


_DAY_S = 86_400


def _moment(value: bytes, month: Month) -> int | None:
    """Seconds since 1970 of a date within the month or a day of it; `None` for anything else."""
    try:
        moment = datetime.fromisoformat(value.decode())
    except (ValueError, UnicodeDecodeError):
        return None
    if moment.tzinfo is None:
        return None
    after = month + 1
    first, end = (datetime(each.year, each.month, 1, tzinfo=UTC).timestamp() for each in (month, after))
    seconds = int(moment.timestamp())
    return seconds if first - _DAY_S <= seconds < end + _DAY_S else None
