"""The answers on change and on how much, arranged for their page."""

from dataclasses import dataclass

from api.queries.change import CategoryChange, ChangeAnswer
from api.queries.level import CategoryLevel, LevelAnswer
from geo.month import Month
from geo.statistics.verdict import Verdict
from web.funnel_chart import Funnel, FunnelArea, funnel_of
from web.trend_chart import Trend, trend_of

_ORDER = (Verdict.HIGHER, Verdict.LOWER, Verdict.NO_CLEAR_CHANGE, Verdict.TOO_FEW, Verdict.NOT_JUDGED)


@dataclass(frozen=True)
class ChangeView:
    """What the page says.

    Attributes:
        answer: what changed.
        level: how much there is.
    """

    answer: ChangeAnswer
    level: LevelAnswer

    @property
    def newest(self) -> Month | None:
        """The newest month that its force supplied whole."""
        return self.level.months[-1] if self.level.months else None

    @property
    def groups(self) -> tuple[tuple[Verdict, tuple[CategoryChange, ...]], ...]:
        """The categories by the word for them, beside the same months of the year before."""
        return _grouped([(one.verdict, one) for one in self.answer.changes])

    @property
    def rest_groups(self) -> tuple[tuple[Verdict, tuple[CategoryChange, ...]], ...]:
        """The categories by the word for them, beside how the rest of the force's ground changed."""
        return _grouped([(one.rest_verdict, one) for one in self.answer.changes if one.rest_verdict])

    @property
    def trend(self) -> Trend:
        """Every month, as a drawing."""
        return trend_of(self.answer.trend)

    @property
    def shown(self) -> CategoryLevel | None:
        """How much there is of the chosen category; `None` where no rate is given."""
        return next((one for one in self.level.levels if one.category == self.answer.category), None)

    @property
    def in_force(self) -> bool:
        """Whether any category is set against the rest of the force."""
        return any(one.in_force for one in self.level.levels)

    @property
    def funnel(self) -> Funnel | None:
        """The chosen category among similar neighbourhoods, as a drawing; `None` where they cannot be compared."""
        standing, head = (self.shown.among_similar if self.shown else None), self.level.ground.headcount
        if standing is None or head is None or not head.residents:
            return None
        others = [FunnelArea(one.area.residents, one.count, one.expected) for one in self.level.similar]
        place = standing.position
        own = FunnelArea(head.residents, round(place.ratio * place.expected), place.expected)
        return funnel_of(own, others)


def _grouped(
    words: list[tuple[Verdict, CategoryChange]],
) -> tuple[tuple[Verdict, tuple[CategoryChange, ...]], ...]:
    by_word = ((verdict, tuple(one for word, one in words if word is verdict)) for verdict in _ORDER)
    return tuple((verdict, found) for verdict, found in by_word if found)
