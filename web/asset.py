"""Built scripts, styles and fonts: what each is called now, and serving them for good."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

DIST = Path(__file__).parent / "static" / "dist"
PREFIX = "/static"
FOR_GOOD = "public, max-age=31536000, immutable"  # a file's name is made of its content
MEDIA_TYPES = {
    ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml",
    ".woff2": "font/woff2", ".txt": "text/plain",
}  # fmt: skip


@dataclass(frozen=True)
class Assets:
    """The built files.

    Attributes:
        files: name in the sources to name in the build.
    """

    files: Mapping[str, str]

    @classmethod
    def read(cls, dist: Path = DIST) -> "Assets":
        """The files of the last build.

        Raises:
            FileNotFoundError: never built; the message says how.
        """
        manifest = dist / "manifest.json"
        if not manifest.is_file():
            raise FileNotFoundError(f"{manifest} is missing; `python -m web.assets` builds what pages need.")
        return cls(json.loads(manifest.read_text(encoding="utf-8"))["files"])

    def address(self, name: str) -> str:
        """Where a file is served.

        Raises:
            KeyError: no file of that name was built.
        """
        return f"{PREFIX}/{self.files[name]}"

    def fonts(self) -> dict[tuple[str, int], str]:
        """Addresses of the font files by (range, weight)."""
        return {
            (part, weight): self.address(f"noto-sans-{part}-{weight}-normal.woff2")
            for part in ("latin", "latin-ext")
            for weight in (400, 700)
        }

    @property
    def digest(self) -> str:
        """Changes whenever a file does."""
        return sha256(json.dumps(dict(self.files), sort_keys=True).encode()).hexdigest()


class AssetFiles(StaticFiles):
    """Serves the built files: compressed ones where the browser takes them, all to be kept for good."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or a smaller twin made by the build.

        Raises:
            HTTPException: 404, no such file.
        """
        media_type = MEDIA_TYPES.get(Path(path).suffix)
        if media_type is None:
            raise HTTPException(404)
        accepted = Headers(scope=scope).get("accept-encoding", "")
        for encoding, suffix in (("br", ".br"), ("gzip", ".gz"), (None, "")):
            if encoding is not None and encoding not in accepted:
                continue
            found, stat = await to_thread.run_sync(self.lookup_path, path + suffix)
            if stat is not None:
                return _response(found, media_type, encoding)
        raise HTTPException(404)


def _response(path: str, media_type: str, encoding: str | None) -> Response:
    headers = {"Cache-Control": FOR_GOOD, "Vary": "Accept-Encoding"}
    if encoding is not None:
        headers["Content-Encoding"] = encoding
    return FileResponse(path, headers=headers, media_type=media_type)
