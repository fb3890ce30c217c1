"""Words for what the county's teams publish."""

FIRST_NAMES = (
    "Aled", "Amara", "Beatrix", "Callum", "Catrin", "Dev", "Edith", "Farah", "Gethin", "Hana", "Idris", "Ines", "Jonah",
    "Kezia", "Lowri", "Marek", "Nadia", "Oskar", "Priya", "Rafe", "Sunita", "Tobias", "Una", "Wilf", "Yusuf", "Zofia",
)  # fmt: skip
LAST_NAMES = (
    "Abara", "Barnacle", "Curlew", "Dunmoor", "Eelbridge", "Fairholm", "Gannetson", "Hawser", "Ibbotsea", "Kelpman",
    "Lightkeeper", "Marram", "Netherby", "Oyster", "Pilchard-Rowe", "Quay", "Rushmere", "Saltmarsh", "Tidewell",
    "Underwood-Sand", "Wherryman", "Yawlsby",
)  # fmt: skip
VENUES = (
    "Library", "Community Centre", "St Elmo's Church Hall", "Sailing Club", "Primary School Hall", "Leisure Centre",
    "Old Net Store", "Market Hall", "Lifeboat House", "Village Hall",
)  # fmt: skip

SENIOR_BIO = {
    "Chief Constable": "{first} leads the force and answers to the people of Dogger Bank for all that it does.",
    "Deputy Chief Constable": "{first} looks after standards, and how complaints and stop and search are overseen.",
    "Assistant Chief Constable (Local Policing)": "{first} leads the neighbourhood teams and the control room.",
}
BIOS = {
    "Sgt": (
        "{first} has led the team for {place} since the spring, after nine years on response.",
        "{first} runs the team for {place} and chairs its priority-setting meetings.",
        "{first} joined as a special constable and now supervises the team for {place}.",
    ),
    "PC": (
        "{first} is the named officer for {place}: the one to ask for.",
        "{first} works with shops and schools in {place}, and knows most of their doors.",
        "{first} looks after rural and harbour crime in and around {place}.",
    ),
    "PCSO": (
        "{first} walks {place} most days and is always glad of a chat.",
        "{first} runs the cycle-marking sessions and visits schools.",
        "{first} calls on people who have had a burglary, to help them feel safe at home.",
    ),
}
EVENTS = (
    ("{place} beat surgery", "Drop in and tell us what we should know. No appointment needed.", "meeting"),
    ("Set our next priorities", "Help choose the issues that we work on for the next three months.", "meeting"),
    ("Bicycle marking", "Bring your bicycle and we mark and register it, free of charge.", "event"),
    ("Coffee with the team", "A cup of something warm and nothing on the agenda.", "meeting"),
    ("Home security evening", "Locks, lights and what burglars look for, with a talk by the crime prevention officer.",
     "event"),
    ("Neighbourhood Watch meeting", "The local coordinators meet the team; newcomers are welcome.", "meeting"),
)  # fmt: skip
# what residents asked for, and what the team could have done about it
PRIORITIES = (
    ("Groups gathering late at night near the shops in {place}",
     ("We were there on eleven evenings and spoke with 34 young people; the youth club now opens on Fridays too.",
      "With the council we moved the bench and mended the lamp. Calls from shopkeepers have halved.")),
    ("Shoplifting in {place}",
     ("We sat down with nine shops, swapped names of repeat offenders and gave each a radio to call us.",
      "Two people who took from the same shop again and again now have orders that keep them out of it.")),
    ("Bicycles stolen from racks and sheds around {place}",
     ("We marked 61 bicycles and asked the council for two stands in view of the camera.",
      "A plain-clothes patrol met a man with bolt cutters; four bicycles went home.")),
    ("Speeding on the road through {place}",
     ("Over six mornings with the community speed watch we stopped 27 drivers, four of them above 45.",
      "The council will put in a sign that lights up. Until then we come at school times.")),
    ("Vans and sheds broken into in {place}",
     ("We wrote to every tradesperson that we know of, and lent out 40 lock alarms.",
      "A warrant at an address elsewhere in the county brought back tools worth £6,000.")),
    ("Drug dealing in the car park and alleys of {place}",
     ("We acted on what you told us: one arrest, and the alley gate is locked at night.",
      "More patrols, and a word with everybody who parks there after ten. It is quiet now; tell us if that changes.")),
    ("Dumped rubbish and small fires behind the gardens of {place}",
     ("With the fire service we visited 52 homes, and the council cleared two lorry loads.",
      "Two fixed penalties after a resident noted a number plate.")),
    ("Nuisance motorbikes on the paths near {place}",
     ("One bike seized, three riders warned, and the gap in the fence closed.",
      "We asked you for times; you sent 19. Patrols now match them.")),
    ("People at the door selling, or after older residents' savings, in {place}",
     ("We called on 120 homes with the trading standards officer and left a number to ring.",
      "Banks in town now ring us at once; a payment of £4,200 was stopped.")),
)  # fmt: skip
