"""The templates: rendered with GOV.UK's macros, our words and the addresses of the built files."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from hashlib import sha256
from math import inf
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, PackageLoader, PrefixLoader, select_autoescape
from jinja2.loaders import ChoiceLoader
from starlette.requests import Request

from api.publish.clock import wall
from geo.category import Category, category_of
from geo.month import Month
from geo.place_kind import gathers
from web.address import neighbourhood_address, picture_address
from web.area_view import begun, miles, street_name
from web.asset import Assets
from web.channel import channel_name
from web.corner import NOTHING_SET, corners_now
from web.feedback_about import link_to
from web.header import STATIC_POLICY
from web.language import ENGLISH, Language, addresses
from web.meeting import event_key
from web.radius import radius_words
from web.settings import Operator
from web.theme import Themes
from web.theme_file import built_in_themes

TEMPLATES = Path(__file__).parent / "templates"
SHOWN_AT_ONCE = 10  # updates, and answers, of a team: a page that many open on a telephone stays light


@dataclass(frozen=True)
class Stage:
    """Renders templates.

    Attributes:
        assets: the built scripts and styles.
        official: whether the police run this copy; a copy that they do not says so on every page.
        language: of every page it renders.
        checked: whether a translator has checked the words that are not English; until then pages in them say so.
        operator: who runs this copy.
        feedback_days: how long what readers say about pages is kept.
        themes: how the pages of each force look.
        static: the day on which pages become files, which answer no question: then they ask none. `None`: they are
            served.
        mails: whether the site sends e-mails, so that pages offer them.
    """

    assets: Assets
    official: bool = False
    language: Language = ENGLISH
    checked: bool = False
    operator: Operator = field(default_factory=Operator)
    feedback_days: int = 90
    themes: Themes = field(default_factory=built_in_themes)
    static: date | None = None
    mails: bool = False

    def in_language(self, language: Language) -> "Stage":
        """The same stage for another language."""
        return replace(self, language=language)

    @cached_property
    def environment(self) -> Environment:
        """Jinja with GOV.UK's macros, our filters and the language's words."""
        govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
        environment = Environment(
            loader=ChoiceLoader([FileSystemLoader(TEMPLATES), govuk]),
            autoescape=select_autoescape(("html", "svg")),
            extensions=["jinja2.ext.i18n"],
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,  # `edition` is of the templates as they were; a look at the disk for each include is not
        )
        environment.install_gettext_translations(self.language.words, newstyle=True)  # type: ignore[attr-defined]
        language = self.language
        environment.filters.update(
            number=language.number, month=language.month, day=language.day, moment=language.moment,
            difference=language.difference, rate=language.rate,
            street_name=street_name, miles=miles, local=language.local, the=language.the_marked, begun=begun,
            own=language.own, channel_name=channel_name, radius=lambda radius_m: radius_words(radius_m, language),
            month_named=lambda written: language.month(Month.parse(written)),
            neighbourhood_address=neighbourhood_address, event_key=event_key, alt=language.alt, wall=wall,
            category_named=lambda slug: language.words.gettext(category_of(slug).name),
        )  # fmt: skip
        environment.tests["gathering"] = gathers
        environment.globals.update(
            asset=self.assets.address, infinity=inf, share=language.share, language=language, official=self.official,
            operator=self.operator, feedback_days=self.feedback_days, welsh_checked=self.checked,
            unchecked=language is not ENGLISH and not self.checked, dress=self.themes.default,
            static=self.static, policy=STATIC_POLICY, corner=NOTHING_SET, shown_at_once=SHOWN_AT_ONCE, mails=self.mails,
        )  # fmt: skip
        return environment

    @cached_property
    def edition(self) -> str:
        """Changes whenever a template, a word, a built file or a setting that pages show does: a part of each ETag."""
        parts: tuple[str, ...] = (
            self.assets.digest,
            str(self.official),
            str(self.checked),
            self.language.code,
            self.language.digest,
        )
        parts += (repr(self.operator), str(self.feedback_days), self.themes.digest, str(self.static), str(self.mails))
        digest = sha256(" ".join(parts).encode())
        for path in sorted((*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.svg"))):
            digest.update(path.read_bytes())
        return digest.hexdigest()[:16]

    def page(self, request: Request, template: str, context: Mapping[str, Any]) -> str:
        """The HTML of a whole page, which leads to itself in the other languages, and to where its faults are told."""
        path, about = request.url.path, link_to(request.url.path, context.get("force"), context.get("ref"))
        corner = corners_now(request).of(context.get("force"))
        dress = context.get("dress") or corner.dress or self.themes.of(context.get("force"))
        told = {"addresses": addresses(path), "query": request.url.query, "here_about": about}
        return self.render(template, {**context, **told, "dress": dress, "corner": corner})

    def waiting(
        self,
        view: object,
        page: str,
        month: Month,
        chosen: Category | None,
        *,
        embedded: bool = False,
        also: Mapping[str, str] | None = None,
    ) -> str:
        """What stands in a map's frame before it is drawn, or instead of it.

        Args:
            view: what the page states.
            page: its address, without the prefix of a language.
            month: of its figures.
            chosen: the category that is counted; `None` for all.
            embedded: whether the map stands alone, without the tables of its page.
            also: what else its picture is asked for, on a page that lists every street; `None` on any other page.
        """
        picture = picture_address(self.language.prefix + page, month, chosen, also)
        context = {
            "view": view, "picture": picture, "month": month, "chosen": chosen, "embedded": embedded,
            "listed": also is not None,
        }  # fmt: skip
        return self.render("area/waiting.html", context)

    def render(self, template: str, context: Mapping[str, Any]) -> str:
        """The HTML of a template that stands inside a page."""
        return self.environment.get_template(template).render(context)
