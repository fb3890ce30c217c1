"""The door: signing in with a login and a password, and out."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from math import ceil
from typing import Any

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from api.police.force import updates_of
from api.publish import door
from api.publish.door import Browser, Entry
from api.publish.secret import secrets_of
from web.answer import page_answer
from web.feedback import TooLarge, from_here, read_fields
from web.frame import frame_always
from web.language import language_of
from web.settings import WebSettings
from web.staff.cookie import (
    DOOR,
    DOOR_LASTS_S,
    begin_session,
    browser_name,
    door_of,
    drop_cookie,
    form_of,
    guesser_of,
    know,
    new_door,
    set_cookie,
)
from web.staff.provider import Providers
from web.staff.route import COOKIE, SIGN_IN, StaffRoutes, local_path, same, session_of
from web.staff.visit import PRIVATE

SIGN_OUT = "/staff/sign-out"
AT_ONCE = 2  # passwords looked at by one worker at once: each takes a core and 64 MB for a moment
_A_MINUTE = timedelta(minutes=1)


def add_sign_in(routes: StaffRoutes) -> None:
    """Add `/staff/sign-in` and `/staff/sign-out`, which need no right."""
    pages = SignInPages(routes)
    routes.router.add_api_route(SIGN_IN, pages.form, methods=["GET", "HEAD"])
    routes.router.add_api_route(SIGN_IN, pages.send, methods=["POST"])
    routes.router.add_api_route(SIGN_OUT, pages.leave, methods=["POST"])


@dataclass(frozen=True)
class SignInPages:
    """The pages at the door.

    Attributes:
        routes: of the staff pages in the same language.
        turn: for a few passwords at a time.
    """

    routes: StaffRoutes
    turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def form(self, request: Request, onward: str = "") -> Response:
        """The ways to sign in; on at once where one is signed in already."""
        settings: WebSettings = request.app.state.settings
        if await asyncio.to_thread(session_of, request, settings) is not None:
            return RedirectResponse(self.onward(onward), HTTPStatus.SEE_OTHER, PRIVATE)
        return self.page(request, onward)

    async def send(self, request: Request) -> Response:
        """Let somebody in by a password, or say no."""
        _ = self.routes.stage.language.words.gettext
        try:
            fields = await read_fields(request)
        except TooLarge:
            fields = {}
        held, onward = door_of(request), fields.get("onward", "")
        if held is None or not from_here(request) or not same(fields.get("form"), form_of(held)):
            fault = _(
                "Your browser did not send what this page had given it. Allow cookies for this site, and try again."
            )
            return self.page(request, onward, {"login": fault}, HTTPStatus.FORBIDDEN)
        login, password = fields.get("login", "").strip(), fields.get("password", "")
        faults = {} if login else {"login": _("Enter your login")}
        faults |= {} if password else {"password": _("Enter your password")}
        if faults:
            return self.page(request, onward, faults, HTTPStatus.BAD_REQUEST, login)
        async with self.turn:
            entry = await asyncio.to_thread(self._enter, request, login, password)
        if entry.token is None:
            return self.refusal(request, entry, onward, login)
        answer = RedirectResponse(self.onward(onward), HTTPStatus.SEE_OTHER, PRIVATE)
        begin_session(answer, entry.token)
        know(answer, secrets_of(request.app.state.settings), login)
        return answer

    async def leave(self, request: Request) -> Response:
        """End the session of this browser."""
        settings: WebSettings = request.app.state.settings
        session = await asyncio.to_thread(session_of, request, settings)
        try:
            fields = await read_fields(request)
        except TooLarge:
            fields = {}
        ours = session is not None and same(fields.get("csrf"), session.csrf)
        if session is not None and not (ours and from_here(request)):
            return self.page(request, status=HTTPStatus.FORBIDDEN)
        if session is not None:
            await asyncio.to_thread(_leave, request)
        answer = RedirectResponse(f"{self.routes.stage.language.prefix}{SIGN_IN}", HTTPStatus.SEE_OTHER, PRIVATE)
        drop_cookie(answer, COOKIE)
        return answer

    def speaking(self, path: str) -> "SignInPages":
        """The same pages in the language of an address."""
        language = language_of(path)
        if language == self.routes.stage.language:
            return self
        return SignInPages(StaffRoutes(self.routes.stage.in_language(language), self.routes.current), self.turn)

    def onward(self, onward: str) -> str:
        """Where somebody who came in goes on to."""
        return local_path(onward, f"{self.routes.stage.language.prefix}/staff")

    def refusal(self, request: Request, entry: Entry, onward: str, login: str = "") -> Response:
        """The page again, saying why nobody came in, and never whether there is such a login."""
        _, ngettext = self.routes.stage.language.words.gettext, self.routes.stage.language.words.ngettext
        if entry.wait > timedelta(0):
            minutes, seconds = ceil(entry.wait / _A_MINUTE), ceil(entry.wait.total_seconds())
            if entry.wait > _A_MINUTE:
                words = ngettext(
                    "Too many tries failed. Try again in %(n)s minute.",
                    "Too many tries failed. Try again in %(n)s minutes.", minutes,
                ) % {"n": minutes}  # fmt: skip
            else:
                words = ngettext(
                    "Too many tries failed. Try again in %(n)s second.",
                    "Too many tries failed. Try again in %(n)s seconds.", seconds,
                ) % {"n": seconds}  # fmt: skip
            answer = self.page(request, onward, {"login": words}, HTTPStatus.TOO_MANY_REQUESTS, login)
            answer.headers["Retry-After"] = str(seconds)
            return answer
        if entry.account is None:
            words = _("The login or the password is not right.")
            return self.page(request, onward, {"login": words}, HTTPStatus.UNAUTHORIZED, login)
        if entry.account.disabled_at is not None:
            words = _("Your account is closed. Ask an administrator of your force.")
        else:
            words = _("Your account has no role here yet. Ask an administrator of your force for one.")
        return self.page(request, onward, {"login": words}, HTTPStatus.FORBIDDEN, login)

    def page(
        self,
        request: Request,
        onward: str = "",
        faults: Mapping[str, str] | None = None,
        status: HTTPStatus = HTTPStatus.OK,
        login: str = "",
    ) -> Response:
        """The ways to sign in, and what was wrong."""
        held = door_of(request) or new_door()
        providers: Providers = request.app.state.providers
        context: dict[str, Any] = {
            **frame_always(self.routes.current, self.routes.stage.language),
            "providers": providers.by_id.values(), "onward": local_path(onward, ""), "form": form_of(held),
            "faults": faults or {}, "login": login, "feedback": True,
        }  # fmt: skip
        html = self.routes.stage.page(request, "staff/sign_in.html", context)
        answer = page_answer(request, html, status=status, headers=PRIVATE)
        set_cookie(answer, DOOR, held, DOOR_LASTS_S)
        return answer

    def _enter(self, request: Request, login: str, password: str) -> Entry:
        keys = secrets_of(request.app.state.settings)
        browser = browser_of(request, guesser_of(request, keys, login))
        return door.by_password(updates_of(request), keys, login, password, browser, datetime.now(UTC))


def browser_of(request: Request, source: str = "") -> Browser:
    """Where a request comes from."""
    return Browser(browser_name(request), source, request.cookies.get(COOKIE))


def _leave(request: Request) -> None:
    with updates_of(request).writing() as connection:
        door.leave(connection, request.cookies.get(COOKIE, ""), datetime.now(UTC))
