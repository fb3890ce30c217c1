"""E-mail addresses and the lines of a mail's head: what may stand there, and what would smuggle in more."""

import re
import unicodedata

from geo.errors import UnreadableSource

MOST_CHARACTERS = 254  # RFC 5321, 4.5.3.1.3
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"({_LOCAL})@((?:{_LABEL}\.)+(?!\d+$){_LABEL})")
_MOST_LOCAL = 64


class BadAddress(UnreadableSource):
    """No address to which a mail can be sent."""


def mail_address(text: str) -> str:
    """One address, its domain in small letters and in ASCII.

    >>> mail_address(" Rhys.Ap@Example.ORG ")
    'Rhys.Ap@example.org'

    Raises:
        BadAddress: it is none, or more than one, or holds what would make a header of its own.
    """
    local, at, domain = text.strip().rpartition("@")
    try:
        found = _ADDRESS.fullmatch(f"{local}{at}{domain.encode('idna').decode('ascii')}")
    except UnicodeError as error:
        raise BadAddress("That is not an e-mail address.") from error
    if found is None or len(found[0]) > MOST_CHARACTERS or len(found[1]) > _MOST_LOCAL:
        raise BadAddress("That is not an e-mail address.")
    return f"{found[1]}@{found[2].lower()}"


def one_line(text: str) -> str:
    """A text that may stand in a mail's head, as it was given.

    Raises:
        UnreadableSource: it holds a line break or another control character.
    """
    if any(unicodedata.category(one) in {"Cc", "Zl", "Zp"} for one in text):
        raise UnreadableSource("A line of a mail's head holds a line break or another control character.")
    return text
