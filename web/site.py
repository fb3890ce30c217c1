"""The whole site: the API, the pages over it, their scripts and styles, and the headers that keep readers safe."""

from fastapi import FastAPI

from api.app import create_api
from api.queries.area import area_near
from geo.store.layout import DataFolder
from web.about import AboutPages
from web.asset import DIST, PREFIX, AssetFiles, Assets
from web.change import ChangePages
from web.crime import CrimePages
from web.embed import EmbedPages
from web.feedback import FeedbackPages
from web.find import FindPages
from web.header import SafeHeaders
from web.help import HelpPages
from web.kept_page import KeptPages
from web.language import LANGUAGES
from web.old_address import OldAddresses
from web.outcome import OutcomePages
from web.page import Pages
from web.picture_page import PicturePages
from web.place import PlacePages
from web.problem import explain_problems
from web.settings import EMBED_ANCESTORS, WebSettings
from web.stage import Stage
from web.stop import StopPages
from web.team import TeamPages
from web.theme_file import read_themes
from web.theme_page import ThemeFiles


def create_site(settings: WebSettings) -> FastAPI:
    """The site over a data folder.

    Raises:
        FileNotFoundError: the scripts and styles were never built, or the words never compiled.
        BadTheme: a theme of the operator's cannot be worn.
    """
    site = create_api(settings, lambda app, state: KeptPages(app, state.live, state.updates, settings))
    stage = Stage(
        Assets.read(),
        settings.official,
        checked=settings.welsh_checked,
        operator=settings.operator,
        feedback_days=settings.feedback_days,
        themes=read_themes(settings.themes),
    )
    return dress(site, Pages(site.state.live.current, area_near, stage), settings.folder, settings.embed_ancestors)


def dress(site: FastAPI, pages: Pages, folder: DataFolder, ancestors: str = EMBED_ANCESTORS) -> FastAPI:
    """Add the pages in every language, their files and their headers to what answers requests.

    Args:
        site: what answers requests.
        pages: the residents' pages in English.
        folder: where the files of the releases lie.
        ancestors: which sites may frame what is made for it.
    """
    in_each = {language: pages.in_language(language) for language in LANGUAGES}
    for edition in in_each.values():
        site.include_router(edition.router())
        for more in (
            TeamPages(edition.current, edition.stage, edition.today),
            PicturePages(edition),
            ChangePages(edition.current, edition.stage),
            CrimePages(edition.current, folder, edition.stage, edition.today),
            EmbedPages(edition.current, edition.stage, ancestors, edition.today),
            OutcomePages(edition.current, edition.stage, edition.today),
            StopPages(edition.current, edition.stage, edition.today),
            AboutPages(edition.current, edition.stage, edition.today),
            HelpPages(edition.current, edition.stage),
            FeedbackPages(edition.current, edition.stage),
            FindPages(edition.current, edition.stage),
            PlacePages(edition.current, edition.stage, edition.today),
        ):
            site.include_router(more.router())
    site.include_router(ThemeFiles(pages.stage.themes).router())
    site.mount(PREFIX, AssetFiles(directory=DIST), name="assets")
    site.router.routes.append(OldAddresses(pages.current))  # last: no address of ours is taken for one of them
    site.add_middleware(SafeHeaders)
    explain_problems(site, in_each)
    return site
