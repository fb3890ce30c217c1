"""Rows in the forms that are sent row by row. Nothing is held whole: a country takes no more memory than a town."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

import orjson

Row = Mapping[str, Any]
Chunks = Iterable[Sequence[Row]]


def ndjson(chunks: Chunks) -> Iterator[bytes]:
    """One JSON object a line."""
    for rows in chunks:
        yield b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)


def csv_lines(columns: Sequence[str], chunks: Chunks) -> Iterator[bytes]:
    """RFC 4180: a row of names, then a row each. Empty is null; cells are as published, whatever they begin with."""
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet)
    writer.writerow(columns)
    for rows in chunks:
        writer.writerows(map(itemgetter(*columns), rows))
        yield sheet.getvalue().encode()
        sheet.seek(0)
        sheet.truncate()
    rest = sheet.getvalue()
    if rest:
        yield rest.encode()


def feature_collection(chunks: Chunks) -> Iterator[bytes]:
    """A FeatureCollection of RFC 7946, of rows that are features."""
    yield b'{"type":"FeatureCollection","features":['
    before = b""
    for rows in chunks:
        if rows:
            yield before + b",".join(map(orjson.dumps, rows))
            before = b","
    yield b"]}"
