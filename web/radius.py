"""How far a circle may reach, and what that is called."""

from geo.errors import BadParameter
from geo.latlng import MILE_M
from web.language import Language

MILES = {"0.25": 0.25, "0.5": 0.5, "1": 1.0, "2": 2.0}  # as addresses write them
USUAL = "1"


def radius_of(written: str) -> float:
    """The radius in metres that an address names; a mile where it names none.

    Raises:
        BadParameter: one that is not offered.
    """
    if (written or USUAL) not in MILES:
        raise BadParameter("A circle reaches 0.25, 0.5, 1 or 2 miles here.")
    return MILES[written or USUAL] * MILE_M


def radius_words(radius_m: float, language: Language) -> str:
    """What a radius is called, where it stands inside a sentence."""
    _ = language.words.gettext
    named = {0.25: _("a quarter of a mile"), 0.5: _("half a mile"), 1.0: _("one mile"), 2.0: _("two miles")}
    return named[round(radius_m / MILE_M, 2)]
