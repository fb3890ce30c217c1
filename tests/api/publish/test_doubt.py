"""What a text is asked about before it is public, in English and Welsh; and what is left in peace."""

import pytest

from api.publish.doubt import DoubtKind, doubts


@pytest.mark.parametrize(
    ("text", "kind", "passage"),
    [
        ("We spoke to the victim, Sarah Jones.", "victim", "We spoke to the victim, Sarah Jones."),
        ("The victim Sarah was hurt", "victim", "The victim Sarah was hurt"),
        ("Mr Khan was robbed in the lane.", "victim", "Mr Khan was robbed in the lane."),
        ("Roedd y dioddefwr, Siân Evans, yn ddewr.", "victim", "Roedd y dioddefwr, Siân Evans, yn ddewr."),
        ("Ymosodwyd ar Gwenllian Rees nos Lun.", "victim", "Ymosodwyd ar Gwenllian Rees nos Lun."),
        ("Sarah Jones, 34, came to us", "age", "Sarah Jones, 34"),
        ("Danny (14) rode it", "age", "Danny (14"),
        ("A 34-year-old Karen", "age", "34-year-old Karen"),
        ("Siân Evans 34 oed", "age", "Siân Evans 34 oed"),
        ("Ring 07700 900123 today", "telephone", "07700 900123"),
        ("Ring +44 (0)7700 900 123", "telephone", "+44 (0)7700 900 123"),
        ("Write to una@curlew.example now", "email", "una@curlew.example"),
        ("They live at 12 Mill Lane.", "home", "12 Mill Lane"),
        ("Yn 12 Heol Fawr.", "home", "12 Heol Fawr"),
        ("At Flat 3 there", "home", "Flat 3"),
        ("Yn fflat 3b", "home", "fflat 3b"),
        ("near LE1 3GG", "home", "LE1 3GG"),
    ],
)
def test_what_seems_to_tell_of_somebody_is_asked_about(text: str, kind: str, passage: str) -> None:
    assert [one.passage for one in doubts(text) if one.kind == kind] == [passage]


@pytest.mark.parametrize(
    "text",
    [
        "Call 101, or 999 in an emergency. Crimestoppers: 0800 555 111.",
        "Power cut? Call 105. Medical advice: 111.",
        "Victims of burglary can ask us for advice.",
        "Please call Victim Support.",
        "We marked 40 bicycles in Market Street on Monday.",
        "Open Mondays, 9 to 5, and on 3 March from 18:00.",
        "Meeting on 2026-11-02 at 7pm in the Library.",
        "Cafodd pedwar deg o feiciau eu marcio ddydd Llun.",
        "Reference 12345678 and release 20260105",
        "On June 12 we were in Mill Lane.",
        "",
    ],
)
def test_what_a_team_says_every_day_is_left_in_peace(text: str) -> None:
    assert doubts(text) == []


def test_what_the_force_publishes_itself_is_no_doubt() -> None:
    text = "Ring 01632 960 001 or write to t1@testshire.example, TS1 1AA"
    assert {one.kind for one in doubts(text)} == {DoubtKind.TELEPHONE, DoubtKind.EMAIL, DoubtKind.HOME}
    assert doubts(text, ["01632 960001", "T1@testshire.example", "TS11AA"]) == []


def test_a_passage_is_told_once() -> None:
    assert len(doubts("07700 900123 and again 07700 900123")) == 1
