"""Cursors: where a page ended, of which release and which question. Opaque to clients, and checked for damage."""

import base64
import binascii
from dataclasses import dataclass
from hashlib import sha256

from geo.errors import BadCursor, BadMonth
from geo.month import Month

_LONGEST = 400
_CHECK_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended.

    Attributes:
        release: id of the release that the first page came from, and so every other.
        question: names the parameters; see `question_of`.
        month: of the last record of the page.
        number: of that record among the month's.
    """

    release: str
    question: str
    month: Month
    number: int

    def __str__(self) -> str:
        text = f"{self.release} {self.question} {self.month} {self.number}"
        return base64.urlsafe_b64encode(f"{_check(text)} {text}".encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, written: str, question: str) -> "Cursor":
        """The cursor of some text.

        Args:
            written: as a page gave it.
            question: of the request that it comes with.

        Raises:
            BadCursor: not a cursor, or one of other parameters.
        """
        try:
            text = base64.b64decode(f"{written[:_LONGEST]}{'=' * (-len(written) % 4)}", b"-_", validate=True).decode()
            check, _, text = text.partition(" ")
            release, asked, month, number = text.split(" ")
            found = cls(release, asked, Month.parse(month), int(number))
        except (binascii.Error, UnicodeError, ValueError, BadMonth) as error:
            raise BadCursor("This is no cursor. Take `next` as it stands in a page.") from error
        if check != _check(text) or found.number < 0:
            raise BadCursor("The cursor is damaged. Take `next` as it stands in a page.")
        if found.question != question:
            raise BadCursor("The cursor belongs to other parameters. Leave it out, or ask as its page was asked for.")
        return found


def question_of(parameters: dict[str, object]) -> str:
    """A short name for some parameters."""
    return sha256(repr(sorted(parameters.items())).encode()).hexdigest()[:_CHECK_DIGITS]


def _check(text: str) -> str:
    return sha256(f"yourarea cursor {text}".encode()).hexdigest()[:_CHECK_DIGITS]
