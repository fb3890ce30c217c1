"""The words of the map, in the language of its page."""

from functools import lru_cache
from gettext import NullTranslations
from typing import Any

from geo.force import uk_forces
from geo.place_kind import PLACE_KINDS
from web.language import Language


def state_words(language: Language) -> dict[str, str]:
    """What the map calls ground whose figures are not whole, by supply state."""
    _ = language.words.gettext
    return {
        "partial": _("Figures incomplete"),
        "not_supplied": _("No figures supplied"),
        "not_held": _("No figures held"),
    }


def names_there(language: Language) -> dict[str, str]:
    """What tiles call forces and kinds of place, to what the language calls them where that is something else."""
    return _names_there(language.words)


@lru_cache(maxsize=8)
def _names_there(words: NullTranslations) -> dict[str, str]:
    names = [*PLACE_KINDS, *(force.name for force in uk_forces())]
    return {name: there for name in names if (there := words.gettext(name)) != name}


def map_words(language: Language, attribution: str) -> dict[str, Any]:
    """Every word that the script of the map says, by its name there."""
    _ = language.words.gettext
    return {
        "states": state_words(language),
        "cell": _("Everything within this hexagon"),
        "unnamed": _("On or near an unnamed street"),
        "near": _("On or near"),
        "caveat": _("A dot is never a house: each crime was moved here from somewhere near."),
        "street": _("See these crimes, what became of them, and the ground they come from"),
        "open": _("Open this neighbourhood’s page"),
        "within": _("In {name}: open the neighbourhood’s page"),
        "names": names_there(language),
        "counted": language.plurals("{n} recorded", "{n} recorded"),
        "same": _("On the map: {what}, {month}."),
        "differs": _("The figures elsewhere on this page are still for {what}, {month}."),
        "attribution": attribution,
        "controls": {
            "AttributionControl.ToggleAttribution": _("Whose data these are"),
            "Map.Title": _("Map"),
            "NavigationControl.ZoomIn": _("Zoom in"),
            "NavigationControl.ZoomOut": _("Zoom out"),
            "Popup.Close": _("Close"),
            "ScaleControl.Feet": _("feet"),
            "ScaleControl.Miles": _("miles"),
            "CooperativeGesturesHandler.WindowsHelpText": _("Hold Ctrl and scroll to zoom the map"),
            "CooperativeGesturesHandler.MacHelpText": _("Hold ⌘ and scroll to zoom the map"),
            "CooperativeGesturesHandler.MobileHelpText": _("Use two fingers to move the map"),
        },
    }
