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
