"""The words of pages: English as written, other languages from compiled catalogues as they come."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from gettext import NullTranslations, translation
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent

from geo.month import Month

CATALOGUES = Path(__file__).parent / "locale"


@dataclass(frozen=True)
class Language:
    """A language that pages are written in.

    Attributes:
        code: as `<html lang>` has it.
        territory: whose forms of dates and numbers are used.
    """

    code: str = "en"
    territory: str = "GB"

    @cached_property
    def locale(self) -> Locale:
        """Babel's rules for dates and numbers."""
        return Locale(self.code, self.territory)

    @cached_property
    def words(self) -> NullTranslations:
        """The catalogue; where there is none, the words are as they stand in the templates."""
        return translation("pages", CATALOGUES, [self.code], fallback=True)

    def number(self, n: float) -> str:
        """A count with its thousands marked."""
        return format_decimal(n, locale=self.locale)

    def share(self, part: int, whole: int) -> str:
        """A part of a whole in percent, to one decimal."""
        return format_percent(part / whole, "0.0%", locale=self.locale)

    def month(self, month: Month | date) -> str:
        """A month, or that of a day, in words: December 2025."""
        return format_date(date(month.year, month.month, 1), "MMMM y", locale=self.locale)

    def day(self, day: date) -> str:
        """A day in words: 28 February 2026."""
        return format_date(day, "d MMMM y", locale=self.locale)

    def moment(self, moment: datetime) -> str:
        """A day and time of day, UTC, in words."""
        return format_datetime(moment, "d MMMM y, HH:mm 'UTC'", locale=self.locale)


ENGLISH = Language()
