"""What in a text that is to be public somebody should look at first, and the words that ask them to."""

from collections.abc import Iterable

from sqlalchemy import Connection

from api.publish import content
from api.publish.doubt import Doubt, doubts
from api.publish.policy import Where
from geo.neighbourhood import NeighbourhoodRef
from geo.words import Words

ABOUT = {
    "victim": Words("It seems to name somebody in an incident:"),
    "age": Words("It seems to give somebody’s age:"),
    "telephone": Words("It holds a telephone number that is not one of the force’s:"),
    "email": Words("It holds an e-mail address that is not one of the force’s:"),
    "home": Words("It seems to hold the address of a home:"),
}


def doubts_in(connection: Connection, where: Where, texts: Iterable[str]) -> list[Doubt]:
    """The passages of some texts to look at, each once."""
    own = _own(connection, where)
    return list(dict.fromkeys(one for text in texts for one in doubts(text, own)))


def _own(connection: Connection, where: Where) -> list[str]:
    """Numbers, addresses and postcodes that the force and the neighbourhood publish themselves."""
    force_id, neighbourhood_id = where.force_id or "", where.neighbourhood_id
    force = content.force_detail(connection, force_id)
    own = [force.telephone] if force and force.telephone else []
    if neighbourhood_id is not None:
        ref = NeighbourhoodRef(force_id, neighbourhood_id)
        detail = content.neighbourhood_detail(connection, ref)
        own += list((detail.contact or {}).values()) if detail else []
        own += [one.postcode for one in detail.contact_points if one.postcode] if detail else []
        own += [text for one in content.team(connection, ref) for text in one.contact.values()]
    return own
