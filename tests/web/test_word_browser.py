"""No word is cut in two on a narrow screen, where nobody could read on."""

import pytest
from playwright.sync_api import Page

from web.language import LANGUAGES, Language

pytestmark = pytest.mark.browser

CUT = """() => {
  const cut = [];
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (const word of node.data.matchAll(/[\\p{L}\\p{N}'’]+/gu)) {
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      if (new Set([...range.getClientRects()].map((part) => Math.round(part.top))).size > 1) cut.push(word[0]);
    }
  }
  return cut;
}"""
PLACE = "/neighbourhood/testshire/T1"
PATHS = ("/", "/area/ZZ1-1AA", "/area/ZZ1-1AA/crime", PLACE, *(f"{PLACE}/{part}" for part in ("change", "team")))
HEADS = ("Category", "Crimes", "Each 1,000", "Beside others")
HEAD = '<th class="govuk-table__header{}">{}</th>'


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
@pytest.mark.parametrize("path", PATHS)
def test_no_word_of_a_page_is_cut_at_320_pixels(page: Page, places_address: str, path: str, language: Language) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(places_address + language.prefix + path)
    assert page.evaluate(CUT) == []


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_no_head_of_the_comparison_is_cut_at_320_pixels(page: Page, places_address: str, language: Language) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(places_address + language.prefix + "/about")
    first, *rest, last = [language.words.gettext(head) for head in HEADS]
    heads = [HEAD.format("", first), *(HEAD.format(" govuk-table__header--numeric", one) for one in rest)]
    row = "".join([*heads, HEAD.format("", last)])
    table = f'<table class="govuk-table ya-table ya-compare"><tr class="govuk-table__row">{row}</tr></table>'
    page.evaluate("html => { document.querySelector('main').innerHTML = html }", table)
    assert page.evaluate(CUT) == []
