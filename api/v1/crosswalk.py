"""`/v1/id-crosswalk`: which crime here an id saved from another instance means, where the operator has loaded that."""

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi import Query as InQuery
from fastapi.responses import PlainTextResponse

from api.v1.answer import Asked
from api.v1.document import forms
from api.v1.media import CSV
from api.v1.parameter import NoQuery

router = APIRouter(tags=["crimes"])

_CHUNK_BYTES = 1 << 16


class CsvText(PlainTextResponse):
    """What the document calls an answer in CSV."""

    media_type = CSV.type


@router.get(
    "/v1/id-crosswalk",
    summary="Ids of another instance",
    response_class=CsvText,
    responses=forms(CSV),
)
def id_crosswalk(request: Request, _query: Annotated[NoQuery, InQuery()]) -> Response:
    """CSV of `original_id`, `id` and `persistent_id`; 404 where none is held, as nobody publishes one by default."""
    asked = Asked(request, CSV)
    held = asked.release.manifest.id_crosswalk
    if held is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, "This instance holds no id crosswalk.")
    return asked.respond(lambda: _chunks(asked.settings.folder.file(held.path)))


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk
