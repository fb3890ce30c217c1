"""What forces write is made safe once, on its way in."""

import pytest

from api.publish.markup import UnsafeLink, clean_contact, clean_html, clean_link, clean_text


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<p>One</p>\n<p>Two<br />three</p>", "<p>One</p>\n<p>Two<br />three</p>"),
        ("Leicester\u00a0city", "Leicester\u00a0city"),
        ("<ul><li><strong>a</strong></li></ul><ol><li><em>b</em></li></ol>",) * 2,
        ('<a href="https://www.police.uk/?a=1&amp;b=2">x</a>',) * 2,
        ('<a href="mailto:a@b.example">x</a><a href="tel:101">y</a>',) * 2,
        ("Fish & chips < £5", "Fish &amp; chips &lt; £5"),
        ("&lt;br&gt; and &amp;nbsp; stay text", "&lt;br&gt; and &amp;nbsp; stay text"),
        ("", ""),
    ],
)
def test_html_of_the_few_elements_comes_back_as_it_was(written: str, kept: str) -> None:
    assert clean_html(written) == kept
    assert clean_html(kept) == kept


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("a<script>alert(1)</script>b", "ab"),
        ("a<style>p{}</style>b", "ab"),
        ("<img src=x onerror=alert(1)>a", "a"),
        ('<p onclick="x()" style="position:fixed" class="c" id="i" title="t">a</p>', "<p>a</p>"),
        ('<a href="javascript:alert(1)">a</a>', "<a>a</a>"),
        ('<a href=" java\tscript:alert(1)">a</a>', "<a>a</a>"),
        ('<a href="&#106;avascript:alert(1)">a</a>', "<a>a</a>"),
        ('<a href="data:text/html,x">a</a>', "<a>a</a>"),
        ('<a href="/area/LE1">a</a><a href="//evil.example">b</a>', "<a>a</a><a>b</a>"),
        ('<a href="https://x.example" target="_blank" onmouseover="x()">a</a>', '<a href="https://x.example">a</a>'),
        ("<svg><p><style><img src=x onerror=alert(1)>", "<p></p>"),
        ("<math><mi><table><mglyph><style><img src=x onerror=alert(1)>", ""),
        ("<iframe src=https://evil.example></iframe>a", "a"),
        ("<form action=/><input name=q>a</form>", "a"),
        ("<!-- <p>x</p> -->a", "a"),
        ("<p>never closed", "<p>never closed</p>"),
        ("a\x00b\x1b\u202ec", "abc"),
        ("half \ud83d of a character", "half ? of a character"),
    ],
)
def test_html_that_runs_loads_or_disguises_something_loses_it(written: str, kept: str) -> None:
    assert clean_html(written) == kept


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("74 Belgrave Gate\n, Leicester", "74 Belgrave Gate\n, Leicester"),
        ("Racecourse & Westbank", "Racecourse & Westbank"),
        ("<b>Sgt</b> O'Neill", "Sgt O'Neill"),
        ("a<script>alert(1)</script>", "a"),
        ("&lt;script&gt;", "&lt;script&gt;"),
        ("x <&lt;script&gt;alert(1)", "x &lt;&lt;script&gt;alert(1)"),
    ],
)
def test_text_keeps_its_words_and_no_element(written: str, kept: str) -> None:
    assert clean_text(written) == kept


@pytest.mark.parametrize(
    "link", ["https://a.example/b?c=d&e", "HTTP://a.example", "mailto:a@b", "tel:101", "www.a.uk", ""]
)
def test_a_link_that_pages_may_open_stays(link: str) -> None:
    assert clean_link(link) == link


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", " JavaScript:x", "java\nscript:x", "\x01javascript:x", "data:,x", "httbcles://a"]
)
def test_a_link_of_any_other_scheme_is_refused(link: str) -> None:
    with pytest.raises(UnsafeLink):
        clean_link(link)


def test_a_contact_may_be_words_with_a_colon_but_no_link_that_runs() -> None:
    assert clean_contact("Twitter: @NC04") == "Twitter: @NC04"
    with pytest.raises(UnsafeLink):
        clean_contact("javascript:alert(1)")
