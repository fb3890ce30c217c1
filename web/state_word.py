"""Supply states in a word or two, for lists of months."""

from typing import Any

from api.queries.area import AreaAnswer
from api.queries.neighbourhood import NeighbourhoodAnswer
from geo.supply import SupplyState
from web.language import Language


def state_word(state: SupplyState, language: Language) -> str:
    """What a month's state is called beside its name; nothing for a whole month."""
    _ = language.words.gettext
    return {
        SupplyState.SUPPLIED: "",
        SupplyState.PARTIAL: _("incomplete"),
        SupplyState.NOT_SUPPLIED: _("not supplied"),
        SupplyState.NOT_HELD: _("not held"),
    }[state]


def month_items(answer: AreaAnswer | NeighbourhoodAnswer, language: Language) -> list[dict[str, Any]]:
    """The months that can be asked for, for a select, newest first."""
    items, words = [], {state: state_word(state, language) for state in SupplyState}
    for choice in answer.months:
        word = words[choice.state]
        name = language.month(choice.month)
        text = f"{name} ({word})" if word else name
        items.append({"value": str(choice.month), "text": text, "selected": choice.month == answer.month})
    return items
