"""Signing in by a force's identity provider: sent there, and back with what proves who one is."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from api.police.force import updates_of
from api.publish import door, sign_in
from api.publish.policy import Where
from api.publish.secret import secrets_of
from api.publish.sign_in import SignIn
from web.settings import WebSettings
from web.staff.cookie import DOOR, DOOR_LASTS_S, begin_session, door_of, new_door, set_cookie
from web.staff.openid import OpenId, Unproven, Unreachable
from web.staff.provider import Provider, Providers, is_here
from web.staff.route import SIGN_IN, StaffRoutes, local_path
from web.staff.sign_in import SignInPages, browser_of
from web.staff.visit import PRIVATE

logger = logging.getLogger(__name__)

GO = f"{SIGN_IN}/{{provider_id}}"
BACK = f"{SIGN_IN}/{{provider_id}}/return"


def add_provider_sign_in(routes: StaffRoutes) -> None:
    """Add the way to each provider and the way back, which need no right."""
    pages = ProviderPages(SignInPages(routes))
    routes.router.add_api_route(GO, pages.go, methods=["GET"])
    routes.router.add_api_route(BACK, pages.back, methods=["GET"])


@dataclass(frozen=True)
class ProviderPages:
    """The ways to providers and back.

    Attributes:
        pages: where what went wrong is told.
        asked: by provider, what is asked of it.
    """

    pages: SignInPages
    asked: dict[str, OpenId] = field(default_factory=dict)

    async def go(self, request: Request, provider_id: str, onward: str = "") -> Response:
        """Send a browser to the provider."""
        provider = _provider(request, provider_id)
        _ = self.pages.routes.stage.language.words.gettext
        redirect_uri = _redirect_uri(request, provider)
        if redirect_uri is None:
            logger.error("Nobody can sign in by a provider: YOURAREA_PUBLIC_URL is not set.")
            words = _("Whoever runs this site must say its public address before anybody can sign in this way.")
            return self.pages.page(request, onward, {"provider": words}, HTTPStatus.SERVICE_UNAVAILABLE)
        held, onward = door_of(request) or new_door(), self.pages.onward(onward)
        state, begun = await asyncio.to_thread(_begin, request, provider, held, onward)
        code = self.pages.routes.stage.language.code
        try:
            address = await self._openid(request, provider).address(begun, state, redirect_uri, code)
        except Unreachable as error:
            return await self._refuse(request, provider, onward, error)
        answer = RedirectResponse(address, HTTPStatus.SEE_OTHER, PRIVATE)
        set_cookie(answer, DOOR, held, DOOR_LASTS_S)
        return answer

    async def back(
        self, request: Request, provider_id: str, state: str = "", code: str = "", iss: str | None = None
    ) -> Response:
        """Let somebody in whom the provider sent back, or say no."""
        provider = _provider(request, provider_id)
        begun = await asyncio.to_thread(_finish, request, state)
        redirect_uri = _redirect_uri(request, provider)
        onward = begun.onward if begun is not None else ""
        try:
            if begun is None:
                raise Unproven("no such sign-in is under way in that browser")
            if begun.provider != provider.id or redirect_uri is None:
                raise Unproven("the sign-in was begun with another provider")
            if not code:
                raise Unproven("the provider said no")
            claimed = await self._openid(request, provider).claimed(begun, code, iss, redirect_uri)
        except (Unproven, Unreachable) as error:
            return await self._refuse(request, provider, onward, error)
        now = datetime.now(UTC)
        entry = await asyncio.to_thread(door.by_provider, updates_of(request), claimed, browser_of(request), now)
        if entry.token is None:
            return self.pages.speaking(onward).refusal(request, entry, onward)
        answer = RedirectResponse(local_path(onward), HTTPStatus.SEE_OTHER, PRIVATE)
        begin_session(answer, entry.token)
        return answer

    async def _refuse(self, request: Request, provider: Provider, onward: str, why: Exception) -> Response:
        """Say no, without saying why to whoever may have forged it, and write down why."""
        pages = self.pages.speaking(onward)  # a provider sends everybody back to one address
        _ = pages.routes.stage.language.words.gettext
        told: Mapping[str, str] = {"by": provider.id, "why": str(why)}
        keys, now = secrets_of(request.app.state.settings), datetime.now(UTC)
        await asyncio.to_thread(door.refuse, updates_of(request), keys, Where(provider.force), told, now)
        if isinstance(why, Unreachable):
            logger.warning("Provider %s: %s", provider.id, why)
            words = _("That way to sign in does not answer at the moment. Try again in a few minutes.")
            return pages.page(request, onward, {"provider": words}, HTTPStatus.BAD_GATEWAY)
        words = _("You were not signed in. Start again from this page, and within ten minutes.")
        return pages.page(request, onward, {"provider": words}, HTTPStatus.FORBIDDEN)

    def _openid(self, request: Request, provider: Provider) -> OpenId:
        providers: Providers = request.app.state.providers
        return self.asked.setdefault(provider.id, OpenId(provider, providers.secrets.get(provider.id)))


def _provider(request: Request, provider_id: str) -> Provider:
    providers: Providers = request.app.state.providers
    found = providers.by_id.get(provider_id)
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return found


def _redirect_uri(request: Request, provider: Provider) -> str | None:
    """To where the provider sends people back: an address that no header of a request can change.

    Without a public address only a browser on this machine can say which host this is; `None` for any other.
    """
    settings: WebSettings = request.app.state.settings
    if settings.public_url:
        base = settings.public_url.rstrip("/")
    elif is_here(request.url.hostname or ""):
        base = f"{request.url.scheme}://{request.url.netloc}"
    else:
        return None
    return base + BACK.format(provider_id=provider.id)


def _begin(request: Request, provider: Provider, browser: str, onward: str) -> tuple[str, SignIn]:
    with updates_of(request).writing() as connection:
        return sign_in.begin(connection, provider.id, browser, onward, datetime.now(UTC))


def _finish(request: Request, state: str) -> SignIn | None:
    browser = door_of(request)
    if browser is None or not state:
        return None
    with updates_of(request).writing() as connection:
        return sign_in.finish(connection, state, browser, datetime.now(UTC))
