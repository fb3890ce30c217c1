"""The whole site: the API, the pages over it, their scripts and styles, and the headers that keep readers safe."""

from datetime import date

from fastapi import FastAPI

from api.app import create_api
from api.publish.post import post_of
from api.queries.area import area_near
from web.about import AboutPages
from web.ask import AskPages
from web.asset import DIST, PREFIX, AssetFiles, Assets
from web.change import ChangePages
from web.corner import CornerWatch
from web.crawler import router as crawlers
from web.crime import CrimePages
from web.embed import EmbedPages
from web.feed import FeedPages
from web.feedback import FeedbackPages
from web.find import FindPages
from web.guarantee import GuaranteePages
from web.header import SafeHeaders
from web.help import HelpPages
from web.kept_page import KeptPages
from web.language import LANGUAGES
from web.moved import MovedNeighbourhoods
from web.old_address import OldAddresses
from web.outcome import OutcomePages
from web.page import Pages
from web.photograph import router as photographs
from web.picture_page import PicturePages
from web.place import PlacePages
from web.problem import explain_problems
from web.security_contact import security_contact
from web.settings import EMBED_ANCESTORS, WebSettings
from web.slash import SlashAtEnd
from web.staff.provider import read_providers
from web.staff.site import staff_routes
from web.stage import Stage
from web.static_home import StaticHome
from web.stop import StopPages
from web.subscribe import SubscribePages
from web.subscription import SubscriptionPages
from web.team import TeamPages
from web.theme_file import read_themes
from web.theme_page import ThemeFiles


def create_site(settings: WebSettings, static: str | None = None) -> FastAPI:
    """The site over a data folder.

    Args:
        settings: of the site.
        static: the force whose pages become files; `None` for a site that is served.

    Raises:
        FileNotFoundError: the scripts and styles were never built, or the words never compiled.
        BadTheme: a theme of the operator's cannot be worn.
        BadProviders: the identity providers of forces cannot be read.
    """
    site = create_api(settings, lambda app, state: KeptPages(app, state.live, state.updates, settings))
    site.state.providers = read_providers(settings.staff_providers)
    site.include_router(security_contact(settings))
    stage = stage_of(settings, static=static is not None)
    pages = Pages(site.state.live.current, area_near, stage)
    if static is not None:
        for language in LANGUAGES:
            site.include_router(StaticHome(pages.current, stage.in_language(language), static).router())
    return dress(site, pages, settings.embed_ancestors)


def stage_of(settings: WebSettings, *, static: bool = False) -> Stage:
    """What renders the pages of a site, in English.

    Args:
        settings: of the site.
        static: whether the pages become files.

    Raises:
        FileNotFoundError: the scripts and styles were never built.
        BadTheme: a theme of the operator's cannot be worn.
        UnreadableSource: e-mails are to be sent, and a setting is missing or cannot be meant.
    """
    return Stage(
        Assets.read(),
        settings.official,
        checked=settings.welsh_checked,
        operator=settings.operator,
        feedback_days=settings.feedback_days,
        themes=read_themes(settings.themes),
        static=date.today() if static else None,  # noqa: DTZ011  the day of who writes them
        mails=not static and post_of(settings) is not None,
    )


def dress(site: FastAPI, pages: Pages, ancestors: str = EMBED_ANCESTORS) -> FastAPI:
    """Add the pages in every language, their files and their headers to what answers requests.

    Args:
        site: what answers requests.
        pages: the residents' pages in English.
        ancestors: which sites may frame what is made for it.
    """
    site.state.corners = CornerWatch(site.state.updates, pages.stage.themes, pages.today)
    in_each = {language: pages.in_language(language) for language in LANGUAGES}
    for edition in in_each.values():
        site.include_router(edition.router())
        for more in (
            AskPages(edition.current, edition.stage),
            SubscribePages(edition.current, edition.stage),
            SubscriptionPages(edition.current, edition.stage),
            TeamPages(edition.current, edition.stage, edition.today),
            FeedPages(edition.current, edition.stage, edition.today),
            PicturePages(edition),
            ChangePages(edition.current, edition.stage, edition.today),
            CrimePages(edition.current, edition.stage, edition.today),
            EmbedPages(edition.current, edition.stage, ancestors, edition.today),
            OutcomePages(edition.current, edition.stage, edition.today),
            StopPages(edition.current, edition.stage, edition.today),
            AboutPages(edition.current, edition.stage, edition.today),
            GuaranteePages(edition.current, edition.stage, edition.today),
            HelpPages(edition.current, edition.stage),
            FeedbackPages(edition.current, edition.stage),
            FindPages(edition.current, edition.stage),
            PlacePages(edition.current, edition.stage, edition.today),
        ):
            site.include_router(more.router())
        site.include_router(staff_routes(edition.stage, edition.current).router)
    site.router.routes.insert(0, SlashAtEnd(list(site.router.routes)))  # a neighbourhood's id would take the slash in
    site.router.routes.insert(0, MovedNeighbourhoods(pages.current))
    site.include_router(crawlers)
    site.include_router(photographs)
    site.include_router(ThemeFiles(pages.stage.themes).router())
    site.mount(PREFIX, AssetFiles(directory=DIST), name="assets")
    site.router.routes.append(OldAddresses(pages.current))  # last: no address of ours is taken for one of them
    site.add_middleware(SafeHeaders)
    explain_problems(site, in_each)
    return site
