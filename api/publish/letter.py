"""One e-mail: its words as plain text and as simple HTML that says the same, and its head."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from markupsafe import Markup, escape

from api.publish.mail_address import one_line

_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
_BULLET = "- "
_LONGEST_LINE = 990  # a shorter limit would encode long links in the head, which programs then cannot read
_ALWAYS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}  # no absence note comes back


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says.

    Attributes:
        subject: in one line.
        text: plain; an empty line parts paragraphs, and `- ` begins a line of a list.
        headers: further ones, each in one line. `Content-Language` is the language of its words.
    """

    subject: str
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)


def message_of(letter: Letter, sender: str, to: str, message_id: str, now: datetime) -> bytes:
    """The mail as it travels: plain text, and beside it HTML that loads nothing.

    Args:
        letter: what it says.
        sender: as its head names who sends it.
        to: one address.
        message_id: what its Message-ID is between the angle brackets.
        now: its date.

    Raises:
        UnreadableSource: a line of its head holds a line break or another control character.
    """
    message = EmailMessage(policy=SMTP)
    message.set_content(letter.text.rstrip("\n") + "\n", cte="quoted-printable")
    html = html_of_text(letter.text, letter.headers.get("Content-Language", "en"))
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    # last: what begins with Content- would be taken for that of a part
    head = {"From": sender, "To": to, "Subject": letter.subject, "Date": format_datetime(now)}
    for name, value in {**head, "Message-ID": f"<{message_id}>", **_ALWAYS, **letter.headers}.items():
        message[one_line(name)] = one_line(value)
    return message.as_bytes(policy=SMTP.clone(max_line_length=_LONGEST_LINE))


def html_of_text(text: str, language: str = "en") -> str:
    r"""Plain text as a page of HTML: paragraphs, lists and links, and nothing that was not written by us.

    >>> html_of_text("One <b>\n\n- two\n- three").splitlines()[2:4]
    ['<p>One &lt;b&gt;</p>', '<ul><li>two</li><li>three</li></ul>']
    """
    blocks = Markup("\n").join(_block(block) for block in re.split(r"\n{2,}", text.strip("\n")))
    page = Markup('<!DOCTYPE html>\n<html lang="{}"><head><meta charset="utf-8"></head><body>\n{}\n</body></html>\n')
    return str(page.format(language, blocks))


def _block(text: str) -> Markup:
    lines = text.split("\n")
    if all(line.startswith(_BULLET) for line in lines):
        rows = Markup("").join(Markup("<li>{}</li>").format(_linked(line[len(_BULLET) :])) for line in lines)
        return Markup("<ul>{}</ul>").format(rows)
    return Markup("<p>{}</p>").format(Markup("<br>\n").join(_linked(line) for line in lines))


def _linked(line: str) -> Markup:
    """A line with its addresses as links; everything else is text."""
    parts, end = [], 0
    for found in _LINK.finditer(line):
        parts += [escape(line[end : found.start()]), Markup('<a href="{0}">{0}</a>').format(found[0])]
        end = found.end()
    return Markup("").join([*parts, escape(line[end:])])
