"""TileJSON: where the tiles of a current archive are, for map libraries that start from one fixed address."""

import hashlib
import json
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response

from api.live import Live
from api.settings import ApiSettings
from api.tiles import PREFIX
from geo.store.release import TileFile

VERSION = "3.0.0"
SHORT = "public, max-age=60"  # the address stays and its content changes with the release

router = APIRouter()


@router.api_route("/tiles/{name}.json", methods=["GET", "HEAD"], include_in_schema=False)
async def tilejson(name: str, request: Request) -> Response:
    """TileJSON 3.0.0 of the archive of that name in the live release."""
    live: Live = request.app.state.live
    settings: ApiSettings = request.app.state.settings
    file = live.current().tile_files.get(name)
    if file is None:
        raise HTTPException(404, "The live release has no tile archive of that name.")
    base = settings.public_url or str(request.base_url)
    body = json.dumps(tilejson_of(file, base.rstrip("/")), ensure_ascii=False).encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"Cache-Control": SHORT, "ETag": etag, "Access-Control-Allow-Origin": "*"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")


def tilejson_of(file: TileFile, base_url: str) -> dict[str, Any]:
    """The TileJSON document of one archive.

    Args:
        file: the archive.
        base_url: of the site, without a slash at its end.
    """
    header, metadata = file.archive.header, file.archive.metadata
    edges = (header["min_lon_e7"], header["min_lat_e7"], header["max_lon_e7"], header["max_lat_e7"])
    return {
        "tilejson": VERSION,
        "name": file.name,
        "tiles": [f"{base_url}{PREFIX}{file.stem}/{{z}}/{{x}}/{{y}}.mvt"],
        "minzoom": header["min_zoom"],
        "maxzoom": header["max_zoom"],
        "bounds": [edge / 1e7 for edge in edges],
        "center": [header["center_lon_e7"] / 1e7, header["center_lat_e7"] / 1e7, header["center_zoom"]],
        "attribution": metadata.get("attribution", ""),
        "vector_layers": metadata.get("vector_layers", []),
    }
