"""What to tell somebody whose postcode is not held: what may have been meant, and whom to ask."""

from collections.abc import Callable
from dataclasses import dataclass

from api.queries.unknown_ground import scottish
from geo.postcode import Postcode
from geo.store.release import Release
from web.area_view import POLICE_SCOTLAND

MISSES_SHOWN = 6
_DIGITS, _LETTERS = "0123456789", "ABDEFGHJLNPQRSTUWXYZ"  # of an inward code


@dataclass(frozen=True, slots=True)
class PostcodeHelp:
    """Sentences, postcodes that differ in one character, and a police service's name and web site."""

    sentences: tuple[str, ...] = ()
    meant: tuple[Postcode, ...] = ()
    police: tuple[str, str] | None = None


def postcode_help(release: Release, postcode: Postcode, gettext: Callable[[str], str]) -> PostcodeHelp:
    """What may help with a postcode that the release does not hold."""
    _ = gettext
    if release.register.invented:
        return PostcodeHelp((_("Only postcodes of an invented county are held here, no real ones. Try ZZ1 1AA."),))
    if postcode.area == "BT":
        said = _("Postcodes of Northern Ireland are not in the list that this copy uses.")
        return PostcodeHelp((said,), police=_site_in(release, "northern-ireland"))
    if scottish(postcode):
        said = _("Scotland's police do not publish to data.police.uk, so there are no figures for most of Scotland.")
        return PostcodeHelp((said,), police=POLICE_SCOTLAND)
    table = release.postcodes
    if table is None:
        return PostcodeHelp((_("This copy has no list of postcodes yet."),))
    if not table.holds_area(postcode.area):
        said = _("No postcode that begins with %(letters)s is in the list that this copy uses.")
        return PostcodeHelp((said % {"letters": postcode.area},))
    return PostcodeHelp(
        (_("Check it for a slip. A postcode that is only months old may not be listed yet."),),
        tuple(miss for miss in _one_off(postcode) if table.find(miss))[:MISSES_SHOWN],
    )


def _one_off(postcode: Postcode) -> list[Postcode]:
    """The postcodes of its district that differ in one character, those that differ last first."""
    return [
        Postcode(f"{postcode.packed[:at]}{character}{postcode.packed[at + 1 :]}")
        for at, characters in ((6, _LETTERS), (5, _LETTERS), (4, _DIGITS))
        for character in characters
        if character != postcode.packed[at]
    ]


def _site_in(release: Release, nation: str) -> tuple[str, str] | None:
    """The name and web site of the police of a nation that has one service."""
    found = next((force for force in release.register if force.nation == nation and force.territorial), None)
    return (found.name, found.url) if found and found.url else None
