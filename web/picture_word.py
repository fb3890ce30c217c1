"""The words of a picture of the map, in the language of its page."""

import re
from dataclasses import dataclass

from api.queries.map_point import GapGround, MapGround
from api.queries.neighbourhood import NeighbourhoodAnswer
from api.queries.street import Railway
from geo.category import Category
from web.area_map import Answer, supply_words
from web.area_view import begun
from web.language import Language
from web.map_word import state_words
from web.radius import radius_words

METRES_A_KM = 1_000
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class PictureWords:
    """What a picture says.

    Attributes:
        answer: of the page.
        language: of the words.
    """

    answer: Answer
    language: Language

    @property
    def known(self) -> bool:
        """Whether the page has any figures to state."""
        if isinstance(self.answer, NeighbourhoodAnswer):
            return self.answer.total is not None
        return self.answer.circle_total is not None

    @property
    def title(self) -> str:
        """What the picture shows, without its month."""
        _ = self.language.words.gettext
        if isinstance(self.answer, NeighbourhoodAnswer):
            return _("Map of recorded crime in %(name)s") % {"name": plain(self.answer.neighbourhood.name)}
        return _("Map of recorded crime round %(postcode)s") % {"postcode": self.answer.postcode.spaced}

    def heading(self, chosen: Category | None) -> str:
        """What is counted, of which month."""
        _ = self.language.words.gettext
        what = _(chosen.name) if chosen else _("All crime and anti-social behaviour")
        return _("On the map: %(what)s, %(month)s.") % {"what": what, "month": self.language.month(self.answer.month)}

    @property
    def caveats(self) -> tuple[str, ...]:
        """What must be known to read it, what of it is missing, and which edition it comes from."""
        _ = self.language.words.gettext
        edition = _("Drawn from edition %(edition)s of this site’s data.") % {"edition": self.answer.release_id}
        unknown = "" if self.known else _("How much was recorded here in this month is not known.")
        said = (
            unknown,
            _("Crimes are shown on or near a street. A dot is never a house."),
            supply_words(self.answer, self.language),
            edition,
        )
        return tuple(plain(text) for text in said if text)

    @property
    def tables(self) -> str:
        """Where the same can be read."""
        return self.language.words.gettext("The tables of the page hold the counts.")

    @property
    def near(self) -> str:
        """What stands before every street's name."""
        return self.language.words.gettext("On or near")

    @property
    def north(self) -> str:
        """The letter of the arrow."""
        return self.language.words.pgettext("the letter at the top of a compass", "N")

    def legend(self, ground: MapGround, *, hatched: bool) -> list[tuple[str, str]]:
        """Each sign that is drawn, and what it means."""
        _ = self.language.words.gettext
        own = self.answer.neighbourhood
        others = any(own is None or one.ref != own.ref for one in ground.outlines)
        area = not isinstance(self.answer, NeighbourhoodAnswer)
        signs = [
            ("dot", _("Crimes on or near a street: the larger, the more. The number is the count."), ground.points),
            ("ring", self._ring, area),
            ("own", plain(own.name) if own else "", own),
            ("other", _("Other neighbourhoods"), others),
            ("hatch", _("Hatched: figures missing or incomplete"), hatched),
        ]
        return [(sign, text) for sign, text, drawn in signs if drawn]

    def counted(self, railway: Railway) -> tuple[str, ...]:
        """What is done with the railway's crimes, where it is not what is usual."""
        _ = self.language.words.gettext
        if railway is Railway.WITHOUT:
            return (_("What British Transport Police recorded, on trains and at stations, is left out here."),)
        if railway is Railway.ONLY:
            return (_("Only what British Transport Police recorded, on trains and at stations, is counted here."),)
        return ()

    @property
    def estimated(self) -> str:
        """What the ground of a chosen snap point is."""
        return self.language.words.gettext("Ground that the chosen point stands for, as estimated")

    @property
    def _ring(self) -> str:
        """How far the circle reaches."""
        if isinstance(self.answer, NeighbourhoodAnswer):
            return ""
        far = radius_words(self.answer.radius_m, self.language)
        return begun(self.language.words.gettext("%(radius)s round it") % {"radius": far})

    def gap(self, gap: GapGround) -> list[str]:
        """Whose ground is hatched, and what is not known of it."""
        _ = self.language.words.gettext
        state = state_words(self.language)[gap.state]
        return [state] if gap.force is None else [plain(_(gap.force.name)), state]

    def miles(self, n: float) -> str:
        """A length of the scale bar."""
        said = self.language.words.ngettext("%(n)s mile", "%(n)s miles", 1 if n == 1 else 2)
        return said % {"n": self.language.number(n)}

    def metres(self, n: int) -> str:
        """The same in metres, or in kilometres from one on."""
        if n < METRES_A_KM:
            return f"{self.language.number(n)} m"
        return f"{self.language.number(n // METRES_A_KM)} km"


def plain(text: str) -> str:
    """The text without what no XML may hold."""
    return _NOT_XML.sub("", text)
