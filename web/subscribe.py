"""Asking for e-mails about a neighbourhood: a form that works without JavaScript and keeps nothing but what it says.

Who asks learns nothing of whether an address is known here: what is answered is the same, and only who reads the
address can confirm.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Protocol

from fastapi import APIRouter, Request
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from api.police.force import updates_of
from api.publish import subscription
from api.publish.database import Updates
from api.publish.mail_address import BadAddress, mail_address
from api.publish.secret import secrets_of
from api.publish.subscription import Often, Wish
from api.queries.find import neighbourhood_at
from api.queries.neighbourhood import index_of
from api.settings import ApiSettings
from geo.errors import YourAreaError
from geo.neighbourhood import NeighbourhoodRef
from geo.store.release import Release
from web.address import neighbourhood_address
from web.answer import page_answer
from web.feedback import TooLarge, from_here, read_fields
from web.frame import frame, frame_always
from web.letter import Letters
from web.place import published_name, territorial
from web.stage import Stage

logger = logging.getLogger(__name__)

KEPT_NOWHERE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


@dataclass(frozen=True)
class Typed:
    """What somebody gave."""

    email: str = ""
    often: str = Often.AT_ONCE
    monthly: bool = False


class Chosen(Protocol):
    """When mails are wanted."""

    @property
    def often(self) -> str:
        """At once or weekly."""

    @property
    def monthly(self) -> bool:
        """Whether new crime data are told too."""


@dataclass(frozen=True)
class SubscribePages:
    """`/neighbourhood/{force}/{neighbourhood}/subscribe` and `/subscribed`.

    Attributes:
        current: the live release; raises `UnknownRelease` while there is none.
        stage: renders templates.
        turn: one form is written at a time, so that a busy database does not hold up pages.
    """

    current: Callable[[], Release]
    stage: Stage
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def router(self) -> APIRouter:
        """The routes; they go before a neighbourhood's own page, whose id may hold anything."""
        router = APIRouter(prefix=self.stage.language.prefix, include_in_schema=False)
        path = "/neighbourhood/{force_id}/{neighbourhood_id:path}/subscribe"
        router.add_api_route(path, self.form, methods=["GET", "HEAD"])
        router.add_api_route(path, self.send, methods=["POST"])
        router.add_api_route("/subscribed", self.sent, methods=["GET", "HEAD"])
        return router

    def form(self, request: Request, force_id: str, neighbourhood_id: str) -> Response:
        """The empty form; where this site sends no mails, that it does not."""
        return self._form(request, NeighbourhoodRef(force_id, neighbourhood_id), Typed())

    async def send(self, request: Request, force_id: str, neighbourhood_id: str) -> Response:
        """Write to the address that was given, or say what is wrong."""
        _, ref = self.stage.language.words.gettext, NeighbourhoodRef(force_id, neighbourhood_id)
        if not self.stage.mails:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        name = await asyncio.to_thread(neighbourhood_name, self.current(), updates_of(request), ref)
        if not from_here(request):
            fault = _("Send the form from this site.")
            return self._form(request, ref, Typed(), fault, HTTPStatus.FORBIDDEN)
        wanted = _("Enter an e-mail address, such as name@example.org")
        try:
            typed = typed_in(await read_fields(request))
            address = mail_address(typed.email)
        except TooLarge:
            return self._form(request, ref, Typed(), wanted, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        except BadAddress:
            return self._form(request, ref, typed, wanted, HTTPStatus.BAD_REQUEST)
        wish = Wish(ref, address, Often(typed.often), typed.monthly, self.stage.language.code)
        async with self.turn:
            unkept = await asyncio.to_thread(self._ask, request, wish, name)
        if unkept:
            return self._form(request, ref, typed, unkept, HTTPStatus.SERVICE_UNAVAILABLE)
        return RedirectResponse(f"{self.stage.language.prefix}/subscribed", HTTPStatus.SEE_OTHER, KEPT_NOWHERE)

    def sent(self, request: Request) -> Response:
        """What happens now, whether the address is known or not."""
        context = {**frame_always(self.current, self.stage.language), "feedback": True}
        html = self.stage.page(request, "subscription/sent.html", context)
        return page_answer(request, html, headers=KEPT_NOWHERE)

    def _ask(self, request: Request, wish: Wish, name: str) -> str | None:
        """Why a wish could not be taken in; `None` where it was."""
        _ = self.stage.language.words.gettext
        settings: ApiSettings = request.app.state.settings
        try:
            secrets = secrets_of(settings)
            letters = Letters(secrets, (settings.public_url or "").rstrip("/"))
            per_hour, now = settings.subscribe_per_hour, datetime.now(UTC)
            if subscription.ask(
                updates_of(request), secrets, wish, lambda held: letters.to_confirm(held, name), per_hour, now
            ):
                return None
        except (YourAreaError, SQLAlchemyError) as error:
            logger.error("A subscription could not be kept: %s", type(error).__name__, exc_info=error)
            return _("E-mails cannot be asked for here at the moment. Please try again later.")
        return _("So many people asked for e-mails this hour that yours were not. Please try again in an hour.")

    def _form(
        self,
        request: Request,
        ref: NeighbourhoodRef,
        typed: Typed,
        fault: str | None = None,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> Response:
        release = self.current()
        name = neighbourhood_name(release, updates_of(request), ref)
        force = release.register.force(ref.force_id)
        context = {
            **frame(release, self.stage.language),
            "force": force,
            "police": (force.name, force.url),
            "name": name,
            "place": neighbourhood_address(ref),
            "typed": typed,
            "fault": fault,
            "options": options(self.stage, typed),
            "feedback": True,
        }
        html = self.stage.page(request, "subscription/subscribe.html", context)
        return page_answer(request, html, status=status, headers=KEPT_NOWHERE)


def options(stage: Stage, chosen: Chosen) -> list[dict[str, Any]]:
    """When mails can be sent, for radios."""
    _ = stage.language.words.gettext
    words = {
        Often.AT_ONCE: _("As soon as the team publishes something"),
        Often.WEEKLY: _("Once a week, on Monday morning, if there was anything"),
    }
    return [{"value": often, "text": text, "checked": often == chosen.often} for often, text in words.items()]


def typed_in(fields: Mapping[str, str]) -> Typed:
    """What the fields of a form say; what cannot be chosen is as it is at first."""
    often = fields.get("often", "")
    known = often if often in list(Often) else Often.AT_ONCE
    return Typed(fields.get("email", "").strip(), known, fields.get("monthly") == "yes")


def neighbourhood_name(release: Release, updates: Updates, ref: NeighbourhoodRef) -> str:
    """The name of a neighbourhood: of the boundaries, or else as its force publishes it.

    Raises:
        UnknownForce: no force with an area of its own.
        UnknownNeighbourhood: there is none of that id.
    """
    territorial(release, ref.force_id)
    if ref.force_id in release.neighbourhoods.force_ids:
        return neighbourhood_at(release, index_of(release, ref)).name
    return published_name(updates, ref)
