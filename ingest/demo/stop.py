"""Stops and searches, with blanks where forces leave them."""

import random
from datetime import UTC, datetime, timedelta

from geo.month import Month
from ingest.demo.chance import chance, poisson
from ingest.demo.crime import Row
from ingest.demo.neighbourhood import DOGGERLAND, SILVER_PIT
from ingest.demo.scene import Scene

STOPS_HEADER = (
    "Type", "Date", "Part of a policing operation", "Policing operation", "Latitude", "Longitude", "Gender",
    "Age range", "Self-defined ethnicity", "Officer-defined ethnicity", "Legislation", "Object of search",
    "Outcome", "Outcome linked to object of search", "Removal of more than just outer clothing",
)  # fmt: skip
_MONTHLY = {DOGGERLAND: 115.0, SILVER_PIT: 55.0}
_UNPLACED_SHARE = 0.045
_DRUGS_ACT = "Misuse of Drugs Act 1971 (section 23)"
_PACE = "Police and Criminal Evidence Act 1984 (section 1)"
_GROUNDS = (
    (_DRUGS_ACT, "Controlled drugs", 60),
    (_PACE, "Offensive weapons", 17),
    (_PACE, "Stolen goods", 12),
    (_PACE, "Article for use in theft", 8),
    ("Criminal Justice and Public Order Act 1994 (section 60)", "Anything to threaten or harm anyone", 2),
    ("", "", 1),
)
_ETHNICITY = (
    ("White - English/Welsh/Scottish/Northern Irish/British", "White", 62),
    ("White - Any other White background", "White", 11),
    ("Asian/Asian British - Any other Asian background", "Asian", 6),
    ("Black/African/Caribbean/Black British - African", "Black", 5),
    ("Mixed/Multiple ethnic groups - White and Black Caribbean", "Black", 3),
    ("Other ethnic group - Any other ethnic group", "Other", 2),
    ("Other ethnic group - Not stated", "White", 11),
    ("", "", 3),
)
_OUTCOMES = (
    ("A no further action disposal", 69), ("Arrest", 13), ("Community resolution", 10),
    ("Summons / charged by post", 3),
    ("Khat or Cannabis warning", 2), ("Penalty Notice for Disorder", 1),
    ("Caution (simple or conditional)", 1), ("", 1),
)  # fmt: skip


def stop_rows(seed: int, scene: Scene, force: str, month: Month) -> list[Row]:
    """A force's stops of a month, in the order of time."""
    dice = chance(seed, "stops", force, month)
    wanted = poisson(dice, _MONTHLY[force])
    # stops gather where drugs are found; those that fall in the other force's area are left to that force
    points = [point for point in scene.draw(dice, "Drugs", wanted * 6, month) if scene.force[point] == force][:wanted]
    return sorted((_stop(dice, scene, force, month, point) for point in points), key=lambda row: row[1])


def _stop(dice: random.Random, scene: Scene, force: str, month: Month, point: int) -> Row:
    kind = dice.choices(("Person search", "Person and Vehicle search", "Vehicle search"), (76, 21, 3))[0]
    person = kind != "Vehicle search"
    where = scene.points[point]
    placed = dice.random() >= _UNPLACED_SHARE
    law, sought, _ = dice.choices(_GROUNDS, [weight for *_, weight in _GROUNDS])[0]
    own, officer, _ = dice.choices(_ETHNICITY, [weight for *_, weight in _ETHNICITY])[0]
    outcome = dice.choices([wording for wording, _ in _OUTCOMES], [weight for _, weight in _OUTCOMES])[0]
    return (
        kind,
        _moment(dice, month),
        "" if force == SILVER_PIT else dice.choices(("False", "True", ""), (88, 5, 7))[0],
        "",
        f"{where.lat:.6f}" if placed else "",
        f"{where.lng:.6f}" if placed else "",
        dice.choices(("Male", "Female", "Other", ""), (84, 12, 1, 3))[0] if person else "",
        dice.choices(("under 10", "10-17", "18-24", "25-34", "over 34", ""), (0.2, 17, 33, 22, 20, 8))[0]
        if person
        else "",
        own if person else "",
        officer if person else "",
        law,
        sought,
        outcome,
        dice.choices(("True", "False", ""), (20, 45, 35))[0] if outcome else "",
        "" if force == SILVER_PIT or not person else dice.choices(("False", "True", ""), (90, 3, 7))[0],
    )


def _moment(dice: random.Random, month: Month) -> str:
    """A time in the month by the island's clocks, written `+00:00`: summer's first hour is the month before's."""
    start = datetime(month.year, month.month, 1, tzinfo=UTC)
    days = (datetime(*_year_month(month + 1), 1, tzinfo=UTC) - start).days
    hour = dice.choices(range(24), (6, 4, 3, 1, 1, 1, 1, 2, 2, 3, 4, 4, 5, 5, 6, 7, 8, 8, 8, 8, 9, 9, 9, 8))[0]
    local = start + timedelta(
        days=dice.randrange(days), hours=hour, minutes=dice.randrange(60), seconds=dice.randrange(60)
    )
    return (local - timedelta(hours=1) if _summer_time(local) else local).isoformat()


def _summer_time(local: datetime) -> bool:
    """Whether clocks are an hour ahead: from the last Sunday of March to the last of October, at one o'clock."""
    return _last_sunday(local.year, 3) <= local < _last_sunday(local.year, 10)


def _last_sunday(year: int, month: int) -> datetime:
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def _year_month(month: Month) -> tuple[int, int]:
    return month.year, month.month
