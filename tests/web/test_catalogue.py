"""The catalogue of Welsh words: whole, in step with the sources, and honest about who has checked it."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from api.publish.record import Priority
from geo.errors import BadMonth, BadPostcode
from geo.month import Month
from geo.postcode import Postcode
from web.catalogue import compiled, gathered, in_step, messages, po_files, read
from web.language import ENGLISH, WELSH

SAME_IN_WELSH = {"Map", "999 BSL"}  # the second is the name of a service
MARK = re.compile(r"unreviewed|reviewed by \S.* \d{4}-\d\d-\d\d")
NAMED_PLACE = re.compile(r"%\(\w+\)[a-z]|\{\w+\}")
WELSH_PO = next(path for path in po_files() if "cy" in path.parts)
ENTRIES = messages(read(WELSH_PO))


def english(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def welsh(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_the_catalogue_is_in_step_with_the_sources() -> None:
    assert WELSH_PO.read_text(encoding="utf-8") == in_step(WELSH_PO, gathered()), "run `make messages`"


def test_what_is_compiled_is_what_the_catalogue_says() -> None:
    assert WELSH_PO.with_suffix(".mo").read_bytes() == compiled(WELSH_PO), "run `python -m web.assets`"


def test_every_message_is_translated_in_every_form() -> None:
    assert [english(message)[0] for message in ENTRIES if not all(welsh(message))] == []
    assert {len(welsh(message)) for message in ENTRIES if len(english(message)) == 2} == {6}


def test_every_message_is_marked_reviewed_or_unreviewed() -> None:
    marks = {english(message)[0]: [m for m in message.user_comments if MARK.fullmatch(m)] for message in ENTRIES}
    assert [text for text, found in marks.items() if len(found) != 1] == []
    assert not any(message.fuzzy for message in ENTRIES)


def test_every_message_differs_from_the_english_but_for_a_few() -> None:
    same = {text for message in ENTRIES for text in english(message) if text in welsh(message)}
    assert same == SAME_IN_WELSH & {text for message in ENTRIES for text in english(message)}


def test_no_message_says_its_sentence_twice() -> None:
    sentences = re.compile(r"(.{20,}[.!?])\s*\1")
    assert [text for message in ENTRIES for text in welsh(message) if sentences.search(text)] == []


def test_what_stands_in_an_english_sentence_stands_in_the_welsh_one() -> None:
    for message in ENTRIES:
        allowed = {place for text in english(message) for place in NAMED_PLACE.findall(text)}
        for text in welsh(message):
            assert set(NAMED_PLACE.findall(text)) <= allowed, text
            if len(welsh(message)) == 1:
                assert set(NAMED_PLACE.findall(text)) == allowed, text


def test_welsh_counts_in_six_forms() -> None:
    forms = {n: WELSH.words.plural(n) for n in (0, 1, 2, 3, 6, 890)}  # type: ignore[attr-defined]
    assert forms == {0: 0, 1: 1, 2: 2, 3: 3, 6: 4, 890: 5}
    names = [WELSH.locale.plural_form(n) for n in forms]
    assert names == ["zero", "one", "two", "few", "many", "other"]
    assert list(WELSH.plurals("{n} recorded", "{n} recorded")) == names


def test_new_messages_are_empty_and_unreviewed_and_old_ones_go(tmp_path: Path) -> None:
    path = tmp_path / "cy" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    header = WELSH_PO.read_text(encoding="utf-8").split("\n\n")[0]
    kept = '# reviewed by A. Translator 2026-01-02\nmsgid "Burglary"\nmsgstr "Byrgleriaeth"\n'
    path.write_text(f'{header}\n\n{kept}\n# unreviewed\nmsgid "Gone"\nmsgstr "Wedi mynd"\n', encoding="utf-8")
    after = in_step(path, gathered())
    assert (
        '# reviewed by A. Translator 2026-01-02\n#: geo/data/categories.json\nmsgid "Burglary"\nmsgstr "Byrg' in after
    )
    assert '# unreviewed\n#: geo/data/categories.json\nmsgid "Bicycle theft"\nmsgstr ""\n' in after
    assert "Wedi mynd" not in after


def test_what_is_wrong_is_said_in_welsh() -> None:
    with pytest.raises(BadPostcode) as caught:
        Postcode.parse("LEI 5YA")
    assert "Ai LE1 5YA oedd gennych mewn golwg (y rhif 1, nid y llythyren I)?" in WELSH.explain(caught.value)
    late = BadMonth(
        "No street crimes of %(month)s are held. Held are months from %(first)s to %(last)s.",
        month=Month(2026, 1), first=Month(2025, 1), last=Month(2025, 12),
    )  # fmt: skip
    assert ENGLISH.explain(late) == str(late)
    assert "fis Ionawr 2025 i fis Rhagfyr 2025" in WELSH.explain(late)


def test_a_name_without_welsh_is_marked_as_english() -> None:
    assert WELSH.local("South Wales Police") == "Heddlu De Cymru"
    assert WELSH.local("Kent & Co Police") == '<span lang="en">Kent &amp; Co Police</span>'


def test_what_a_team_wrote_says_its_language() -> None:
    both, english = Priority("<p>Speeding</p>", None, "<p>Goryrru</p>"), Priority("<p>Speeding</p>", None)
    assert WELSH.own(both, "issue", html=True, class_="x") == '<div lang="cy" class="x"><p>Goryrru</p></div>'
    assert WELSH.own(english, "issue", html=True) == '<div lang="en"><p>Speeding</p></div>'
    assert ENGLISH.own(both, "issue", tag="span") == '<span lang="en">&lt;p&gt;Speeding&lt;/p&gt;</span>'
