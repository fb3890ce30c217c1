"""The residents' pages: the question for a postcode, and the area round it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.police.force import updates_of
from api.queries.area import AreaAnswer
from api.queries.team import team_at, team_revision
from geo.category import Category, categories_of, category_of
from geo.errors import BadPostcode, UnknownPostcode, UnknownRelease
from geo.force import ForceRegister
from geo.latlng import MILE_M
from geo.month import Month
from geo.postcode import Postcode
from geo.store.release import Release
from geo.supply import SupplyState
from web import cartography
from web.answer import Sheet, page_answer, validator_of
from web.area_map import area_map, supply_words
from web.area_view import AreaView
from web.attribution import attribution
from web.header import LOCATING
from web.language import Language
from web.postcode_help import PostcodeHelp, postcode_help
from web.stage import Stage
from web.state_word import month_items

POSTCODE_PAGE = {"X-Robots-Tag": "noindex, nofollow"}  # the neighbourhood page, not a postcode, is for search engines


def one_address(request: Request, stage: Stage, address: str) -> Response:
    """On to the one address that a postcode's page has, from another spelling; what was chosen goes along.

    Args:
        request: for the other spelling.
        stage: of the page's language.
        address: the one, without the prefix of a language.
    """
    chosen = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(stage.language.prefix + address + chosen, 308, POSTCODE_PAGE)


@dataclass(frozen=True)
class Pages:
    """The pages, and what they are made from.

    Attributes:
        current: the live release; raises `UnknownRelease` while there is none.
        near: the answer for a postcode, a month (the newest where `None`), a category (all where `None`) and a radius
            in metres.
        stage: renders templates.
        today: the day it is.
    """

    current: Callable[[], Release]
    near: Callable[[Release, Postcode, Month | None, Category | None, float], AreaAnswer]
    stage: Stage
    today: Callable[[], date] = date.today

    def in_language(self, language: Language) -> "Pages":
        """The same pages in another language, which stand at addresses of their own."""
        return replace(self, stage=self.stage.in_language(language))

    def router(self) -> APIRouter:
        """The pages' routes."""
        router = APIRouter(prefix=self.stage.language.prefix, include_in_schema=False)
        router.add_api_route("/", self.home, methods=["GET", "HEAD"])
        router.add_api_route("/area/{postcode}", self.area, methods=["GET", "HEAD"])
        return router

    def home(self, request: Request, postcode: str | None = None) -> Response:
        """Ask for a postcode, and pass a good one on to its area."""
        if postcode is None:
            return self._question(request)
        _ = self.stage.language.words.gettext
        if not postcode.strip():
            return self._question(request, fault=_("Enter a postcode"), status=400)
        try:
            parsed = Postcode.parse(postcode)
        except BadPostcode as error:
            return self._question(request, typed=postcode, fault=self.stage.language.explain(error), status=400)
        return RedirectResponse(f"{self.stage.language.prefix}/area/{parsed.slug}", 303, POSTCODE_PAGE)

    def area(self, request: Request, postcode: str, month: str = "", category: str = "") -> Response:
        """What was recorded near a postcode, under the one address that it has."""
        parsed = Postcode.parse(postcode)
        if postcode != parsed.slug:
            return one_address(request, self.stage, f"/area/{parsed.slug}")
        release = self.current()
        asked = Month.parse(month) if month else None
        chosen = category_of(category) if category else None
        answer = self.near(release, parsed, asked, chosen, MILE_M)
        updates, ref = updates_of(request), answer.neighbourhood.ref if answer.neighbourhood else None
        revision = team_revision(updates, ref) if ref else ""
        validator = validator_of(
            release.id, parsed.slug, month, category, revision, self.stage.edition, str(self.today())
        )
        sheet = Sheet(request, validator, POSTCODE_PAGE)
        if sheet.held:
            return sheet.unchanged()
        team = team_at(updates, ref, revision, self.today()) if ref else None
        context = {**self._area_context(release, answer, chosen), "team": team, "ref": ref}
        html = self.stage.page(request, "area.html", context)
        return sheet.whole(html)

    def ask_again(self, request: Request, error: BadPostcode | UnknownPostcode) -> Response:
        """Ask for another postcode than that of the address, whichever page it was of, and say what may help.

        Raises:
            UnknownRelease: there is none to look into.
        """
        typed, fault = request.path_params["postcode"], self.stage.language.explain(error)
        if isinstance(error, BadPostcode):
            return self._question(request, typed=typed, fault=fault, status=400)
        parsed = Postcode.parse(typed)
        told = postcode_help(self.current(), parsed, self.stage.language.words.gettext)
        return self._question(request, typed=parsed.spaced, fault=fault, status=404, told=told)

    def invented(self) -> str | None:
        """The name of the invented place that the live release holds; `None` for a real one, or while there is none."""
        try:
            return invented_title(self.current().register, self.stage.language.code)
        except UnknownRelease:
            return None

    def _question(
        self,
        request: Request,
        typed: str = "",
        fault: str | None = None,
        status: int = 200,
        told: PostcodeHelp | None = None,
    ) -> Response:
        release = self.current()
        sheet = None if fault else Sheet(request, validator_of(release.id, self.stage.edition), LOCATING)
        if sheet and sheet.held:
            return sheet.unchanged()
        context = {
            "typed": typed,
            "fault": fault,
            "told": told,
            "newest": release.month_newest,
            "police": None,
            "invented": invented_title(release.register, self.stage.language.code),
            "attribution": attribution(release, self.stage.language.words.gettext),
        }
        html = self.stage.page(request, "home.html", context)
        return sheet.whole(html) if sheet else page_answer(request, html, status=status, headers=LOCATING)

    def _area_context(self, release: Release, answer: AreaAnswer, chosen: Category | None) -> dict[str, Any]:
        language = self.stage.language
        months = month_items(answer, language)
        view = AreaView(answer, chosen, self.today())
        whole = (choice.month for choice in answer.months if choice.state is SupplyState.SUPPLIED)
        sources = attribution(release, language.words.gettext)
        drawn = area_map(
            answer,
            release.tiles,
            self.stage.assets,
            language,
            chosen,
            waiting=self.stage.waiting(view, f"/area/{answer.postcode.slug}", answer.month, chosen),
            attribution=" ".join(sources) or language.words.gettext("An invented place"),
        )
        return {
            "invented": invented_title(release.register, language.code),
            "view": view,
            "answer": answer,
            "force": answer.force,
            "police": view.police,
            "postcode": answer.postcode,
            "unbroken": answer.postcode.spaced.replace(" ", "\u00a0"),
            "months": months,
            "mapped_months": [item for item in months if f"month-{item['value']}" in release.tiles],
            "supplied_month": next(whole, None),
            "categories": category_items(answer.month, chosen, language.words.gettext),
            "map": drawn,
            "map_state": supply_words(answer, language),
            "streets_mapped": any(name.startswith("basemap") for name in release.tiles),
            "attribution": sources,
            "cartography": cartography,
        }


def category_items(month: Month, chosen: Category | None, gettext: Callable[[str], str]) -> list[dict[str, Any]]:
    """The categories in use in a month, for a select."""
    every = {"value": "", "text": gettext("All crime and anti-social behaviour"), "selected": chosen is None}
    return [every] + [
        {"value": category.slug, "text": gettext(category.name), "selected": category == chosen}
        for category in categories_of(month)
    ]


def invented_title(register: ForceRegister, language: str) -> str | None:
    """The name of an invented place; `None` for a real one."""
    if not register.invented:
        return None
    return register.title.get(language, register.title.get("en", register.name))
