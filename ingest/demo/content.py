"""What the county's forces and teams publish, in the API's shapes (docs/spec/content.md). All of them are made up.

Addresses end in `.example` and telephone numbers are of the ranges that Ofcom keeps for drama: nobody answers.
"""

import json
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any

from geo.month import Month
from ingest.demo.chance import chance
from ingest.demo.content_text import BIOS, EVENTS, FIRST_NAMES, LAST_NAMES, PRIORITIES, SENIOR_BIO, VENUES
from ingest.demo.crime import REPORTED_BY
from ingest.demo.neighbourhood import Neighbourhood

SENIOR_RANKS = ("Chief Constable", "Deputy Chief Constable", "Assistant Chief Constable (Local Policing)")
TEAM_RANKS = ("Sgt", "PC", "PCSO", "PCSO")
MEETING_DAYS = 540  # events reach so far beyond the newest month, so that a demo has some for a year and a half
_AWAY_FROM_NEXT = (18, 46, 81, 122, 164, 227, 301, 388, 467)  # days from the first of the month after, roughly

Entry = dict[str, Any]


def write_content(folder: Path, seed: int, neighbourhoods: Sequence[Neighbourhood], newest: Month) -> Path:
    """A content source of every force and of each of some neighbourhoods; the same seed gives the same bytes.

    Args:
        folder: made if it does not exist.
        seed: of the county.
        neighbourhoods: of the current generation.
        newest: the newest month of the crimes; events begin after it.
    """
    names = _Names(chance(seed, "people"))
    _write(folder / "forces.json", [{"id": force, "name": name} for force, name in sorted(REPORTED_BY.items())])
    for force, name in sorted(REPORTED_BY.items()):
        _write(folder / "forces" / f"{force}.json", _force(force, name))
        _write(folder / "forces" / force / "people.json", [_senior(force, names.deal(), rank) for rank in SENIOR_RANKS])
        beats = [one.beat for one in neighbourhoods if one.beat.force == force]
        _write(folder / force / "neighbourhoods.json", [{"id": beat.id, "name": beat.name} for beat in beats])
    for one in neighbourhoods:
        dice = chance(seed, "content", one.beat.force, one.beat.id)
        own = folder / one.beat.force
        _write(own / f"{one.beat.id}.json", _neighbourhood(dice, one))
        ranks = TEAM_RANKS[: dice.choice((2, 3, 3, 4))]
        _write(own / one.beat.id / "people.json", [_member(dice, one, names.deal(), rank) for rank in ranks])
        _write(own / one.beat.id / "events.json", _events(dice, one, newest))
        _write(own / one.beat.id / "priorities.json", _priorities(dice, one, newest))
    return folder


class _Names:
    """First and last names, dealt so that nobody in the county shares both."""

    def __init__(self, dice: random.Random) -> None:
        self._dealt = [f"{first} {last}" for first in FIRST_NAMES for last in LAST_NAMES]
        dice.shuffle(self._dealt)

    def deal(self) -> str:
        return self._dealt.pop()


def _force(force: str, name: str) -> Entry:
    site = _site(force)
    return {
        "description": f"<p>{escape(name)} polices one side of the invented county of Dogger Bank. Its neighbourhood "
        "teams publish who they are, what residents asked them to work on, and what they did about it.</p>",
        "url": f"{site}/",
        "engagement_methods": [
            {"url": f"{site}/", "type": "web", "description": "<p>News, advice and online reporting.</p>",
             "title": f"{name} website"},
            {"url": f"https://social.example/{force}", "type": "mastodon", "description": None,
             "title": f"{name} on Mastodon"},
        ],
        "telephone": "101",
        "id": force,
        "name": name,
    }  # fmt: skip


def _senior(force: str, name: str, rank: str) -> Entry:
    bio = f"<p>{escape(SENIOR_BIO[rank].format(first=name.split()[0]))}</p>"
    return {"name": name, "rank": rank, "bio": bio, "contact_details": {"web": f"{_site(force)}/chief-officers"}}


def _neighbourhood(dice: random.Random, one: Neighbourhood) -> Entry:
    beat = one.beat
    inside = one.shape.representative_point()
    venue = dice.choice(VENUES)
    return {
        "id": beat.id,
        "name": beat.name,
        "url_force": f"{_site(beat.force)}/your-area/{_slug(beat.name)}",
        "centre": {"latitude": f"{inside.y:.6f}", "longitude": f"{inside.x:.6f}"},
        "population": str(dice.randrange(1_800, 9_900)),
        "contact_details": {"telephone": "101", "email": _mail(_slug(beat.name), beat.force)},
        "links": [
            {"title": f"{beat.name} residents' association", "description": None,
             "url": f"https://{_slug(beat.name)}.example/"},
            {"title": "Dogger Bank Council", "description": "<p>Street lights, noise, parking and abandoned cars.</p>",
             "url": "https://council.dogger-bank.example/"},
        ],
        "locations": [
            {"name": "Police desk", "type": "contact_point", "postcode": None,
             "description": "<p>Staffed on Tuesdays and Thursdays, 10am to 2pm.</p>",
             "address": f"{venue}, {beat.name}", "latitude": f"{inside.y:.6f}", "longitude": f"{inside.x:.6f}"},
        ],
        "description": _about(dice, beat.name),
    }  # fmt: skip


def _about(dice: random.Random, name: str) -> str:
    reached = dice.choice(("on foot most afternoons", "at the shops on Saturdays", "on bicycles when it is dry"))
    return (
        f"<p>{escape(name, quote=False)} has a neighbourhood team of its own. You will meet its members {reached}.</p>"
        "\n<p>Every three months residents say what the team should work on. In an emergency dial <strong>999</strong>."
        "</p>"
    )


def _member(dice: random.Random, one: Neighbourhood, name: str, rank: str) -> Entry:
    bio = dice.choice(BIOS[rank]).format(first=name.split()[0], place=one.beat.name)
    contact = {"email": _mail(_slug(name), one.beat.force)}
    if rank != "PCSO":
        contact["mobile"] = f"07700 900{dice.randrange(1000):03d}"
    return {"name": name, "rank": rank, "bio": f"<p>{escape(bio, quote=False)}</p>", "contact_details": contact}


def _events(dice: random.Random, one: Neighbourhood, newest: Month) -> list[Entry]:
    """Meetings from the month after the newest on, thinning out with time."""
    first = _start_of(newest + 1)
    found = []
    for away in _AWAY_FROM_NEXT:
        title, description, kind = dice.choice(EVENTS)
        day = first + timedelta(days=min(MEETING_DAYS, away + dice.randrange(12)))
        starts = day.replace(hour=dice.choice((10, 11, 14, 18, 19)))
        found.append(
            {
                "title": title.format(place=one.beat.name),
                "description": f"<p>{escape(description, quote=False)}</p>",
                "address": f"{dice.choice(VENUES)}, {one.beat.name}",
                "type": kind,
                "start_date": starts.isoformat(),
                "end_date": (starts + timedelta(minutes=dice.choice((60, 90, 120)))).isoformat(),
                "contact_details": {"email": _mail(_slug(one.beat.name), one.beat.force)},
            }
        )
    return found


def _priorities(dice: random.Random, one: Neighbourhood, newest: Month) -> list[Entry]:
    """Two or three, taken on in the months before the newest; the newest action lies in the month after it."""
    found = []
    for issue, actions in dice.sample(PRIORITIES, dice.choice((2, 2, 3))):
        taken_on = _start_of(newest.back(dice.choice((0, 1, 2, 3)))) + timedelta(days=dice.randrange(28))
        acted = _start_of(newest + 1) + timedelta(days=dice.randrange(28))
        found.append(
            {
                "issue": f"<p>{escape(issue.format(place=one.beat.name), quote=False)}</p>",
                "issue-date": taken_on.isoformat(),
                "action": f"<p>{escape(dice.choice(actions), quote=False)}</p>",
                "action-date": acted.isoformat(),
            }
        )
    return found


def _start_of(month: Month) -> datetime:
    return datetime(month.year, month.month, 1)  # noqa: DTZ001  # the clock on the wall, as the API writes it


def _site(force: str) -> str:
    return f"https://www.{force}-police.example"


def _mail(name: str, force: str) -> str:
    return f"{name}@{force}-police.example"


def _slug(name: str) -> str:
    plain = name.lower().replace("ô", "o").replace("'", "").replace("&", "and")
    return "-".join(plain.split())


def _write(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode())
