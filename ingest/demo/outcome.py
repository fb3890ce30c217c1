"""What became of a crime: its dated outcomes, and the last one that a publication could know."""

import random

from geo.month import Month
from ingest.demo.category import Habit

History = tuple[tuple[int, str], ...]  # (months after the crime's own, wording), oldest first

NO_SUSPECT = "Investigation complete; no suspect identified"
CHARGED = "Suspect charged"
UNAVAILABLE = "Status update unavailable"
COURT_GIVES_UP_MONTHS = 9
_REST = (
    ("Unable to prosecute suspect", 66),
    ("Local resolution", 9),
    ("Action to be taken by another organisation", 5),
    ("Offender given a caution", 5),
    ("Further investigation is not in the public interest", 4),
    ("Further action is not in the public interest", 3),
    ("Formal action is not in the public interest", 3),
    ("Offender given penalty notice", 1),
    ("Suspect charged as part of another case", 1),
)
_COURT = (
    ("Offender sent to prison", 20),
    ("Offender given community sentence", 22),
    ("Offender fined", 22),
    ("Offender given suspended prison sentence", 13),
    ("Defendant found not guilty", 9),
    ("Offender given conditional discharge", 8),
    ("Court case unable to proceed", 6),
)


def draw_history(dice: random.Random, habit: Habit) -> History:
    """A crime's outcomes as months after it; empty for one that is never resolved."""
    kind = dice.random()
    if kind < habit.undetected * 0.97:
        closed = min(int(dice.expovariate(0.75)), 12)
        if dice.random() < 0.006:  # reopened: the outcomes files then hold the crime twice
            return (closed, NO_SUSPECT), (closed + 1 + int(dice.expovariate(0.3)), CHARGED)
        return ((closed, NO_SUSPECT),)
    if kind < habit.undetected * 0.97 + habit.charged:
        charged = min(int(dice.expovariate(0.45)), 15)
        if dice.random() < 0.45:
            return (charged, CHARGED), (charged + 1 + int(dice.expovariate(0.25)), _one_of(dice, _COURT))
        return ((charged, CHARGED),)
    if dice.random() < 0.05:
        return ()
    if habit.label == "Drugs" and dice.random() < 0.45:
        return ((min(int(dice.expovariate(0.9)), 6), "Offender given a drugs possession warning"),)
    return ((min(int(dice.expovariate(0.35)), 18), _one_of(dice, _REST)),)


def last_outcome(history: History, month: Month, published: Month) -> str:
    """The street file's "Last outcome category" of a crime of `month`, as a publication would have it.

    A charge is written "Awaiting court outcome", and nine months later, when no court has answered, "Court result
    unavailable"; neither has a row in the outcomes files. One unresolved for over fourteen months has no update.
    """
    age = published - month
    known = [(after, wording) for after, wording in history if after <= age]
    if not known:
        return UNAVAILABLE if age > 14 else "Under investigation"
    after, wording = known[-1]
    if wording != CHARGED:
        return wording
    return "Court result unavailable" if age - after > COURT_GIVES_UP_MONTHS else "Awaiting court outcome"


def _one_of(dice: random.Random, weighted: tuple[tuple[str, int], ...]) -> str:
    at = dice.random() * sum(weight for _, weight in weighted)
    for wording, weight in weighted:
        at -= weight
        if at < 0:
            return wording
    return weighted[-1][0]
