"""No English is left on a Welsh page: neither a word that was never marked for translation, nor one never gathered.

The pages are made with a catalogue whose every letter is a ✓, as long as the real one has the message. What can still
be read is data (a name, a date, a postcode), marked as English, or a fault.
"""

import json
import re
import shutil
from collections.abc import Iterator
from gettext import NullTranslations
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import shapely
from fastapi.testclient import TestClient

from api.publish.database import Updates
from api.publish.policy import COMMAND
from api.publish.question.taking import take_questions
from api.queries.area import SupplyGap
from api.queries.unknown_ground import UnknownGround
from geo.force import ForceRegister
from geo.month import Month
from geo.store.layout import DataFolder
from geo.supply import SupplyState
from web.catalogue import gathered, messages
from web.language import WELSH
from web.settings import WebSettings
from web.site import create_site

SPOKEN = {"alt", "aria-label", "placeholder", "title"}  # attributes that are read out or shown
DATA = {
    "Bank", "Bordershire", "Campbell", "Centre", "City", "Dogger", "Leicester", "Police", "Street", "Testshire",
    "station", "UTC", "data", "police", "uk", "JavaScript", "gnd", "nonsense", "soon", "piracy",
}  # fmt: skip
LEADS = re.compile(r'(?:href|action)="(/[^"]*)"')
MONTHS = set(WELSH.locale.months["format"]["wide"].values())


class Masked(NullTranslations):
    """Every letter of a gathered message is a ✓; what stands in it stays as it is, and so does any other message."""

    known = frozenset(
        text for one in messages(gathered()) for text in ((one.id,) if isinstance(one.id, str) else one.id)
    )

    def gettext(self, message: str) -> str:
        return self.masked(message) if message in self.known else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    @staticmethod
    def masked(message: str) -> str:
        parts = re.split(r"(%\(\w+\)[a-z]|\{\w+\})", message)
        return "".join(part if index % 2 else re.sub(r"[^\W\d]", "✓", part) for index, part in enumerate(parts))


class Reader(HTMLParser):
    """Gathers what a page says to somebody who reads its language, in text, attributes and the words of its scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.open: list[tuple[str, bool]] = []  # tags, and whether they are in another language or say nothing
        self.script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        elsewhere = (self.open[-1][1] if self.open else False) or told.get("lang", "cy") != "cy"
        if not elsewhere:
            self.said += [
                value for name, value in attrs if value and (name in SPOKEN or name.startswith(("data-i18n", "data-w")))
            ]
        self.script = tag == "script" and told.get("type") == "application/json"
        if tag not in {"br", "hr", "img", "input", "link", "meta", "path", "rect", "circle"}:
            self.open.append((tag, elsewhere or (tag == "script" and not self.script)))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1][1]:
            return
        self.said += list(spoken(json.loads(data))) if self.script else [data]
        self.script = False


def spoken(settings: dict[str, Any]) -> Iterator[str]:
    """The words that a map's script is given."""
    yield from (one["name"] for one in settings["categories"])
    yield from (text for one in settings["months"].values() for text in (one["name"], one["supply"]))
    words = settings["words"]
    for value in (*words.values(), *words["names"].values()):
        yield from (value.values() if isinstance(value, dict) and value is not words["names"] else [])
        yield from ([value] if isinstance(value, str) else [])


def left_in_english(html: str) -> set[str]:
    reader = Reader()
    reader.feed(html)
    said = re.sub(
        r"\{\w+\}|\d{4}-?\d\d(?:\d\d)?-[0-9a-f]{6,}", " ", " ".join(reader.said)
    )  # what scripts fill in; the release
    words = set(re.findall(r"[^\W\d_]{2,}", said))
    postcodes = {word for word in words if word.isupper() and len(word) <= 3}
    return words - DATA - MONTHS - postcodes - {word for word in words if "✓" in word}


@pytest.fixture
def masked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(WELSH), "words", Masked())


def answers(city: Any) -> dict[str, dict[str, Any]]:
    """Changes of the area's answer that bring out each sentence of its page."""
    gap = {state: (SupplyGap(city.neighbour, state, "a note"),) for state in SupplyState}
    nobody = {
        "force": None,
        "neighbourhood": None,
        "state": SupplyState.NOT_HELD,
        "force_total": None,
        "unplaced": None,
    }
    square = shapely.box(-1.14, 52.63, -1.13, 52.64)
    return {
        "whole": {},
        "own force not held": city.without_figures(SupplyState.NOT_HELD),
        "own force not supplied": city.without_figures(SupplyState.NOT_SUPPLIED),
        "own force partial": city.without_figures(SupplyState.PARTIAL, "a note"),
        "neighbour not held": {"gaps": gap[SupplyState.NOT_HELD]},
        "neighbour not supplied": {"gaps": gap[SupplyState.NOT_SUPPLIED], "railway_state": SupplyState.NOT_HELD},
        "neighbour partial": {"gaps": gap[SupplyState.PARTIAL]},
        "no force": nobody,
        "in Scotland": {**nobody, "unknown_ground": UnknownGround(1.0, "Scotland", square)},
        "by the sea": {"unknown_ground": UnknownGround(0.4, None, square)},
        "by Ireland": {"unknown_ground": UnknownGround(0.4, "Ireland", square)},
        "between neighbourhoods": {"neighbourhood": None},
        "without neighbourhoods": {"neighbourhood": None, "generation": None},
        "old": {"month": Month(2025, 11), "next_month": Month(2026, 1)},
        "next not supplied": {"next_state": SupplyState.NOT_SUPPLIED},
        "next partial": {"next_state": SupplyState.PARTIAL},
        "nothing": {"counts": city.counts([0] * 14, [0] * 14), "streets": ()},
    }


def test_every_sentence_of_the_area_page_is_translated(masked: None, city: Any) -> None:
    left = {}
    for what, changes in answers(city).items():
        client = TestClient(city.site(city.answer(**changes)))
        for query in ("", "?category=drugs"):
            left[what + query] = left_in_english(client.get(f"/cy/area/LE1-5YA{query}").text)
    assert {what: words for what, words in left.items() if words} == {}


@pytest.mark.parametrize(
    "path",
    ["/", "/?postcode=", "/?postcode=nonsense", "/?postcode=LEI+5YA", "/area/LE9-9ZZ", "/area/LE1", "/nowhere",
     "/area/LE1-5YA?month=soon", "/area/LE1-5YA?month=2012-01", "/area/LE1-5YA?category=piracy"],
)  # fmt: skip
@pytest.mark.parametrize("invented", [False, True])
def test_every_other_page_is_translated(masked: None, city: Any, path: str, invented: bool) -> None:
    register = ForceRegister("dogger", {"en": "Dogger Bank"}, invented, city.register.forces)
    client = TestClient(city.site(register=register))
    assert left_in_english(client.get(f"/cy{path}", headers={"Accept": "text/html"}).text) == set()


PLACES = [
    "/find", "/find?q=", "/find?q=ZZI+1AA", "/find?q=ZZ1+1A", "/find?q=zz1", "/find?q=ZZ1+1ZZ", "/find?q=norht+road",
    "/find?q=market", "/find?q=testham", "/find?q=qqqqqq", "/find?lat=54.005&lng=1.0205", "/find?lat=54.005&lng=1.07",
    "/find?lat=51&lng=0", "/find?lat=north", "/forces", "/forces/testshire", "/forces/elsewhere", "/forces/nowhere",
    "/neighbourhood/testshire/T1", "/neighbourhood/testshire/T1?category=drugs",
    "/neighbourhood/testshire/T1?month=2010-12",
    "/neighbourhood/testshire/T1/change", "/neighbourhood/testshire/T1/change?category=drugs",
    "/neighbourhood/testshire/T1/outcomes", "/neighbourhood/testshire/T1/outcomes?category=anti-social-behaviour",
    "/neighbourhood/testshire/T2/outcomes?category=drugs", "/neighbourhood/testshire/T1/stops",
    "/neighbourhood/testshire/T1/stops?month=2024-02", "/neighbourhood/testshire/T2/stops",
    "/neighbourhood/testshire/T2", "/neighbourhood/testshire/T9", "/area/ZZ1-1AA", "/area/ZZ1-1ZZ",
    "/neighbourhood/testshire/T1/ask", "/neighbourhood/testshire/T1/ask/question",
    "/neighbourhood/testshire/T1/ask/thanks", "/guarantee", "/guarantee/testshire", "/guarantee/elsewhere",
    "/feedback", "/feedback/thanks", "/embed/testshire/T1", "/embed/testshire/T9",
]  # fmt: skip
NAMES = {
    "Brawf", "Sir", "dychmygol", "Constabulary", "East", "Elsewhere", "Far", "Field", "Glyndŵr", "Hall",
    "International", "Lane", "Market", "Nook", "North", "Owain", "Pancras", "Police", "Quay", "Road", "Sgwâr", "South",
    "Sqwâr", "St", "Station", "Testham", "The", "Town", "market", "norht", "qqqqqq", "road", "testham", "testshire",
    "example", "zz",
}  # fmt: skip


def test_every_page_of_a_place_is_translated_and_leads_to_welsh_pages(masked: None, places: DataFolder) -> None:
    left: dict[str, str] = {}
    elsewhere: dict[str, str] = {}
    with TestClient(create_site(WebSettings(data_dir=places.root)), follow_redirects=False) as client:
        for path in PLACES:
            html = client.get(f"/cy{path}", headers={"Accept": "text/html"}).text
            left.update(dict.fromkeys(left_in_english(html) - NAMES, path))
            tags = [tag for tag in re.findall(r"<(?:a|form)\b[^>]*>", html) if "hreflang" not in tag]
            leads = [found[1] for tag in tags if (found := LEADS.search(tag))]
            elsewhere.update({address: path for address in leads if not address.startswith("/cy/")})
    assert (left, elsewhere) == ({}, {})


def test_every_word_of_asking_a_team_is_translated(masked: None, places: DataFolder, tmp_path: Path) -> None:
    shutil.copytree(places.root, tmp_path / "data")
    left: dict[str, set[str]] = {}
    with TestClient(create_site(WebSettings(data_dir=tmp_path / "data"))) as client:
        updates: Updates = client.app.state.updates  # type: ignore[attr-defined]
        updates.bring_up_to_date()
        with updates.writing() as connection:
            take_questions(connection, COMMAND, "testshire", taken=True)
        path = "/cy/neighbourhood/testshire/T1/ask"
        for one in (path, f"{path}/question"):
            left[one] = left_in_english(client.get(one).text) - NAMES
        for typed in ({}, {"text": "?" * 2_000, "address": "?"}, {"text": "?"}):
            left[str(sorted(typed))] = left_in_english(client.post(f"{path}/question", data=typed).text) - NAMES
    assert {what: words for what, words in left.items() if words} == {}


def test_a_word_that_was_not_marked_is_found(masked: None) -> None:
    page = '<html lang="cy"><p title="A tip">✓✓ Sorry <b lang="en">English</b></p><script>let x</script>'
    assert left_in_english(page) == {"tip", "Sorry"}
