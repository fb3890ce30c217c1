"""What a text should be asked about before it is public: what seems to name a victim, a number, a home, an address.

It finds what looks like one of these, in English and Welsh, and sees more than there is: somebody then looks and says
that it is right. It is no promise that nothing is left.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from geo.place_name import folded


class DoubtKind(StrEnum):
    """What a passage seems to hold."""

    VICTIM = "victim"
    AGE = "age"
    TELEPHONE = "telephone"
    EMAIL = "email"
    HOME = "home"


@dataclass(frozen=True, slots=True)
class Doubt:
    """One passage to look at.

    Attributes:
        kind: what it seems to hold.
        passage: as written.
    """

    kind: DoubtKind
    passage: str


PUBLIC_NUMBERS = frozenset(("999", "101", "111", "105", "112", "18000", "0800555111"))

_NAME = r"[A-ZÀ-ÖØ-ÞŴŶ][a-zà-öø-ÿŵŷ'’\-]+"
_STREET = (
    "Avenue|Ave|Close|Court|Crescent|Drive|Gardens|Green|Grove|Hill|Lane|Mews|Park|Parade|Place|Rise|Road|Rd|Row|"
    "Square|Street|St|Terrace|View|Walk|Way|Wharf"
)
_STRYD = "Stryd|Heol|Ffordd|Lôn|Rhodfa|Clos|Cilgant|Teras|Rhes|Maes|Coedlan|Gerddi|Bryn|Parc|Lon"
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")
_EMAIL = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
_TELEPHONE = re.compile(r"(?<![\w.])(?:(?:\+44|0044)[\s.\-]*(?:\(0\))?|\(?0)(?:[\s().\-]{0,2}\d){8,10}(?!\w)")
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", re.IGNORECASE)
_HOMES = (
    re.compile(rf"\b\d{{1,4}}[A-Za-z]?,? +(?:{_NAME} +){{1,3}}(?:{_STREET})\b"),
    re.compile(rf"\b\d{{1,4}}[A-Za-z]?,? +(?:{_STRYD})\b(?: +[\w'’\-]+){{1,2}}"),
    re.compile(r"\b(?:flat|apartment|fflat|rhandy) +(?:no\.? *|number +|rhif +)?\d+[a-z]?\b", re.IGNORECASE),
)
# those that something was done to, or who saw or are said to have done it; Welsh with its mutations
_PEOPLE = re.compile(
    r"\b(?:victims?|complainants?|survivors?|witness(?:es)?|deceased|injured party|suspects?|assaulted|attacked|raped|"
    r"robbed|burgled|stabbed|abused|arrested|"
    r"(?:dd?|n)ioddef(?:wr|wyr|wraig)|h?achwynydd|(?:th?|d|nh)yst(?:ion)?|"
    r"ymosodwyd|treisiwyd|ysbeiliwyd|trywanwyd|arestiwyd|ymadawedig)\b",
    re.IGNORECASE,
)
_NO_HOUR = r"(?![:/.]\d| *(?:[ap]m|to|till|until|tan)\b| *[–-])"
_AGES = (
    re.compile(rf"({_NAME})(?: {_NAME})?(?:, ?(?:aged ?)?| aged | ?\((?:aged )?)\d{{1,3}}\b{_NO_HOUR}"),
    re.compile(rf"\b\d{{1,3}}[ \-]years?[ \-]old,? ({_NAME})"),
    re.compile(rf"({_NAME})(?: {_NAME})?,? \(?(?:sy'n )?\d{{1,3}} ?(?:m?lwydd |blwydd |blynedd )?oed\b"),
)
_NAMED = re.compile(rf"\b{_NAME}\b")
# capitalised, and nobody's name
_NOBODY = frozenset(
    folded(one)
    for one in (
        "january february march april may june july august september october november december monday "
        "tuesday wednesday thursday friday saturday sunday police heddlu constabulary force team "
        "neighbourhood pc pcso sgt sergeant inspector constable officers officer council cyngor victim "
        "support crimestoppers action fraud the we our they he she it in on at a an if this that these "
        "please call ffoniwch y yr mae ym yn ionawr chwefror mawrth ebrill mai mehefin gorffennaf awst medi "
        "hydref tachwedd rhagfyr sul llun mawrth mercher iau gwener sadwrn cymorth dioddefwyr wales cymru "
        "england room unit junction route road street station gorsaf online nhs cctv english welsh cymraeg "
        "saesneg british "
        f"{_STREET.replace('|', ' ').lower()} {_STRYD.replace('|', ' ').lower()}"
    ).split()
)


def doubts(text: str, own: Collection[str] = ()) -> list[Doubt]:
    """The passages of a text that somebody should look at, in order of kind; each once.

    Args:
        text: as it was typed.
        own: numbers, addresses and postcodes that the force publishes itself.

    >>> [str(one.kind) for one in doubts("The victim, Sarah Jones, lives at 12 Mill Lane.")]
    ['victim', 'home']
    >>> doubts("Call 101, or Crimestoppers on 0800 555 111.")
    []
    """
    known = {_bare(one) for one in own} | {re.sub(r"\D", "", one) for one in own}
    found = [*_victims(text), *_ages(text), *_contacts(text, known), *_homes(text, known)]
    return list(dict.fromkeys(found))


def _victims(text: str) -> Iterator[Doubt]:
    for sentence in _SENTENCE.findall(text):
        if not _PEOPLE.search(sentence):
            continue
        first = sentence.lstrip(" *_-#>\"'“‘(").split(" ", 1)[0]
        names = [one[0] for one in _NAMED.finditer(sentence) if not _is_nobody(one[0])]
        if any(one != first or sentence.count(one) > 1 for one in names) or len(names) > 1:
            yield Doubt(DoubtKind.VICTIM, sentence.strip())


def _ages(text: str) -> Iterator[Doubt]:
    for pattern in _AGES:
        for one in pattern.finditer(text):
            if not _is_nobody(one[1]):
                yield Doubt(DoubtKind.AGE, one[0].strip())


def _contacts(text: str, known: set[str]) -> Iterator[Doubt]:
    for one in _EMAIL.findall(text):
        if _bare(one) not in known:
            yield Doubt(DoubtKind.EMAIL, one)
    for one in _TELEPHONE.findall(text):
        digits = re.sub(r"^(?:0044|44)0?", "0", re.sub(r"\D", "", one))
        if digits not in known | PUBLIC_NUMBERS:
            yield Doubt(DoubtKind.TELEPHONE, one.strip())


def _homes(text: str, known: set[str]) -> Iterator[Doubt]:
    for one in _POSTCODE.findall(text):
        if _bare(one) not in known:
            yield Doubt(DoubtKind.HOME, one)
    for pattern in _HOMES:
        yield from (Doubt(DoubtKind.HOME, one[0]) for one in pattern.finditer(text))


def _is_nobody(word: str) -> bool:
    return folded(word) in _NOBODY or folded(word).removesuffix("s") in _NOBODY  # Mondays


def _bare(text: str) -> str:
    """Without blanks and case."""
    return re.sub(r"\s", "", text).casefold()
