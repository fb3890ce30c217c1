"""What forces write, made safe once, on its way in: HTML to a few elements, text to text, links to links."""

import re

import nh3

from geo.errors import YourAreaError

ELEMENTS = {"p", "br", "strong", "em", "ul", "ol", "li", "a"}
SCHEMES = {"http", "https", "mailto", "tel"}
RUNNING = {"javascript", "vbscript", "data"}

_HTML = nh3.Cleaner(
    tags=ELEMENTS, attributes={"*": set(), "a": {"href"}}, url_schemes=SCHEMES, url_relative="deny", link_rel=None
)
_TEXT = nh3.Cleaner(tags=set())
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")  # C0, and overrides of direction
_BREAK = re.compile(r"[\t\r\n]")
_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):", re.IGNORECASE)


class UnsafeLink(YourAreaError, ValueError):
    """A link of a scheme that no page should open, such as `javascript:`."""


def clean_html(written: str) -> str:
    """HTML with no element but `ELEMENTS`, no attribute but a link's address, and nothing that runs.

    Written as data.police.uk writes it: `<br />`, and hard spaces as themselves.

    >>> clean_html('<p onclick="x()">Call <b>us</b><br>now<script>x()</script></p>')
    '<p>Call us<br />now</p>'
    """
    # what follows is safe: in nh3's output "<br>" is that element and "&nbsp;" that space, never text
    return _HTML.clean(clean_characters(written)).replace("<br>", "<br />").replace("&nbsp;", "\u00a0")


def clean_text(written: str) -> str:
    """Plain text: elements are taken out where there are any, and an ampersand stays one.

    >>> clean_text("Fish & Chips <script>x()</script>Supper")
    'Fish & Chips Supper'
    """
    text = clean_characters(written)
    return _TEXT.clean(text).replace("&nbsp;", "\u00a0").replace("&amp;", "&") if "<" in text else text


def clean_link(written: str) -> str:
    """The address of a link, without the line breaks and outer blanks that browsers pass over.

    An address without a scheme is left as it is.

    Raises:
        UnsafeLink: of another scheme than `SCHEMES`.

    >>> clean_link(" https://www.police.uk/ ")
    'https://www.police.uk/'
    """
    link, scheme = _link_and_scheme(written)
    if scheme and scheme not in SCHEMES:
        raise UnsafeLink(f"A link of the scheme {scheme!r} is not taken over.")
    return link


def clean_contact(written: str) -> str:
    """How to reach somebody, which may be a link and may be words: `Twitter: @NC04`.

    Raises:
        UnsafeLink: a link that runs something.
    """
    contact, scheme = _link_and_scheme(written)
    if scheme in RUNNING:
        raise UnsafeLink(f"A link of the scheme {scheme!r} is not taken over.")
    return contact


def _link_and_scheme(written: str) -> tuple[str, str]:
    link = _BREAK.sub("", clean_text(written)).strip()
    scheme = _SCHEME.match(link)
    return link, "" if scheme is None else scheme[1].lower()


def clean_characters(written: str) -> str:
    """Text without characters that no database or page should hold: controls, and halves of characters."""
    return _CONTROL.sub("", written.encode("utf-8", "replace").decode("utf-8"))
