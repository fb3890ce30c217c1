"""What the OpenAPI document says of publishing, and the problem document that names each field that is wrong."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from api.problems import MEDIA_TYPE, problem_of
from api.publish.item.fault import Fault
from api.publish.item.kind import Kind
from api.publish.item.written import WRITTEN
from api.v1.document import Document, ProblemDocument
from geo.errors import BadItem

SECURITY = {"token": {"type": "http", "scheme": "bearer", "description": "A service token of the force."}}
TOKEN: dict[str, Any] = {"security": [{"token": []}]}


class BadItems(BadItem):
    """Something to be published with fields that are not what they should be.

    Attributes:
        faults: what is wrong, each field's first fault.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        named = "; ".join(f"{one.field or 'the whole'}: {one}" for one in faults)
        super().__init__(f"{named}.")
        self.faults = faults


class FaultDocument(Document):
    """What is wrong with one field."""

    field: str = Field(description="Its name; empty where it is about the whole.")
    detail: str


class WrongItemDocument(ProblemDocument):
    """A problem document that names each field that is wrong."""

    errors: list[FaultDocument]


class HeldDocument(Document):
    """Which thing it is."""

    force: str
    neighbourhood: str | None
    kind: Kind
    external_id: str
    part_of: str | None = Field(description="Of an action, the external id of its priority.")
    version: int = Field(description="Rises by one with each change; `ETag` has it too.")


class WrittenDocument(HeldDocument):
    """A thing as it was written, for who may write it."""

    written: dict[str, Any] = Field(description="As it may be sent again.")


class PutDocument(HeldDocument):
    """What was published."""

    changed: bool = Field(description="Whether anything was written: the same again changes nothing.")


class PictureKeptDocument(Document):
    """A picture that was taken in."""

    picture_id: str
    width: int = Field(description="Pixels.")
    height: int = Field(description="Pixels.")


async def answer_faults(_request: Request, error: Exception) -> Response:
    """The problem document of what cannot be published."""
    problem = problem_of(error)
    faults = error.faults if isinstance(error, BadItems) else ()
    told = {"type": problem.type, "title": problem.title, "status": problem.status, "detail": problem.detail}
    document = {**told, "errors": [{"field": one.field, "detail": str(one)} for one in faults]}
    return JSONResponse(document, problem.status, {"Cache-Control": "no-store"}, media_type=MEDIA_TYPE)


def body_schema(kind: Kind) -> dict[str, Any]:
    """What may be sent of a kind; a schema that stands on its own."""
    schema = WRITTEN[kind].model_json_schema()
    named = schema.pop("$defs", {})
    return {"required": True, "content": {"application/json": {"schema": _inlined(schema, named)}}}


def _inlined(schema: Any, named: dict[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_inlined(one, named) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        more = {key: value for key, value in schema.items() if key != "$ref"}
        return {**named[schema["$ref"].rpartition("/")[2]], **more}
    return {key: _inlined(value, named) for key, value in schema.items()}


def _problem(said: str, form: type[Document] = ProblemDocument) -> dict[str, Any]:
    return {"description": said, "content": {MEDIA_TYPE: {"schema": form.model_json_schema(ref_template="{model}")}}}


def _wrong() -> dict[str, Any]:
    schema = WrongItemDocument.model_json_schema()
    schema = _inlined(schema, schema.pop("$defs"))
    return {"description": "Fields that are not what they should be.", "content": {MEDIA_TYPE: {"schema": schema}}}


REFUSED: dict[int | str, dict[str, Any]] = {
    int(HTTPStatus.UNAUTHORIZED): _problem("No token, or none that holds."),
    int(HTTPStatus.FORBIDDEN): _problem("A token of another place, or for other kinds of things."),
}
SENT: dict[int | str, dict[str, Any]] = {
    int(HTTPStatus.REQUEST_ENTITY_TOO_LARGE): _problem("Too long."),
    int(HTTPStatus.UNSUPPORTED_MEDIA_TYPE): _problem("Another media type."),
    int(HTTPStatus.UNPROCESSABLE_ENTITY): _wrong(),
}
_MATCHED: dict[int | str, dict[str, Any]] = {
    int(HTTPStatus.PRECONDITION_FAILED): _problem("It has another version than `If-Match` says.")
}
PUT_ANSWERS: dict[int | str, dict[str, Any]] = {
    **REFUSED,
    **SENT,
    **_MATCHED,
    200: {"description": "It was there: changed, or the same as before.", "model": PutDocument},
    201: {"description": "It is new.", "model": PutDocument},
}
WRITTEN_ANSWERS: dict[int | str, dict[str, Any]] = {
    **REFUSED,
    200: {"description": "It is there.", "model": WrittenDocument},
}
DELETED: dict[int | str, dict[str, Any]] = {**REFUSED, **_MATCHED, 204: {"description": "It is gone from everything."}}
PICTURES: tuple[dict[int | str, dict[str, Any]], dict[str, Any]] = (
    {**REFUSED, **SENT, 201: {"description": "It is kept.", "model": PictureKeptDocument}},
    {"required": True, "content": {kind: {"schema": {"type": "string", "format": "binary"}}
     for kind in ("image/jpeg", "image/png", "image/webp")}},
)  # fmt: skip
