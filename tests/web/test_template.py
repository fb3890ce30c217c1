"""Templates: every word that is shown can be translated."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment

from web.stage import TEMPLATES

MARKUP = r"<[^>]*>|&[a-z]+;"


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.stem)
def test_no_word_of_a_template_escapes_translation(template: Path) -> None:
    tokens = Environment().lex(template.read_text(encoding="utf-8"))
    outside = "".join(text for _, kind, text in tokens if kind == "data")
    assert re.findall(r"[A-Za-z]{2,}", re.sub(MARKUP, " ", outside, flags=re.DOTALL)) == []


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.stem)
def test_no_label_of_a_template_escapes_translation(template: Path) -> None:
    html = template.read_text(encoding="utf-8")
    assert re.findall(r'(?:aria-label|alt|placeholder)="[^"{]+"', html) == []
    assert re.findall(r'"(?:text|titleText|label)": "[^"]+"', html) == []
