"""The crimes of a month, and the street and outcomes rows they become."""

import hashlib
import math
import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from geo.month import Month, months_between
from ingest.demo.category import ASB, HABITS, Habit
from ingest.demo.chance import chance, poisson
from ingest.demo.neighbourhood import DOGGERLAND, SILVER_PIT
from ingest.demo.outcome import History, draw_history, last_outcome
from ingest.demo.scene import Scene

FIRST_MONTH, LAST_MONTH = Month(2024, 10), Month(2026, 9)
UNPLACED_SHARE = 0.02
ELSEWHERE_SHARE = 0.005  # recorded by one force, lying in the other's area
REPORTED_BY = {DOGGERLAND: "Doggerland Constabulary", SILVER_PIT: "Silver Pit Police"}
STREET_HEADER = (
    "Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location", "LSOA code", "LSOA name",
    "Crime type", "Last outcome category", "Context",
)  # fmt: skip
OUTCOMES_HEADER = (*STREET_HEADER[:9], "Outcome type")

Row = tuple[str, ...]
_NOWHERE: Row = ("", "", "No Location", "", "")


@dataclass(frozen=True, slots=True)
class Crime:
    """A recorded crime.

    Attributes:
        ident: 64 hexadecimal digits; empty for anti-social behaviour.
        force: who recorded it.
        place: the CSV's columns from longitude to LSOA name.
        category: the CSV's "Crime type".
        history: its outcomes, whenever they come.
    """

    ident: str
    month: Month
    force: str
    place: Row
    category: str
    history: History


def crimes_of(seed: int, scene: Scene, month: Month) -> list[Crime]:
    """The county's crimes of a month, in the order of the published files: by LSOA name, unplaced ones last."""
    dice, issued = chance(seed, "crimes", month), f"{seed}/{month}"
    found: list[Crime] = []
    for habit in HABITS:
        for point in scene.draw(dice, habit.label, _number(dice, habit, month), month):
            force = scene.force[point]
            if dice.random() < ELSEWHERE_SHARE:
                force = SILVER_PIT if force == DOGGERLAND else DOGGERLAND
            place = _NOWHERE if dice.random() < UNPLACED_SHARE else scene.place[point]
            named = f"{issued}/{len(found)}".encode()
            ident = "" if habit.label == ASB else hashlib.sha256(named).hexdigest()
            history = () if habit.label == ASB else draw_history(dice, habit)
            found.append(Crime(ident, month, force, place, habit.label, history))
    return sorted(found, key=lambda crime: (not crime.place[0], crime.place[4], crime.category, crime.ident))


def _number(dice: random.Random, habit: Habit, month: Month) -> int:
    """How many of a category in a month: seasons, a yearly trend, and more spread than pure chance has."""
    years = (month - FIRST_MONTH) / 12
    season = (
        1 + habit.summer * math.cos((month.month - 7) * math.tau / 12) + (habit.december if month.month == 12 else 0)
    )
    mean = habit.monthly * season * (1 + habit.yearly) ** years * math.exp(dice.gauss(0, 0.05))
    return poisson(dice, round(mean, 6))


def street_rows(crimes: list[Crime], force: str, published: Month) -> list[Row]:
    """A force's street rows, with the last outcomes that a publication knew."""
    name = REPORTED_BY[force]
    return [
        (
            crime.ident, str(crime.month), name, name, *crime.place, crime.category,
            last_outcome(crime.history, crime.month, published) if crime.ident else "", "",
        )
        for crime in crimes
        if crime.force == force
    ]  # fmt: skip


def outcome_rows(crimes: Iterable[Crime]) -> dict[tuple[str, Month], list[Row]]:
    """The rows of the outcomes files by force and month: each outcome in the month it came, whenever the crime was."""
    found: defaultdict[tuple[str, int], list[Row]] = defaultdict(list)
    for crime in crimes:
        name = REPORTED_BY[crime.force]
        for after, wording in crime.history:
            found[crime.force, crime.month.slot + after].append((crime.ident, name, name, *crime.place, wording))
    return {
        (force, month): [(ident, str(month), *rest) for ident, *rest in found[force, month.slot]]
        for force in REPORTED_BY
        for month in months_between(FIRST_MONTH, LAST_MONTH)
    }
