"""What `/api` does not answer, with the status and body that data.police.uk gives: mostly none."""

from http import HTTPStatus

from api.problems import RETRY_AFTER_S


class Refusal(Exception):
    """A request that gets no JSON.

    Attributes:
        status: of HTTP.
        text: the body.
        media_type: of the body; upstream's empty bodies are HTML.
        headers: besides.
    """

    def __init__(
        self,
        status: HTTPStatus,
        text: str = "",
        media_type: str = "text/html",
        headers: tuple[tuple[bytes, bytes], ...] = (),
    ) -> None:
        super().__init__(status.phrase)
        self.status = status
        self.text = text
        self.media_type = media_type
        self.headers = headers


def bad_request() -> Refusal:
    """No place, half a place, or numbers that are none."""
    return Refusal(HTTPStatus.BAD_REQUEST)


def not_there() -> Refusal:
    """Nothing is published of that."""
    return Refusal(HTTPStatus.NOT_FOUND)


def no_such_method() -> Refusal:
    """A path that is none of the methods."""
    return Refusal(HTTPStatus.NOT_FOUND, "Not Found", "text/plain")


def nothing_live() -> Refusal:
    """There is no release yet."""
    retry = ((b"retry-after", str(RETRY_AFTER_S).encode()),)
    return Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "No data are live yet.\n", "text/plain", retry)
