"""The languages of pages: English as written, Welsh from its catalogue; each with its addresses, dates and numbers."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from gettext import NullTranslations, translation
from hashlib import sha256
from urllib.parse import quote

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent
from markupsafe import Markup, escape

from geo.errors import YourAreaError
from geo.month import Month
from web.catalogue import CATALOGUES, DOMAIN

_COUNTS = (0, 1, 2, 3, 6, 100)  # one of each plural category of English and Welsh (CLDR)


@dataclass(frozen=True)
class Language:
    """A language that pages are written in.

    Attributes:
        code: as `<html lang>` has it.
        name: what it calls itself.
        prefix: what the addresses of its pages begin with.
        territory: whose forms of dates and numbers are used.
    """

    code: str
    name: str
    prefix: str
    territory: str = "GB"

    @cached_property
    def locale(self) -> Locale:
        """Babel's rules for dates and numbers."""
        return Locale(self.code, self.territory)

    @cached_property
    def words(self) -> NullTranslations:
        """The catalogue; the words of English are as they stand in the templates.

        Raises:
            FileNotFoundError: never compiled; the message says how.
        """
        if self.code == "en":
            return NullTranslations()
        try:
            return translation(DOMAIN, CATALOGUES, [self.code])
        except FileNotFoundError as error:
            missing = CATALOGUES / self.code / "LC_MESSAGES" / f"{DOMAIN}.mo"
            raise FileNotFoundError(f"{missing} is missing; `python -m web.assets` compiles it.") from error

    @cached_property
    def digest(self) -> str:
        """Changes whenever a word of the catalogue does."""
        compiled = CATALOGUES / self.code / "LC_MESSAGES" / f"{DOMAIN}.mo"
        return sha256(compiled.read_bytes()).hexdigest() if compiled.is_file() else ""

    def plurals(self, singular: str, plural: str) -> dict[str, str]:
        """The forms of a counted thing by plural category, for scripts: JavaScript's `Intl.PluralRules` names them so.

        >>> ENGLISH.plurals("{n} crime", "{n} crimes")
        {'other': '{n} crimes', 'one': '{n} crime'}
        """
        return {self.locale.plural_form(n): self.words.ngettext(singular, plural, n) for n in _COUNTS}

    def explain(self, error: YourAreaError) -> str:
        """What an error says; what nobody has translated of it stays as it is."""
        values = {key: self._named(value) for key, value in error.values.items()}
        text = self.words.gettext(error.text) if error.text else ""
        return text % values if values else text

    def local(self, text: str) -> Markup:
        """A name or sentence given in English: translated where the catalogue has it, or else marked as English.

        >>> ENGLISH.local("Kent & Medway")
        Markup('Kent &amp; Medway')
        """
        found = self.words.gettext(text) if text else ""
        if found != text or self.code == "en":
            return escape(found)
        return Markup('<span lang="en">{}</span>').format(text)

    def own(
        self,
        record: object,
        field: str,
        *,
        tag: str = "div",
        html: bool = False,
        most: int | None = None,
        **attributes: str,
    ) -> Markup:
        """What a force or team published, in an element that says its language: the page's own where they wrote it.

        Args:
            record: whose `field` is English, and `field_cy` is Welsh where there is any.
            field: its name.
            tag: of the element.
            html: whether the text is HTML that was made safe when it came in.
            most: characters to show; a longer text is cut at a blank, and any loses its inner elements.
            attributes: further ones of the element; `class_` for its class.
        """
        own = getattr(record, f"{field}_{self.code}", None)
        text = own or getattr(record, field)
        told = {"lang": self.code if own else "en", **{name.rstrip("_"): value for name, value in attributes.items()}}
        if most is not None:
            text, html = _cut(Markup(text).striptags() if html else text, most), False  # noqa: S704
        opening = Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in told.items())
        return Markup("<{0}{1}>{2}</{0}>").format(Markup(tag), opening, Markup(text) if html else text)  # noqa: S704

    def alt(self, record: object) -> Markup:
        """What the picture of a record shows, as attributes of its element: in the page's language where there is that.

        >>> from api.publish.record import Person
        >>> ENGLISH.alt(Person("A", None, None, {}, picture_alt="A & B"))
        Markup('alt="A &amp; B" lang="en"')
        """
        own = getattr(record, f"picture_alt_{self.code}", None)
        said, code = own or getattr(record, "picture_alt", None) or "", self.code if own else "en"
        return Markup('alt="{}" lang="{}"').format(said, code)

    def the(self, force_name: str) -> str:
        """A force's name as a sentence has it: in English a service takes the article, a constabulary does not.

        >>> ENGLISH.the("Metropolitan Police Service"), ENGLISH.the("Kent Police")
        ('the Metropolitan Police Service', 'Kent Police')
        >>> WELSH.the("South Wales Police")
        'Heddlu De Cymru'
        """
        if self.code == "en" and "Service" in force_name.split():
            return f"the {force_name}"
        return self.words.gettext(force_name)

    def the_marked(self, force_name: str) -> Markup:
        """The same within a page: marked as English where it has no name in the page's own language."""
        return escape(self.the(force_name)) if self.code == "en" else self.local(force_name)

    def number(self, n: float) -> str:
        """A count with its thousands marked."""
        return _number_in(self, n)

    def rate(self, n: float) -> str:
        """A rate, to one decimal."""
        return format_decimal(n, "#,##0.0", locale=self.locale)

    def share(self, part: int, whole: int) -> str:
        """A part of a whole in percent, to one decimal."""
        return format_percent(part / whole, "0.0%", locale=self.locale)

    def difference(self, ratio: float) -> str:
        """By how much a ratio is above or below one, in whole percent.

        >>> ENGLISH.difference(1.31), ENGLISH.difference(0.92), ENGLISH.difference(1.001)
        ('+31%', '−8%', '0%')
        """
        percent = round((ratio - 1) * 100)
        return format_percent(percent / 100, "+#,##0%;−#,##0%" if percent else "0%", locale=self.locale)

    def month(self, month: Month | date) -> str:
        """A month, or that of a day, in words: December 2025."""
        return _month_in(self, month.year, month.month)

    def day(self, day: date) -> str:
        """A day in words: 28 February 2026."""
        return format_date(day, "d MMMM y", locale=self.locale)

    def moment(self, moment: datetime) -> str:
        """A day and time of day, UTC, in words."""
        return format_datetime(moment, "d MMMM y, HH:mm 'UTC'", locale=self.locale)

    def _named(self, value: object) -> object:
        if isinstance(value, Month):
            return self.month(value)
        name = getattr(value, "name", None)
        return value if name is None else self.words.gettext(name)


@lru_cache(maxsize=4096)
def _number_in(language: Language, n: float) -> str:
    return format_decimal(n, locale=language.locale)


@lru_cache(maxsize=1024)
def _month_in(language: Language, year: int, month: int) -> str:
    return format_date(date(year, month, 1), "MMMM y", locale=language.locale)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


ENGLISH = Language("en", "English", "")
WELSH = Language("cy", "Cymraeg", "/cy")
LANGUAGES = (ENGLISH, WELSH)


def language_of(path: str) -> Language:
    """The language of the page at an address.

    >>> language_of("/cy/area/CF10-1EP").name
    'Cymraeg'
    """
    for language in LANGUAGES:
        if language.prefix and f"{path}/".startswith(f"{language.prefix}/"):
            return language
    return ENGLISH


def addresses(path: str) -> list[tuple[Language, str]]:
    """Where the page at an address stands in each language, escaped as addresses are.

    >>> [address for _, address in addresses("/cy/find")]
    ['/find', '/cy/find']
    """
    bare = quote("/" + path.removeprefix(language_of(path).prefix).lstrip("/"))  # two slashes would name another site
    return [(language, language.prefix + bare) for language in LANGUAGES]
