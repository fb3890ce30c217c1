"""Lower layer super output areas: the small areas of England and Wales by which the census counts people."""

import re

from geo.month import Month

LSOA_RENEWED = Month(2023, 6)  # from this month's files on, LSOA codes are those of 2021; before, of 2011
LSOA_CODE = re.compile(r"[EW]01[0-9]{6}", re.ASCII)
