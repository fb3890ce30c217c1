"""Something wrong on this page: a form that works without JavaScript, and keeps what is said for the operator."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

from fastapi import APIRouter, Request
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import RedirectResponse, Response

from api.police.force import updates_of
from api.publish.feedback import MOST_CHARACTERS, FeedbackKind, Message, clean, keep
from api.settings import ApiSettings
from geo.errors import UnknownRelease, YourAreaError
from geo.store.release import Release
from web.answer import page_answer
from web.feedback_about import known_in, page_of
from web.frame import frame_always
from web.room_left import room_left
from web.stage import Stage

logger = logging.getLogger(__name__)

MOST_BYTES = 1 << 16  # four times what the longest text takes, percent-encoded
_MOST_FIELDS = 10
_KEPT_NOWHERE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


class TooLarge(ValueError):
    """A body beyond `MOST_BYTES`."""


@dataclass(frozen=True)
class Typed:
    """What a reader gave."""

    kind: str = ""
    about: str = ""
    text: str = ""


@dataclass(frozen=True)
class FeedbackPages:
    """`/feedback` and `/feedback/thanks`.

    Attributes:
        current: the live release; raises `UnknownRelease` while there is none.
        stage: renders templates.
        turn: one message is written at a time, so that a busy database does not hold up pages.
    """

    current: Callable[[], Release]
    stage: Stage
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix=self.stage.language.prefix, include_in_schema=False)
        router.add_api_route("/feedback", self.form, methods=["GET", "HEAD"])
        router.add_api_route("/feedback", self.send, methods=["POST"])
        router.add_api_route("/feedback/thanks", self.thanks, methods=["GET", "HEAD"])
        return router

    def form(self, request: Request, about: str = "") -> Response:
        """The empty form."""
        return self._answer(request, Typed(about=page_of(about, known_in(self._release()))))

    def thanks(self, request: Request) -> Response:
        """What happens now."""
        context = {**frame_always(self.current, self.stage.language), "feedback": True}
        html = self.stage.page(request, "feedback/thanks.html", context)
        return page_answer(request, html, headers=_KEPT_NOWHERE)

    async def send(self, request: Request) -> Response:
        """Keep a message, or say what is wrong with it."""
        _ = self.stage.language.words.gettext
        if not from_here(request):
            return self._refused(request, _("Send your message from the form on this site."), HTTPStatus.FORBIDDEN)
        try:
            fields = await read_fields(request)
        except TooLarge:
            fault = _("Your message is far too long to be read.")
            return self._refused(request, fault, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        release = await asyncio.to_thread(self._release)
        page = page_of(fields.get("about", ""), known_in(release))
        typed = Typed(fields.get("kind", ""), page, clean(fields.get("text", "")))
        faults = self._faults(typed)
        if faults:
            return self._answer(request, typed, faults, HTTPStatus.BAD_REQUEST)
        newest = str(release.month_newest) if release is not None and release.months else None
        language, release_id = self.stage.language, release.id if release is not None else None
        message = Message(FeedbackKind(typed.kind), page, typed.text, language.code, release_id, newest)
        async with self.turn:
            unkept = await asyncio.to_thread(self._keep, request, message)
        if unkept:
            return self._answer(request, typed, {"text": unkept}, HTTPStatus.SERVICE_UNAVAILABLE)
        return RedirectResponse(f"{language.prefix}/feedback/thanks", HTTPStatus.SEE_OTHER, _KEPT_NOWHERE)

    def _keep(self, request: Request, message: Message) -> str | None:
        """Why a message could not be kept; `None` where it was."""
        _ = self.stage.language.words.gettext
        settings: ApiSettings = request.app.state.settings
        urgent = message.kind is FeedbackKind.IDENTIFIES
        per_hour = settings.feedback_identifies_per_hour if urgent else settings.feedback_per_hour
        try:
            if keep(
                updates_of(request), message, per_hour=per_hour, days=settings.feedback_days, now=datetime.now(UTC)
            ):
                return None
        except (YourAreaError, SQLAlchemyError) as error:
            logger.error("A reader's message could not be kept: %s", type(error).__name__, exc_info=error)
            return _("Messages cannot be kept here at the moment, so yours was not. Please try again later.")
        return _("So many messages came in this hour that yours was not kept. Please try again in an hour.")

    def _faults(self, typed: Typed) -> dict[str, str]:
        """What is wrong, by field."""
        _, number = self.stage.language.words.gettext, self.stage.language.number
        faults = {}
        if typed.kind not in list(FeedbackKind):
            faults["kind"] = _("Select what your message is about")
        if not typed.text:
            faults["text"] = _("Enter what is wrong")
        elif len(typed.text) > MOST_CHARACTERS:
            said = _("What is wrong must be %(most)s characters or fewer; you entered %(n)s")
            faults["text"] = said % {"most": number(MOST_CHARACTERS), "n": number(len(typed.text))}
        return faults

    def _refused(self, request: Request, fault: str, status: HTTPStatus) -> Response:
        return self._answer(request, Typed(), {"kind": fault}, status)

    def _answer(
        self, request: Request, typed: Typed, faults: dict[str, str] | None = None, status: HTTPStatus = HTTPStatus.OK
    ) -> Response:
        context = {
            **frame_always(self.current, self.stage.language),
            "feedback": True,
            "typed": typed,
            "faults": faults or {},
            "unkept": status == HTTPStatus.SERVICE_UNAVAILABLE,
            "most": MOST_CHARACTERS,
            **room_left(self.stage.language),
        }
        html = self.stage.page(request, "feedback.html", context)
        return page_answer(request, html, status=status, headers=_KEPT_NOWHERE)

    def _release(self) -> Release | None:
        try:
            return self.current()
        except UnknownRelease:
            return None


def from_here(request: Request) -> bool:
    """Whether a form was sent from this site, as far as its browser says.

    Our pages send no referrer, so browsers send `Origin: null` for their forms; what they say of the site is then in
    `Sec-Fetch-Site` alone, and old ones say nothing at all.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin", "null")
    if site is not None and site != "same-origin":
        return False
    settings: ApiSettings = request.app.state.settings
    ours = {request.url.netloc, urlsplit(settings.public_url or "").netloc}
    return origin == "null" or origin.partition("://")[2] in ours  # as it is: who sends what is none is not from here


async def read_fields(request: Request) -> dict[str, str]:
    """The fields of a form; none of any other body.

    Raises:
        TooLarge: beyond what a form of ours can be.
    """
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise TooLarge
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        return {}
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        return {}
