"""The only way to a staff page: each names the deed that it is, and nobody reaches it without the right to that."""

import asyncio
import hmac
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from api.police.force import updates_of
from api.publish import session as sessions
from api.publish.audit import note
from api.publish.markup import clean_characters
from api.publish.policy import Actor, Deed, Where
from api.publish.secret import secrets_of
from api.publish.session import Session
from api.publish.throttle import few
from geo.store.release import Release
from web.answer import page_answer
from web.feedback import from_here
from web.frame import frame_always
from web.settings import WebSettings
from web.staff.visit import PRIVATE, Visit
from web.stage import Stage

COOKIE = "__Host-yourarea-staff"
SIGN_IN = "/staff/sign-in"
MOST_BYTES = 12_000_000  # a photograph of a telephone, and the words beside it
MOST_REFUSALS = 1_000  # of one account that an hour adds to the audit: it only grows, and each force reads its own
_MOST_FIELDS = 200
_LONGEST_PATH = 2_000  # characters of an address to go on to: strangers have it kept while they sign in
_MOST_TOLD = 200  # characters of an id that nobody knows

Page = Callable[[Visit], Response | Awaitable[Response]]


@dataclass(frozen=True)
class StaffRoute:
    """What a route of staff pages asks for; the tests walk every one with every role.

    Attributes:
        path: in English, with `{force_id}` and perhaps `{neighbourhood_id:path}` where the page is of one.
        method: `GET` or `POST`.
        deed: what its visitor must be allowed there.
    """

    path: str
    method: str
    deed: Deed


class StaffRoutes:
    """Collects the staff pages of one language.

    Args:
        stage: renders templates.
        current: the live release.
    """

    def __init__(self, stage: Stage, current: Callable[[], Release]) -> None:
        self.stage = stage
        self.current = current
        self.router = APIRouter(prefix=stage.language.prefix, include_in_schema=False)
        self.routes: list[StaffRoute] = []

    def page(self, path: str, deed: Deed, show: Page, send: Page | None = None) -> None:
        """Add a page, and what takes in its form.

        Args:
            path: its address; a `{force_id}` in it, and a `{neighbourhood_id:path}`, are where its deed is done.
            deed: what its visitor must be allowed there.
            show: answers GET.
            send: answers POST, after the form's origin and token were found right.
        """
        self._add(path, "GET", deed, show)
        if send is not None:
            self._add(path, "POST", deed, send)

    def send(self, path: str, deed: Deed, send: Page) -> None:
        """Add what takes in a form that stands on another page."""
        self._add(path, "POST", deed, send)

    def _add(self, path: str, method: str, deed: Deed, page: Page) -> None:
        self.routes.append(StaffRoute(path, method, deed))

        async def answer(request: Request) -> Response:
            return await self._answer(request, deed, page)

        methods = ["GET", "HEAD"] if method == "GET" else [method]
        self.router.add_api_route(path, answer, methods=methods)

    async def _answer(self, request: Request, deed: Deed, page: Page) -> Response:
        settings: WebSettings = request.app.state.settings
        session = await asyncio.to_thread(session_of, request, settings)
        if session is None:
            return self._to_sign_in(request)
        where = Where(request.path_params.get("force_id"), request.path_params.get("neighbourhood_id"))
        here = None if where == Where() and deed is Deed.ENTER else where
        if not session.actor.may(deed, here):
            return await self._refuse(request, session.actor, deed, where)
        form = FormData()
        if request.method == "POST":
            form = await read_form(request)
            if not from_here(request) or not same(form.get("csrf"), session.csrf):
                return await self._refuse(request, session.actor, deed, where, forged=True)
        visit = Visit(request, session, where, self.stage, updates_of(request), self.current, form)
        try:
            if inspect.iscoroutinefunction(page):
                found: Response = await page(visit)
            else:
                found = await asyncio.to_thread(page, visit)  # type: ignore[arg-type]
        finally:
            await form.close()  # a file that was sent lies on the disk until then
        for name, value in PRIVATE.items():
            found.headers.setdefault(name, value)
        return found

    def _to_sign_in(self, request: Request) -> Response:
        """To the door, and from there on to what was asked for; what was sent cannot be carried through it."""
        if request.method == "POST":
            _ = self.stage.language.words.gettext
            title = _("You are no longer signed in")
            detail = _("Nothing was published. Go back, copy what you wrote, sign in again and send it once more.")
            return self._problem(request, title, detail, HTTPStatus.UNAUTHORIZED)
        onward = quote(request.url.path + (f"?{request.url.query}" if request.url.query else ""), safe="")
        return RedirectResponse(f"{self.stage.language.prefix}{SIGN_IN}?onward={onward}", 303, PRIVATE)

    async def _refuse(
        self, request: Request, actor: Actor, deed: Deed, where: Where, *, forged: bool = False
    ) -> Response:
        """Say no, and write down who tried what."""
        _ = self.stage.language.words.gettext
        await asyncio.to_thread(_note_refusal, request, actor, deed, where, forged)
        if forged:
            detail = _("What was sent did not come from the page that you had open. Go back, load it again and retry.")
        else:
            detail = _("Your account has no right to this. Ask an administrator of your force for it.")
        return self._problem(request, _("You may not do this"), detail, HTTPStatus.FORBIDDEN)

    def _problem(self, request: Request, title: str, detail: str, status: HTTPStatus) -> Response:
        context = {**frame_always(self.current, self.stage.language), "title": title, "sentences": [detail]}
        html = self.stage.page(request, "problem.html", context)
        return page_answer(request, html, status=status, headers=PRIVATE)


def session_of(request: Request, settings: WebSettings) -> Session | None:
    """The session that a request's cookie opens."""
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    idle, longest = timedelta(minutes=settings.staff_idle_minutes), timedelta(hours=settings.staff_longest_hours)
    return sessions.find(updates_of(request), token, datetime.now(UTC), idle, longest)


async def read_form(request: Request) -> FormData:
    """What was sent, files among it.

    Raises:
        HTTPException: 413, beyond what a form of ours can be.
    """
    size = request.headers.get("content-length")
    if size is None or not size.isdecimal() or int(size) > MOST_BYTES:
        raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "What was sent is too large: 12 MB at most.")
    return await request.form(max_files=4, max_fields=_MOST_FIELDS, max_part_size=1 << 18)


def same(sent: object, known: str) -> bool:
    """Whether a form sent what it was given, told in the same time however much of it is right.

    >>> same("a", "a"), same("ŵ", "a"), same(None, "a")
    (True, False, False)
    """
    return isinstance(sent, str) and hmac.compare_digest(sent.encode("utf-8", "replace"), known.encode())


def local_path(onward: str, otherwise: str = "/staff") -> str:
    r"""A path of this site to go on to; anything that could lead elsewhere becomes `otherwise`.

    >>> local_path("/cy/staff?a=b"), local_path("//evil.example"), local_path("/\\evil.example")
    ('/cy/staff?a=b', '/staff', '/staff')
    """
    led_away = not onward.startswith("/") or onward.startswith("//") or len(onward) > _LONGEST_PATH
    return otherwise if led_away or any(ord(one) < 33 or one == "\\" for one in onward) else onward


def _note_refusal(request: Request, actor: Actor, deed: Deed, where: Where, forged: bool) -> None:
    told = {"route": request.scope["route"].path, "method": request.method, "wanted": deed, "forged": forged}
    place = Where(*(part and clean_characters(part[:_MOST_TOLD]) for part in (where.force_id, where.neighbourhood_id)))
    keys, now = secrets_of(request.app.state.settings), datetime.now(UTC)
    with updates_of(request).writing() as connection:
        if few(connection, keys, f"refused {actor.id}", MOST_REFUSALS, now):
            note(connection, actor, "refused", place, "page", None, after=told)
