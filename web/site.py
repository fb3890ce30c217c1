"""The whole site: the API, the pages over it, their scripts and styles, and the headers that keep readers safe."""

from fastapi import FastAPI

from api.app import create_api
from api.queries.area import area_near
from web.asset import DIST, PREFIX, AssetFiles, Assets
from web.header import SafeHeaders
from web.page import Pages
from web.problem import explain_problems
from web.settings import WebSettings
from web.stage import Stage


def create_site(settings: WebSettings) -> FastAPI:
    """The site over a data folder.

    Raises:
        FileNotFoundError: the scripts and styles were never built.
    """
    site = create_api(settings)
    return dress(site, Pages(site.state.live.current, area_near, Stage(Assets.read(), settings.official)))


def dress(site: FastAPI, pages: Pages) -> FastAPI:
    """Add the pages, their files and their headers to what answers requests."""
    site.include_router(pages.router())
    site.mount(PREFIX, AssetFiles(directory=DIST), name="assets")
    site.add_middleware(SafeHeaders)
    explain_problems(site, pages.stage, pages.invented)
    return site
