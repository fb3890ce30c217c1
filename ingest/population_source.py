"""Population tables as the ONS and Nomis publish them: CSV, zip of CSV, or workbook, told apart by their headers."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyogrio

from geo.errors import UnreadableSource

# What a column of LSOA codes is called: mid-year estimates since 2021 and before, Nomis, the ONS's "create a dataset".
_CODE_NAMES = (
    "lsoa 2021 code", "lsoa 2011 code", "lsoa code", "lsoa21cd", "lsoa11cd", "geography code", "geography_code",
    "area codes", "mnemonic", "lower layer super output areas code",
)  # fmt: skip
# What a column of all people is called; `Variable: ...` and `Population: ...` lead Nomis's names of 2011.
_TOTAL = re.compile(
    r"total|all ages|obs_value|observation|residence type: total; measures: value|"
    r"[a-z/ ]+: all usual residents(?: in the area)?; measures: value|"
    r"[a-z/ ]*workday population[a-z0-9/ :;]*|[a-z/ ]+: all persons[a-z ]*; measures: value",
    re.IGNORECASE,
)
_HEADER_WITHIN = 12  # rows of title and notes that workbooks have above the header
_YEAR = re.compile(r"(19|20)\d\d")
_PART = re.compile(r"\b(males|females)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PopulationTable:
    """The two columns that count, as written.

    Attributes:
        name: of the file or sheet.
        total: what the column of people is called.
        rows: (line or row from 1, code, people); `None` for both where a row has too few values.
    """

    name: str
    total: str
    rows: tuple[tuple[int, str | None, str | None], ...]


def read_table(source: Path) -> PopulationTable:
    """The population table of a source.

    Args:
        source: a CSV, a zip that holds one CSV of LSOAs, or an .xlsx workbook. Of a workbook's sheets of several years
            the newest is read; sheets of males or females alone are not.

    Raises:
        UnreadableSource: not there, or no table of people by LSOA in it, or more than one.
    """
    try:
        if source.suffix.lower() == ".xlsx":
            return _of_workbook(source)
        if zipfile.is_zipfile(source):
            with zipfile.ZipFile(source) as archive:
                names = [name for name in archive.namelist() if name.lower().endswith(".csv")]
                by_lsoa = [name for name in names if "lsoa" in name.lower()] or names
                return _only(source, [_of_csv(name, archive.read(name)) for name in sorted(by_lsoa)])
        return _only(source, [_of_csv(source.name, source.read_bytes())])
    except (OSError, RuntimeError, zipfile.BadZipFile, pyogrio.errors.DataSourceError) as error:
        raise UnreadableSource(f"{source.name} cannot be read: it is missing, damaged or encrypted.") from error


def _of_csv(name: str, data: bytes) -> PopulationTable | None:
    lines = csv.reader(io.StringIO(data.decode("utf-8-sig", "replace"), newline=""))
    return _table(name, ((lines.line_num, row) for row in lines))


def _of_workbook(source: Path) -> PopulationTable:
    names = [name for name, _ in pyogrio.list_layers(source) if not _PART.search(name)]
    dated = sorted((found[0], name) for name in names if (found := _YEAR.search(name)))
    newest = [name for year, name in dated if year == dated[-1][0]] if dated else names
    return _only(source, [_table(f"{source.name}: {name}", _sheet_rows(source, name)) for name in newest])


def _sheet_rows(source: Path, sheet: str) -> Iterator[tuple[int, list[str]]]:
    _, _, _, columns = pyogrio.raw.read(source, layer=sheet, HEADERS="DISABLE", FIELD_TYPES="STRING")
    for at, row in enumerate(zip(*columns, strict=True), start=1):
        yield at, ["" if value is None else str(value) for value in row]


def _table(name: str, rows: Iterator[tuple[int, Sequence[str]]]) -> PopulationTable | None:
    """The table below its header; `None` where no header is among the first rows."""
    for _, (_, row) in zip(range(_HEADER_WITHIN), rows, strict=False):
        names = [value.strip() for value in row]
        codes = [at for at, value in enumerate(names) if value.lower() in _CODE_NAMES]
        totals = [at for at, value in enumerate(names) if _TOTAL.fullmatch(value)]
        if codes and totals:
            code, total = codes[0], totals[0]
            return PopulationTable(name, names[total], tuple(_cells(rows, code, total)))
    return None


def _cells(
    rows: Iterator[tuple[int, Sequence[str]]], code: int, total: int
) -> Iterator[tuple[int, str | None, str | None]]:
    for at, row in rows:
        if any(value.strip() for value in row):
            short = len(row) <= max(code, total)
            yield at, None if short else row[code].strip(), None if short else row[total].strip()


def _only(source: Path, found: Sequence[PopulationTable | None]) -> PopulationTable:
    tables = [table for table in found if table is not None]
    if len(tables) != 1:
        many = f"{len(tables)} tables of people by LSOA" if tables else "no table of people by LSOA"
        raise UnreadableSource(
            f"{source.name} holds {many}: give one CSV, zip or .xlsx with a column of LSOA codes "
            "(geography code, LSOA 2021 Code, ...) and one of all people (Total, All Ages, ...)."
        )
    return tables[0]
