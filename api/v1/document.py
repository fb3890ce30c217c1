"""What the OpenAPI document of `/v1` says beside what signatures and models say of themselves."""

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.problems import MEDIA_TYPE
from api.v1.media import CSV, GEOJSON, JSON, NDJSON, Media

SUMMARY = "Recorded crime by place and month, with what was supplied and what was not."
DESCRIPTION = """\
Read without a key; only a force's own systems write, with a token. Every answer comes from one release and says which.

* **Months** are written `YYYY-MM`. **Positions** are degrees of WGS 84 (EPSG:4326), latitude first and under its name;
  only inside GeoJSON does longitude come first. **Distances** are metres.
* **A number is never shown where nothing is held**: it is null, and the supply state beside it says why.
* **Forms**: by `Accept`, or by the ending of the address (`/v1/crimes.csv`).
* **Errors** are problem documents (RFC 9457). Their `type` can be opened and explains the kind.
* **Links** are relative to the site's address.
"""


class Document(BaseModel):
    """A model of a JSON object: no other keys than those named."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ProblemDocument(Document):
    """A problem document of RFC 9457."""

    type: str = Field(description="Names the kind of problem; `about:blank` where the title says it all.")
    title: str = Field(description="The kind of problem in words, the same each time.")
    status: int = Field(description="The status of HTTP.")
    detail: str = Field(description="What was wrong this time, and what to do.")


_STATUSES = {
    HTTPStatus.BAD_REQUEST: "A value that means nothing: a position, month, polygon, cell, cursor or postcode.",
    HTTPStatus.NOT_FOUND: "Something named that is not there.",
    HTTPStatus.NOT_ACCEPTABLE: "A form that is not to be had.",
    HTTPStatus.GONE: "A cursor of a release that is no longer open: begin again without it.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "A parameter that is unknown, missing, or does not go with another.",
    HTTPStatus.SERVICE_UNAVAILABLE: "No data are live yet.",
}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    int(status): {"description": said, "content": {MEDIA_TYPE: {"schema": ProblemDocument.model_json_schema()}}}
    for status, said in _STATUSES.items()
}
_LINES = {
    CSV: "One row each, after a row of names; UTF-8, lines ended by CRLF (RFC 4180). Cells are as published.",
    NDJSON: "One JSON object a line.",
    GEOJSON: "A FeatureCollection (RFC 7946).",
}


def forms(*offered: Media, example: Any = None) -> dict[int | str, dict[str, Any]]:
    """The forms of a resource, as OpenAPI has them.

    Args:
        offered: the forms; of the first the resource's own model tells the schema.
        example: of the first form.
    """
    content: dict[str, Any] = {
        media.type: {"schema": {"type": "object" if media in (GEOJSON, JSON) else "string", "description": text}}
        for media in offered[1:]
        if (text := _LINES.get(media, ""))
    }
    if example is not None:
        content[offered[0].type] = {"example": example}
    headers = {"ETag": {"description": "A strong validator.", "schema": {"type": "string"}}}
    return {200: {"description": "The answer.", "content": content, "headers": headers}}
