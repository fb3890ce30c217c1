"""Questions posted as a form: what is too long for an address, asked in the body instead."""

from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope

from api.police.answer import header

FORM = "application/x-www-form-urlencoded"
MOST_BYTES = 512 * 1024  # ten thousand corners of a polygon fit in twice
POSTED = ("/v1/crimes", "/v1/counts")  # what takes a polygon


async def as_query(scope: Scope, receive: Receive) -> None:
    """Puts the fields of a posted form into the query string, and reads on as a GET.

    Raises:
        HTTPException: 415 for another body, 413 for one that is too long.
    """
    if header(scope, b"content-type").partition(b";")[0].strip().lower() != FORM.encode():
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"A question is posted as {FORM}.")
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        size, more = size + len(parts[-1]), message.get("more_body", False)
        if size > MOST_BYTES:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"At most {MOST_BYTES:,} bytes are taken.")
    scope["query_string"] = b"&".join(part for part in (scope["query_string"], b"".join(parts)) if part)


def with_posts(schema: dict[str, Any]) -> dict[str, Any]:
    """An OpenAPI document in which questions may be posted too, with the same parameters as fields."""
    for path in POSTED:
        get = schema["paths"][path]["get"]
        fields = {one["name"]: {**one["schema"], "description": one["description"]} for one in get["parameters"]}
        body = {"schema": {"type": "object", "properties": fields, "additionalProperties": False}}
        schema["paths"][path]["post"] = {
            **{key: value for key, value in get.items() if key != "parameters"},
            "operationId": f"{get['operationId']}_post",
            "summary": f"{get['summary']}, asked in a form",
            "description": "As GET, for polygons that are too long for an address.",
            "requestBody": {"required": True, "content": {FORM: body}},
        }
    return schema
