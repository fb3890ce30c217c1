"""Whether we have the figures: an absent file is never shown as a count of nought."""

from enum import StrEnum

from geo.month import Month


class Kind(StrEnum):
    """The three kinds of file that data.police.uk publishes."""

    STREET = "street"
    OUTCOMES = "outcomes"
    STOPS = "stops"


class SupplyState(StrEnum):
    """What is held of one force, month and kind."""

    SUPPLIED = "supplied"  # the file is held and looks whole
    PARTIAL = "partial"  # held back by `check`, or declared incomplete
    NOT_SUPPLIED = "not_supplied"  # declared: the force gave nothing for this month
    NOT_HELD = "not_held"  # we have no file and no declaration


FORCE_MONTH = tuple[str, Month]  # (force id, month)
