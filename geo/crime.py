"""The integer id of a crime: its key (kind, force, month, row) packed into a number below 2^31."""

from geo.month import Month

ROWS_PER_FILE = 131_072  # rows of one force and month that an id can tell apart
_MONTHS = 256


def crime_id(force_slot: int, month: Month, row: int) -> int:
    """The id of a row of a street file, the same in every instance that holds the same publication.

    Args:
        force_slot: the reporting force's slot in the force register, 0 to 63.
        month: of the file.
        row: the row's place among the file's data rows, from 0.

    Raises:
        ValueError: a slot or row outside its range.

    >>> crime_id(21, Month(2025, 12), 4)
    728236036
    """
    if not (0 <= force_slot < 64 and 0 <= row < ROWS_PER_FILE):
        raise ValueError(f"slot {force_slot} or row {row} does not fit an integer crime id")
    return (force_slot * _MONTHS + month.slot) * ROWS_PER_FILE + row


def crime_key(packed: int) -> tuple[int, Month, int]:
    """(force slot, month, row) of an integer crime id.

    >>> crime_key(728236036)
    (21, Month(year=2025, month=12), 4)
    """
    file, row = divmod(packed, ROWS_PER_FILE)
    slot, month_slot = divmod(file, _MONTHS)
    return slot, Month.from_slot(month_slot), row
