"""`/v1/docs`: the resources in a page that loads nothing, for people; machines read `/v1/openapi.json`."""

from html import escape
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi import Query as InQuery

from api.v1.answer import Asked
from api.v1.media import HTML
from api.v1.parameter import NoQuery

router = APIRouter(include_in_schema=False)


@router.get("/v1/docs")
def docs(request: Request, _query: Annotated[NoQuery, InQuery()]) -> Response:
    """What there is, with every parameter."""
    asked = Asked(request, HTML)
    return asked.respond(lambda: _page(request.app.openapi()).encode())


def _page(schema: dict[str, Any]) -> str:
    info = schema["info"]
    resources = "".join(
        _resource(method, path, one)
        for path, methods in schema["paths"].items()
        for method, one in methods.items()
        if method != "post" or "get" not in methods
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(info['title'])} /v1</title><h1>{escape(info['title'])} /v1</h1>"
        f"<p>{escape(info['summary'])}</p><p>For machines: "
        f'<a href="openapi.json">openapi.json</a> (OpenAPI {escape(schema["openapi"])}).</p>{resources}'
    )


def _resource(method: str, path: str, operation: dict[str, Any]) -> str:
    named = path if method == "get" else f"{method.upper()} {path}"
    rows = "".join(_parameter(one) for one in (*operation.get("parameters", []), *_fields(operation)))
    table = f"<table><tr><th>Parameter<th>In<th>What it means</tr>{rows}</table>" if rows else ""
    said = escape(operation.get("description", ""))
    return f"<h2><code>{escape(named)}</code></h2><p><strong>{escape(operation['summary'])}.</strong> {said}</p>{table}"


def _fields(operation: dict[str, Any]) -> list[dict[str, Any]]:
    """What a body of JSON may hold, told as parameters are."""
    schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return [
        {"name": name, "in": "body", "description": one.get("description", "")}
        for name, one in schema.get("properties", {}).items()
    ]


def _parameter(parameter: dict[str, Any]) -> str:
    cells = (f"<code>{escape(parameter['name'])}</code>", parameter["in"], escape(parameter.get("description", "")))
    return f"<tr><td>{'<td>'.join(cells)}</tr>"
