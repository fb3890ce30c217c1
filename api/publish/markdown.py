"""What staff type, as safe HTML: Markdown in, the few elements of `api.publish.markup` out."""

from functools import cache

from markdown_it import MarkdownIt

from api.publish.markup import clean_html


def html_of(written: str) -> str:
    """The HTML of Markdown. What looks like HTML in it stays text; a line break stays one; pictures are left out.

    >>> html_of("**Speeding** <script>x</script>")
    '<p><strong>Speeding</strong> &lt;script&gt;x&lt;/script&gt;</p>'
    """
    return clean_html(_markdown().render(written)).strip()


@cache
def _markdown() -> MarkdownIt:
    rules = MarkdownIt("commonmark", {"html": False, "breaks": True})
    return rules.disable(["image", "heading", "lheading", "code", "fence", "blockquote", "hr"])
