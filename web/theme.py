"""How a force's pages look and what they call it: data, one file for each force (docs/spec/themes.md).

No force has code of its own. What a theme does not say is as in the default theme.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Annotated

from markupsafe import Markup, escape
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

DEFAULT = "default"  # the theme of pages without a force, and of forces without a theme
ADDRESS = "/theme/"
MEDIA_TYPES = {".svg": "image/svg+xml", ".png": "image/png"}

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{3,}( [0-9]+)*$", max_length=30)]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s<>\"?&]+@[^@\s<>\"?&]+\.[^@\s<>\"?&]+$", max_length=200)]
Site = Annotated[str, StringConstraints(pattern=r"^https://[^\s<>\"]+$", max_length=300)]
Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class Form(BaseModel):
    """A part of a theme: nothing in it changes, and a field that nobody knows is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Names(Form):
    """Words in English and, where there are any, in Welsh."""

    en: Said
    cy: Said | None = None

    def lang(self, code: str) -> str:
        """The language of the words that a page in a language shows."""
        return "cy" if code == "cy" and self.cy else "en"

    def plain(self, code: str) -> str:
        """Those words."""
        return self.cy if code == "cy" and self.cy else self.en

    def marked(self, code: str) -> Markup:
        """Those words within a page: marked as English where they have no Welsh.

        >>> Names(en="Kent & Medway").marked("cy")
        Markup('<span lang="en">Kent &amp; Medway</span>')
        """
        words, lang = self.plain(code), self.lang(code)
        return escape(words) if lang == code else Markup('<span lang="{}">{}</span>').format(lang, words)


class Colours(Form):
    """The colours that are a force's own; figures and maps have the same colours everywhere."""

    brand: Colour
    on_brand: Colour = "#ffffff"
    accent: Colour = "#f2b632"
    link: Colour = "#1a4f9c"
    link_hover: Colour = "#0c2a58"
    link_visited: Colour = "#54308f"


class LogoFile(Form):
    """A picture beside the theme's file, and what it shows in words."""

    file: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+\.(svg|png)$", max_length=80)]
    alt: Names


class Contacts(Form):
    """How to reach the force when it is no emergency."""

    telephone: Phone | None = None
    textphone: Phone | None = None
    email: Email | None = None
    web: Site | None = None

    @property
    def any(self) -> bool:
        """Whether there is one at all."""
        return any((self.telephone, self.textphone, self.email, self.web))


class Theme(Form):
    """One theme as its file says it."""

    force: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
    name: Names | None = None
    colours: Colours
    logo: LogoFile | None = None
    contacts: Contacts = Field(default_factory=Contacts)
    welsh: bool = False


@dataclass(frozen=True)
class Dress:
    """A theme that may be worn: measured, and its logo read.

    Attributes:
        theme: what its file says.
        logo: the content of its logo, where it has one.
        drafted_at: where the style sheet of a draft is served, to whoever tries it on; `None` once it is worn.
    """

    theme: Theme
    logo: bytes | None = None
    drafted_at: str | None = None

    @cached_property
    def css(self) -> str:
        """The style sheet that sets the site's custom properties anew."""
        own = self.theme.colours
        properties = {
            "--govuk-brand-colour": own.brand,
            "--ya-on-brand-colour": own.on_brand,
            "--ya-accent-colour": own.accent,
            "--govuk-link-colour": own.link,
            "--govuk-link-hover-colour": own.link_hover,
            "--govuk-link-visited-colour": own.link_visited,
        }
        return ":root{" + ";".join(f"{name}:{colour}" for name, colour in properties.items()) + "}\n"

    @cached_property
    def style_address(self) -> str:
        """Where the style sheet is served; another address whenever it changes."""
        return self.drafted_at or _address(self.theme.force, self.css.encode(), ".css")

    @cached_property
    def logo_address(self) -> str | None:
        """Where the logo is served; another address whenever it changes."""
        if self.logo is None or self.theme.logo is None:
            return None
        return _address(self.theme.force, self.logo, self.theme.logo.file[-4:])

    @cached_property
    def digest(self) -> str:
        """Changes whenever something of the theme does."""
        parts = (self.theme.model_dump_json(), self.style_address, self.logo_address or "")
        return sha256("\0".join(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Themes:
    """Every theme by its force.

    Attributes:
        by_force: the default theme is among them.
    """

    by_force: Mapping[str, Dress]

    @property
    def default(self) -> Dress:
        """Of pages without a force."""
        return self.by_force[DEFAULT]

    def of(self, force: object) -> Dress:
        """What the pages of a force wear, or pages without one (`None`)."""
        return self.by_force.get(getattr(force, "id", DEFAULT), self.default)

    @cached_property
    def digest(self) -> str:
        """Changes whenever a theme does."""
        return sha256("".join(self.by_force[name].digest for name in sorted(self.by_force)).encode()).hexdigest()


def _address(force: str, content: bytes, suffix: str) -> str:
    return f"{ADDRESS}{force}-{sha256(content).hexdigest()[:16]}{suffix}"
