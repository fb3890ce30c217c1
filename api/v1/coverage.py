"""`/v1/coverage`: what is held of every force, month and kind."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi import Query as InQuery
from pydantic import Field

from api.police.force import updates_of
from api.publish import force_setting
from api.publish.corner import NOTHING_SAID, Said, said_of_months
from api.v1.answer import Asked, Body, json_body
from api.v1.document import Document, forms
from api.v1.media import CSV, JSON, NDJSON, Media
from api.v1.parameter import Left, MonthsQuery, MonthText, months_asked
from api.v1.row import csv_lines, ndjson
from geo.force import Force
from geo.month import Month
from geo.statistics.suppression import shown
from geo.store.manifest import Manifest
from geo.store.release import Release
from geo.supply import Kind, SupplyState

router = APIRouter(tags=["coverage"])


class CoverageRow(Document):
    """What is held of one force, month and kind."""

    force: str = Field(description="Id of the force.", examples=["leicestershire"])
    month: MonthText
    kind: Kind
    state: SupplyState
    counted: bool = Field(description="Whether its rows are in our figures; a file that is held back is not.")
    note: str | None = Field(description="Why the state is what it is, where somebody said so.")
    taken_back: bool = Field(
        description="Whether the force itself holds the month back; rely on none of its figures that you have."
    )
    force_note: str | None = Field(description="What the force says of the month.")
    force_note_cy: str | None = Field(description="The same in Welsh, where it wrote that.")
    published: MonthText | None = Field(description="Monthly issue in which the file appeared.")
    loaded_at: datetime | None = Field(description="When the file was loaded here, UTC.")
    records: int | None = Field(
        description="Rows of the file that were accepted; null where no file is held. Of stops to the nearest 5, and "
        "null where they are fewer than 5."
    )
    unplaced: int | None = Field(
        description="Those of them without a position, which no map or area can count. Of stops likewise."
    )


class Coverage(Document):
    """The supply table."""

    release: str = Field(description="Id of the release.")
    coverage: list[CoverageRow]


class CoverageQuery(MonthsQuery):
    """Which part of the table; all of it by default."""

    force: str | Left = Field(default=None, description="Id of a force.", examples=["leicestershire"])
    kind: Kind | Left = Field(default=None, description="Kind of file.")


@router.get(
    "/v1/coverage",
    summary="What is held, by force, month and kind",
    response_model=Coverage,
    responses=forms(JSON, CSV, NDJSON),
)
def coverage(request: Request, query: Annotated[CoverageQuery, InQuery()]) -> Response:
    """The supply table: `supplied`, `partial`, `not_supplied` or `not_held`. An absence is never a count of nought.

    Without months, those of which anything is held or declared.
    """
    asked = Asked(request, JSON, CSV, NDJSON)
    release = asked.release
    forces = (release.register.force(query.force),) if query.force is not None else release.register.forces
    given = query.month is not None or query.several
    months = months_asked(query, release) if given else known_months(release.manifest)
    kinds = (query.kind,) if query.kind else tuple(Kind)
    said, revision = _said(request)
    rows = partial(_by_month, release.manifest, said, forces, months, kinds)
    return asked.respond(lambda: _body(asked.media, release, rows()), revision)


def _said(request: Request) -> tuple[Said, tuple[int, int]]:
    """What forces say of months themselves, and the revision of it."""
    with updates_of(request).reading() as connection:
        return said_of_months(force_setting.every(connection)), force_setting.revision(connection)


def known_months(manifest: Manifest) -> tuple[Month, ...]:
    """The months of which anything is held or declared, oldest first."""
    return tuple(sorted({key[1] for key in (*manifest.live, *manifest.declared)}))


def _body(media: Media, release: Release, chunks: Iterator[list[dict[str, Any]]]) -> Body:
    if media is CSV:
        return csv_lines(list(CoverageRow.model_fields), chunks)
    if media is NDJSON:
        return ndjson(chunks)
    return json_body({"release": release.id, "coverage": [row for rows in chunks for row in rows]})


def _by_month(
    manifest: Manifest, said: Said, forces: tuple[Force, ...], months: tuple[Month, ...], kinds: tuple[Kind, ...]
) -> Iterator[list[dict[str, Any]]]:
    for month in months:
        yield [_row(manifest, said, force.id, month, kind) for force in forces for kind in kinds]


def _row(manifest: Manifest, said: Said, force: str, month: Month, kind: Kind) -> dict[str, Any]:
    found = manifest.live.get((force, month, kind))
    own = said.get((force, month, kind), NOTHING_SAID)
    return {
        "force": force,
        "month": str(month),
        "kind": kind.value,
        "state": manifest.state(force, month, kind).value,
        "counted": found is not None and found.key not in manifest.held,
        "note": manifest.note(force, month, kind),
        "taken_back": own.held,
        "force_note": own.text,
        "force_note_cy": own.text_cy,
        "published": str(found.published) if found else None,
        "loaded_at": found.loaded_at.isoformat() if found else None,
        "records": _number(kind, found.records) if found else None,
        "unplaced": _number(kind, found.unplaced) if found else None,
    }


def _number(kind: Kind, n: int) -> int | None:
    return shown(n).n if kind is Kind.STOPS else n
