"""Pictures that teams publish: each only for as long as something public shows it."""

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.police.force import updates_of
from api.publish.content import picture_shown
from web.answer import not_modified

router = APIRouter(include_in_schema=False)

# Its address is the digest of its content, which so never changes; but what is taken back must go from caches too.
KEPT = "public, max-age=60, immutable"
HEADERS = {
    "Cache-Control": KEPT,
    "Content-Disposition": "inline",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


@router.api_route("/picture/{picture_id}", methods=["GET", "HEAD"])
def picture(request: Request, picture_id: str) -> Response:
    """A picture of an update that is shown now, or of a person who is."""
    with updates_of(request).reading() as connection:
        found = picture_shown(connection, picture_id)
    if found is None:
        raise HTTPException(404)
    media_type, content = found
    headers = {**HEADERS, "ETag": f'"{picture_id}"'}
    if not_modified(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=media_type)
