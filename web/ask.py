"""Ask a neighbourhood's team: what it is not for, then a form that works without JavaScript and knows nobody."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import RedirectResponse, Response

from api.police.force import updates_of
from api.publish.feedback import clean
from api.publish.mail_address import BadAddress, mail_address
from api.publish.policy import Where
from api.publish.question.inbox import ask
from api.publish.question.record import ANSWER_WITHIN, MOST_CHARACTERS, NotTaken
from api.publish.question.taking import takes_questions
from api.publish.secret import secrets_of
from api.settings import ApiSettings
from geo.errors import YourAreaError
from geo.neighbourhood import NeighbourhoodRef
from geo.store.release import Release
from web.address import neighbourhood_address
from web.answer import page_answer
from web.feedback import TooLarge, from_here, read_fields
from web.frame import frame
from web.place import name_held, territorial
from web.room_left import room_left
from web.stage import Stage
from web.wall_clock import wall_time

logger = logging.getLogger(__name__)

_KEPT_NOWHERE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


@dataclass(frozen=True)
class Typed:
    """What somebody gave."""

    text: str = ""
    address: str = ""


@dataclass(frozen=True)
class AskPages:
    """`/neighbourhood/{force}/{neighbourhood}/ask` and the form behind it.

    Attributes:
        current: the live release.
        stage: renders templates.
        turn: one question is written at a time, so that a busy database does not hold up pages.
        now: the moment it is.
    """

    current: Callable[[], Release]
    stage: Stage
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def router(self) -> APIRouter:
        """The routes; they go before a neighbourhood's own page, whose id may hold anything."""
        router = APIRouter(prefix=self.stage.language.prefix, include_in_schema=False)
        path = "/neighbourhood/{force_id}/{neighbourhood_id:path}/ask"
        router.add_api_route(path, self.before, methods=["GET", "HEAD"])
        router.add_api_route(path + "/question", self.form, methods=["GET", "HEAD"])
        router.add_api_route(path + "/question", self.send, methods=["POST"])
        router.add_api_route(path + "/thanks", self.thanks, methods=["GET", "HEAD"])
        return router

    def before(self, request: Request, force_id: str, neighbourhood_id: str) -> Response:
        """What this is not for, with the ways to that; and whether the team can be asked here at all."""
        ref = NeighbourhoodRef(force_id, neighbourhood_id)
        return self._answer(request, ref, "ask.html", {"taken": _taken(request, ref)})

    def form(self, request: Request, force_id: str, neighbourhood_id: str) -> Response:
        """The empty form, where questions are taken."""
        ref = NeighbourhoodRef(force_id, neighbourhood_id)
        if not _taken(request, ref):
            return self._answer(request, ref, "ask.html", {"taken": False})
        return self._form(request, ref, Typed())

    def thanks(self, request: Request, force_id: str, neighbourhood_id: str, by: str = "") -> Response:
        """By when the team is to answer."""
        return self._answer(
            request, NeighbourhoodRef(force_id, neighbourhood_id), "ask/thanks.html", {"by": self._due(by)}
        )

    async def send(self, request: Request, force_id: str, neighbourhood_id: str) -> Response:
        """Keep a question, or say what is wrong with it."""
        _, ref = self.stage.language.words.gettext, NeighbourhoodRef(force_id, neighbourhood_id)
        if not from_here(request):
            fault = {"text": _("Send your question from the form on this site.")}
            return await self._again(request, ref, Typed(), fault, HTTPStatus.FORBIDDEN)
        try:
            fields = await read_fields(request)
        except TooLarge:
            fault = {"text": _("Your question is far too long to be read.")}
            return await self._again(request, ref, Typed(), fault, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        address = fields.get("address", "").strip() if self.stage.mails else ""  # nothing is kept that is of no use
        typed = Typed(clean(fields.get("text", "")), address)
        faults = self._faults(typed)
        if faults:
            return await self._again(request, ref, typed, faults, HTTPStatus.BAD_REQUEST)
        async with self.turn:
            due_at, fault = await asyncio.to_thread(self._keep, request, ref, typed)
        if due_at is None:
            return await self._again(request, ref, typed, fault, HTTPStatus.SERVICE_UNAVAILABLE)
        onward = f"{self.stage.language.prefix}{neighbourhood_address(ref)}/ask/thanks"
        minute = int(due_at.timestamp() // 60)
        return RedirectResponse(f"{onward}?by={minute}", HTTPStatus.SEE_OTHER, _KEPT_NOWHERE)

    def _keep(self, request: Request, ref: NeighbourhoodRef, typed: Typed) -> tuple[datetime | None, dict[str, str]]:
        """By when it is to be answered; or else why it was not kept."""
        _, language = self.stage.language.words.gettext, self.stage.language.code
        settings: ApiSettings = request.app.state.settings
        self._name(request, ref)
        try:
            hidden = secrets_of(settings).hide(mail_address(typed.address)) if typed.address else None
            where, most, days = Where(ref.force_id, ref.id), settings.question_per_hour, settings.question_days
            return ask(
                updates_of(request), where, typed.text, language, hidden, per_hour=most, days=days, now=self.now()
            ), {}
        except NotTaken:
            return None, {"text": _("No more questions are taken here at the moment, so yours was not kept.")}
        except (YourAreaError, SQLAlchemyError, OSError) as error:
            logger.error("A resident's question could not be kept: %s", type(error).__name__, exc_info=error)
            return None, {"text": _("Questions cannot be kept here at the moment, so yours was not.")}

    def _faults(self, typed: Typed) -> dict[str, str]:
        """What is wrong, by field."""
        _, number = self.stage.language.words.gettext, self.stage.language.number
        faults = {}
        if not typed.text:
            faults["text"] = _("Enter your question")
        elif len(typed.text) > MOST_CHARACTERS:
            said = _("Your question must be %(most)s characters or fewer; you entered %(n)s")
            faults["text"] = said % {"most": number(MOST_CHARACTERS), "n": number(len(typed.text))}
        if typed.address and not _good(typed.address):
            faults["address"] = _("Enter one e-mail address, such as name@example.com, or none")
        return faults

    def _due(self, by: str) -> datetime | None:
        """The moment that the page of thanks was sent on with, where it can be true."""
        now = self.now()
        if not by.isdecimal() or len(by) > 9:  # more minutes than a calendar has
            return None
        due_at = datetime.fromtimestamp(int(by) * 60, UTC)
        return wall_time(due_at) if now < due_at <= now + ANSWER_WITHIN + timedelta(minutes=1) else None

    async def _again(
        self, request: Request, ref: NeighbourhoodRef, typed: Typed, faults: dict[str, str], status: HTTPStatus
    ) -> Response:
        return await asyncio.to_thread(self._form, request, ref, typed, faults, status)

    def _form(
        self,
        request: Request,
        ref: NeighbourhoodRef,
        typed: Typed,
        faults: dict[str, str] | None = None,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> Response:
        unkept = status == HTTPStatus.SERVICE_UNAVAILABLE
        context = {"typed": typed, "faults": faults or {}, "most": MOST_CHARACTERS, "unkept": unkept}
        return self._answer(request, ref, "ask/question.html", {**context, **room_left(self.stage.language)}, status)

    def _answer(
        self,
        request: Request,
        ref: NeighbourhoodRef,
        template: str,
        context: dict[str, Any],
        status: HTTPStatus = HTTPStatus.OK,
    ) -> Response:
        release = self.current()
        force = release.register.force(ref.force_id)
        settings: ApiSettings = request.app.state.settings
        context = {
            **frame(release, self.stage.language),
            "name": self._name(request, ref),
            "force": force,
            "police": (force.name, force.url),
            "ref": ref,
            "place": neighbourhood_address(ref),
            "days": settings.question_days,
            **context,
        }
        return page_answer(request, self.stage.page(request, template, context), status=status, headers=_KEPT_NOWHERE)

    def _name(self, request: Request, ref: NeighbourhoodRef) -> str:
        """What the neighbourhood is called; there is no page of one that is not known."""
        release = self.current()
        territorial(release, ref.force_id)
        return name_held(release, updates_of(request), ref)


def _taken(request: Request, ref: NeighbourhoodRef) -> bool:
    with updates_of(request).reading() as connection:
        return takes_questions(connection, ref.force_id)


def _good(address: str) -> bool:
    try:
        mail_address(address)
    except BadAddress:
        return False
    return True
