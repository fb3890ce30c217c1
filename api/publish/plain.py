"""The HTML that teams publish, as plain text for an e-mail."""

from html.parser import HTMLParser

_BLOCKS = {"p", "ul", "ol"}


def plain_of_html(html: str) -> str:
    r"""The words of HTML that was made safe: paragraphs parted by empty lines, lists by `- `, links with their address.

    >>> plain_of_html('<p>Come &amp; <strong>see</strong>: <a href="https://a.example/">here</a></p><ul><li>tea</li></ul>')
    'Come & see: here (https://a.example/)\n\n- tea'
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = "\n".join(line.rstrip() for line in "".join(reader.parts).split("\n"))
    return "\n\n".join(block.strip("\n ") for block in lines.split("\n\n") if block.strip())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._link: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "a":
            self._link = dict(attrs).get("href")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n\n")
        elif tag == "a" and self._link:
            self.parts.append(f" ({self._link})")
            self._link = None

    def handle_data(self, data: str) -> None:
        self.parts.append(" ".join(data.replace("\u00a0", " ").split("\n")))
