"""How often each kind of crime is recorded in the county, when in the year, and what draws it to a place."""

from dataclasses import dataclass

ASB = "Anti-social behaviour"


@dataclass(frozen=True)
class Habit:
    """A category's habits.

    Attributes:
        label: as in the CSV's "Crime type".
        monthly: recorded in the county in a middling month of the first year.
        summer: how much more in July than in the mean month, as a share; negative for a winter crime.
        december: how much more in December.
        yearly: growth from one year to the next, as a share.
        central: how strongly it gathers in town centres; 0 is as many as there are homes.
        undetected: share of crimes closed with no suspect identified.
        charged: share that end in a charge.
    """

    label: str
    monthly: float
    summer: float
    december: float
    yearly: float
    central: float
    undetected: float
    charged: float


HABITS = (
    Habit(ASB, 420, 0.28, -0.10, -0.06, 1.1, 0, 0),
    Habit("Bicycle theft", 28, 0.45, -0.2, -0.05, 1.2, 0.90, 0.03),
    Habit("Burglary", 105, -0.16, 0.12, -0.12, 0.3, 0.77, 0.07),
    Habit("Criminal damage and arson", 215, 0.10, -0.03, 0.0, 0.6, 0.62, 0.07),
    Habit("Drugs", 85, 0.05, -0.05, 0.08, 1.3, 0.12, 0.24),
    Habit("Other crime", 60, 0.0, 0.0, 0.03, 0.6, 0.30, 0.15),
    Habit("Other theft", 195, 0.08, 0.03, 0.0, 1.2, 0.76, 0.03),
    Habit("Possession of weapons", 26, 0.06, -0.05, 0.10, 1.2, 0.16, 0.34),
    Habit("Public order", 170, 0.14, 0.02, -0.03, 1.6, 0.34, 0.09),
    Habit("Robbery", 22, 0.0, 0.12, 0.0, 1.7, 0.55, 0.14),
    Habit("Shoplifting", 290, -0.03, 0.14, 0.13, 1.8, 0.52, 0.20),
    Habit("Theft from the person", 30, 0.05, 0.35, 0.05, 2.2, 0.88, 0.02),
    Habit("Vehicle crime", 125, -0.07, 0.02, -0.10, 0.4, 0.86, 0.03),
    Habit("Violence and sexual offences", 820, 0.09, 0.04, 0.01, 0.9, 0.21, 0.08),
)
# the kinds of landmark that draw a category, and how many times the crime of a common street point
DRAWS: dict[str, dict[str, float]] = {
    ASB: {"Park/Open Space": 30, "Shopping Area": 25, "Bus/Coach Station": 30, "Supermarket": 9},
    "Bicycle theft": {"(Station)": 60, "Further/Higher Educational Building": 60, "Hospital": 20},
    "Burglary": {"Petrol Station": 4, "Sports/Recreation Area": 6},
    "Criminal damage and arson": {"Park/Open Space": 9, "Parking Area": 6},
    "Drugs": {"Nightclub": 90, "Park/Open Space": 25, "(Station)": 45, "Prison": 130},
    "Other crime": {"Police Station": 40, "Prison": 90, "Hospital": 12},
    "Other theft": {"Petrol Station": 45, "Hospital": 20, "Sports/Recreation Area": 12, "Nightclub": 40},
    "Possession of weapons": {"Nightclub": 60, "Police Station": 50, "(Station)": 30},
    "Public order": {"Nightclub": 80, "Shopping Area": 35, "Bus/Coach Station": 35, "Hospital": 25},
    "Robbery": {"Park/Open Space": 15, "(Station)": 25, "Parking Area": 8},
    "Shoplifting": {"Supermarket": 260, "Shopping Area": 620, "Petrol Station": 60},
    "Theft from the person": {"Nightclub": 140, "Shopping Area": 90, "Ferry Terminal": 60, "(Station)": 40},
    "Vehicle crime": {"Parking Area": 28, "Sports/Recreation Area": 15, "Ferry Terminal": 10},
    "Violence and sexual offences": {"Nightclub": 170, "Hospital": 60, "Police Station": 45, "Prison": 160},
}
