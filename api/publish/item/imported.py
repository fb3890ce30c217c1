"""What is published, as it would be typed: as it was, or, where it was imported, worked out from its columns."""

from datetime import date, datetime
from html.parser import HTMLParser
from typing import Any

from sqlalchemy import Connection, Row, select

from api.publish.item.field import CHANNELS
from api.publish.item.kind import Kind
from api.publish.item.put import IMPORTED, items
from api.publish.item.record import Item
from api.publish.item.written import WRITTEN
from api.publish.policy import Where

_MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*"}
_BLOCKS = {"p", "ul", "ol"}


def documents(
    connection: Connection, where: Where, kind: Kind, part_of: str | None = None
) -> list[tuple[Item, dict[str, Any]]]:
    """What is published of a kind, in its order, each as it would be typed.

    Raises:
        NoSuchItem: there is no such priority to have actions.
    """
    return [(one, document_of(connection, one)) for one in items(connection, where, kind, part_of)]


def document_of(connection: Connection, item: Item) -> dict[str, Any]:
    """One thing as it would be typed."""
    if item.written is not None:
        return dict(item.written)
    held = item.kind.table
    if item.kind is Kind.NEIGHBOURHOOD:
        own = [held.c.force_id == item.where.force_id, held.c.id == item.where.neighbourhood_id]
    else:
        own = [held.c.id == int(item.external_id.removeprefix(IMPORTED))]
    row = connection.execute(select(held).where(*own)).one_or_none()
    return {} if row is None else _typed(item.kind, row)


def _typed(kind: Kind, row: Row[Any]) -> dict[str, Any]:
    written, held = WRITTEN[kind], row._mapping
    marked = {name for one in written.markdown for name in (one, f"{one}_cy")}
    said: dict[str, Any] = {}
    for name in written.model_fields:
        value = held.get(name)
        if isinstance(value, str) and name in marked:
            value = markdown_of(value)
        elif isinstance(value, date | datetime):
            value = value.isoformat()
        if value is not None:
            said[name] = value
    if "contact" in said:  # what an import brings may have channels that nobody can type
        told = {("website" if channel == "web" else channel): text for channel, text in said["contact"].items()}
        said["contact"] = {channel: text for channel, text in told.items() if channel in CHANNELS}
    if kind is Kind.MEMBER:
        given, _, surname = str(held["name"]).rpartition(" ")
        said |= {"given_name": given or None, "surname": surname}
    return said


def markdown_of(html: str) -> str:
    r"""The Markdown of the few elements that published HTML has.

    >>> markdown_of('<p>Call <strong>us</strong>:</p><ul><li><a href="tel:101">101</a></li></ul>')
    'Call **us**:\n\n- [101](tel:101)'
    """
    reader = _Reader()
    reader.feed(html)
    lines = "".join(reader.said).split("\n")
    paragraphs = "\n".join(line.strip() for line in lines)
    while "\n\n\n" in paragraphs:
        paragraphs = paragraphs.replace("\n\n\n", "\n\n")
    return paragraphs.strip()


class _Reader(HTMLParser):
    """Writes Markdown down as it meets elements."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._numbered: list[bool] = []
        self._links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"ul", "ol"}:
            self._numbered.append(tag == "ol")
        if tag == "a":
            self._links.append(dict(attrs).get("href") or "")
        numbered = bool(self._numbered) and self._numbered[-1]
        opened = {"br": "\n", "a": "[", "li": "\n1. " if numbered else "\n- ", **_MARKS}
        self.said.append("\n\n" if tag in _BLOCKS else opened.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in {"ul", "ol"} and self._numbered:
            self._numbered.pop()
        link = f"]({self._links.pop()})" if tag == "a" and self._links else ""
        self.said.append("\n\n" if tag in _BLOCKS else _MARKS.get(tag, link))

    def handle_data(self, data: str) -> None:
        self.said.append(data.replace("\n", " "))
