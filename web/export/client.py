"""Asking an app for pages without a server: an ASGI request is a call."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import unquote

from starlette.types import ASGIApp, Message

from geo.errors import YourAreaError


class NotAnswered(YourAreaError, RuntimeError):
    """A page that should be there is not."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an app answered.

    Attributes:
        headers: by name in small letters.
        body: as it was sent.
    """

    headers: Mapping[str, str]
    body: bytes

    @property
    def html(self) -> bool:
        """Whether it is a page."""
        return self.headers.get("content-type", "").startswith("text/html")


async def ask(app: ASGIApp, address: str, status: int = HTTPStatus.OK) -> Answer:
    """The answer to a plain GET of a path, percent-encoded as in a link.

    Raises:
        NotAnswered: the answer has another status.
    """
    started: Message = {}
    parts: list[bytes] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"} if started else {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            started.update(message)
        else:
            parts.append(bytes(message.get("body", b"")))

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": unquote(address), "raw_path": address.encode(), "query_string": b"", "root_path": "",
        "headers": [(b"host", b"localhost"), (b"accept", b"text/html, */*")], "client": ("127.0.0.1", 0),
        "server": ("localhost", 80), "state": {},
    }  # fmt: skip
    await app(scope, receive, send)
    if started["status"] != status:
        raise NotAnswered(f"{address} cannot be written: the site answers {started['status']}.")
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in started["headers"]}
    return Answer(headers, b"".join(parts))
