"""The body of a POST, which is a form."""

from http import HTTPStatus

from starlette.types import Receive, Scope

from api.police.answer import header
from api.police.parameters import read_parameters
from api.police.refusal import Refusal, bad_request

FORM = b"application/x-www-form-urlencoded"
MOST_BYTES = 2 << 20  # ten thousand vertices take a tenth of it


async def read_form(scope: Scope, receive: Receive) -> dict[str, str]:
    """The parameters of a form; none where there is no body.

    Raises:
        Refusal: 400 for any other body, JSON above all; 413 for one that is too long.
    """
    body = await _read(receive)
    if not body:
        return {}
    if header(scope, b"content-type").partition(b";")[0].strip().lower() != FORM:
        raise bad_request()
    return read_parameters(body)


async def _read(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise bad_request()  # the client is gone, and will not read it
        parts.append(message.get("body", b""))
        size, more = size + len(parts[-1]), message.get("more_body", False)
        if size > MOST_BYTES:
            raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, headers=((b"connection", b"close"),))
    return b"".join(parts)
