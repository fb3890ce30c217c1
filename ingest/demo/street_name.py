"""Names for streets, dealt so that no settlement has one twice."""

import random
from collections.abc import Iterator

_STEMS = (
    "Amber", "Anchor", "Auk", "Barnacle", "Bartholomew", "Beacon", "Beatrice", "Bell Buoy", "Bittern", "Boatswain",
    "Brent", "Brill", "Bristow", "Broken Bank", "Calder", "Capstan", "Captain's", "Chandler", "Chapel", "Clement",
    "Clipper", "Cockle", "Codling", "Compass", "Conger", "Coracle", "Cormorant", "Cromer", "Curlew", "Cutter", "Dab",
    "Dolphin", "Dunlin", "Ebb", "Eider", "Elver", "Ensign", "Fairway", "Fathom", "Ferrier", "Fisher", "Flounder",
    "Foremast", "Forties", "Frigate", "Fulmar", "Gannet", "Garfish", "German Ocean", "Glebe", "Godwit", "Grayling",
    "Guillemot", "Gurnard", "Haddock", "Halibut", "Halyard", "Harbour", "Hawser", "Helm", "Hermit", "Heron",
    "Herring", "Hope", "Hythe", "Ice Age", "Inkerman", "Jubilee", "Keel", "Kelp", "King's", "Kittiwake", "Knot",
    "Ladysmith", "Lanyard", "Lapwing", "Leadline", "Leman", "Limpet", "Ling", "Lobster", "Longshore", "Lugger",
    "Mackerel", "Mainsail", "Mammoth", "Mariner", "Marram", "Merganser", "Mesolithic", "Mill", "Mizzen", "Mussel",
    "Nelson", "Netmaker's", "Northolm", "Orchard", "Osprey", "Oystercatcher", "Packet", "Pennant", "Petrel",
    "Pilchard", "Pilot", "Plaice", "Plover", "Pollack", "Pound", "Priory", "Providence", "Puffin", "Quarterdeck",
    "Queen's", "Ransom", "Razorbill", "Rectory", "Redshank", "Reindeer", "Ridge", "Ropewalk", "Rudder", "Sailmaker's",
    "Salter's", "Samphire", "Sanderling", "Schooner", "Scoter", "Seaforth", "Sextant", "Shanty", "Shearwater",
    "Shipwright", "Shrimp", "Skerry", "Smack", "Sorrel", "Spinnaker", "Sprat", "Spruce", "Spyglass", "Staithe",
    "Starboard", "Storegga", "Stormont", "Swale", "Tarpaulin", "Teal", "Tern", "Thrift", "Tidewater", "Tiller",
    "Topsail", "Trafalgar", "Trawler", "Turbot", "Turnstone", "Undertow", "Union", "Vicarage", "Victoria", "Viking",
    "Wagtail", "Waterloo", "Weir", "Wellington", "Wherry", "Whimbrel", "Whiting", "Wigeon", "Windlass", "Windmill",
    "Wrasse", "Wren", "Yawl", "Zeeland",
)  # fmt: skip
_KINDS = {
    "secondary": ("Road", "Road", "Avenue", "Way", "Drive", "Street"),
    "residential": (
        "Street", "Street", "Road", "Avenue", "Terrace", "Row", "Gardens", "Drive", "Place", "Grove", "Crescent",
        "Walk", "Lane",
    ),
    "close": ("Close", "Close", "Court", "Mews", "Yard"),
    "lane": ("Lane", "Lane", "Drove", "Bank", "Loke", "Rigg"),
}  # fmt: skip
# real lists hold all of these: accents, apostrophes, commas, brackets, ampersands, artefacts of title-casing
_UNUSUAL = {
    "Doggerton": (
        "St Wulfrun'S Terrace", "Rue de l'Église", "Ærø Street", "The Quay, North Side", "The Quay, South Side",
        "Café Row", "Søndergade", "Kaiser's Yard (East)", "Whelk & Winkle Passage", "Sqwâr Owain Glyndŵr",
    ),
    "Llanfôr": (
        "Ffordd Môr y Gogledd", "Heol Tŷ Gwyn", "Lôn y Pysgotwr", "Maes yr Ŵyn", "Rhodfa'r Wylan", "Clos Ysgadan",
        "Tŷ'n-y-Môr", "Penrhiw Las", "Teras Ynys Hir", "Lôn Goed", "Pont Fechan", "Cae Gŵyl",
    ),
    "Port Silver": ("O'Malley's Reach", "Strandgatan", "Nöldeke Street", "The Parade, Upper", "Pier Head (West)"),
    "Oysterfleet": ("Zuiderzeestraat", "Crépy Walk", "Bishop's & Dean's Court"),
    "Cleaverby": ("The Butts, Kirkgate", "Ludlow'S Piece"),
}  # fmt: skip


class StreetNames:
    """A shuffled supply of names for one settlement; none comes twice."""

    def __init__(self, dice: random.Random, settlement: str) -> None:
        self._dice = dice
        self._used: set[str] = set()
        self._unusual: Iterator[str] = iter(_UNUSUAL.get(settlement, ()))
        self._every = 3 if settlement == "Llanfôr" else 13  # the one Welsh village says a third of its names in Welsh
        self._residential = 0

    def deal(self, street_class: str) -> str:
        """A name not yet used here, fit for a class of street: secondary, residential, close or lane."""
        if street_class == "residential":
            self._residential += 1
            if self._residential % self._every == 0 and (unusual := next(self._unusual, None)):
                return unusual
        for attempt in range(500):
            stem, kind = self._dice.choice(_STEMS), self._dice.choice(_KINDS[street_class])
            name = f"{stem} {kind}"
            if attempt > 20:  # the supply runs low: then towns say "Upper" and "Lower", as real ones do
                name = f"{self._dice.choice(('Upper', 'Lower', 'Old', 'New'))} {name}"
            if name not in self._used:
                self._used.add(name)
                return name
        raise LookupError(f"No name is left for another {street_class} street.")
