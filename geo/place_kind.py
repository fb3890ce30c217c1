"""Kinds of place that crimes are published on or near, where the point stands for no street."""

from geo.words import Words

# As data.police.uk writes them where a street's name would stand: not names by which anybody looks for a place.
PLACE_KINDS = (
    Words("Airport/Airfield"), Words("Bus/Coach Station"), Words("Conference/Exhibition Centre"),
    Words("Ferry Terminal"), Words("Further/Higher Educational Building"), Words("Hospital"),
    Words("Motorway Service Area"), Words("Nightclub"), Words("Park/Open Space"), Words("Parking Area"),
    Words("Pedestrian Subway"), Words("Petrol Station"), Words("Police Station"), Words("Prison"),
    Words("Race Track"), Words("Racecourse"), Words("Shopping Area"), Words("Sports/Recreation Area"),
    Words("Supermarket"), Words("Theatre/Concert Hall"), Words("Theme/Adventure Park"),
)  # fmt: skip

# Where much is recorded that happened elsewhere: whoever is taken there tells it there, or it is found out there.
_GATHERING = (
    "Airport/Airfield", "Bus/Coach Station", "Ferry Terminal", "Hospital", "Police Station", "Prison", "Shopping Area",
    "Supermarket",
)  # fmt: skip
_RAILWAY_STATION = "(station)"
_UNNAMED = "on or near"


def street_of(name: str) -> str | None:
    """The street after "On or near", or the published name where it does not begin so; `None` for an unnamed one.

    >>> street_of("On or near Campbell Street"), street_of("On or near "), street_of("Leicester (station)")
    ('Campbell Street', None, 'Leicester (station)')
    """
    name = name.strip()
    if name.lower().startswith(_UNNAMED):
        name = name[len(_UNNAMED) :].strip()
    return name or None


def gathers(name: str) -> bool:
    """Whether a snap point of that published name may carry crimes that happened elsewhere, or those of a crowd.

    >>> gathers("On or near Hospital"), gathers("Leicester (station)"), gathers("On or near Hospital Lane")
    (True, True, False)
    """
    place = street_of(name) or ""
    return place in _GATHERING or place.lower().endswith(_RAILWAY_STATION)
