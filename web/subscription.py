"""The pages behind the links in e-mails: confirming, changing and ending a subscription, without an account.

A link carries all that is needed to use it. Opening one changes nothing, because programs look into links before
people do: a button does.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.police.force import updates_of
from api.publish import subscription
from api.publish.plan import week_began
from api.publish.secret import Secrets, secrets_of
from api.publish.subscription import Often, Subscription
from geo.errors import UnknownForce, UnknownNeighbourhood, UnknownRelease
from geo.store.release import Release
from web.address import neighbourhood_address
from web.answer import page_answer
from web.feedback import TooLarge, read_fields
from web.frame import frame_always
from web.stage import Stage
from web.subscribe import KEPT_NOWHERE, neighbourhood_name, options, typed_in


@dataclass(frozen=True)
class SubscriptionPages:
    """`/subscription/confirm/{token}`, `/subscription/{token}` and `/subscription/{token}/end`.

    Attributes:
        current: the live release; raises `UnknownRelease` while there is none.
        stage: renders templates.
    """

    current: Callable[[], Release]
    stage: Stage

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix=f"{self.stage.language.prefix}/subscription", include_in_schema=False)
        pages: tuple[tuple[str, Callable[..., Any], Callable[..., Any]], ...] = (
            ("/confirm/{token}", self.to_confirm, self.confirm),
            ("/{token}/end", self.to_end, self.end),
            ("/{token}", self.to_change, self.change),
        )
        for path, show, send in pages:
            router.add_api_route(path, show, methods=["GET", "HEAD"])
            router.add_api_route(path, send, methods=["POST"])
        return router

    def to_confirm(self, request: Request, token: str) -> Response:
        """The button that confirms."""
        return self._page(request, "confirm", self._held(request, subscription.id_to_confirm(_keys(request), token)))

    def confirm(self, request: Request, token: str) -> Response:
        """Begin to tell."""
        keys = _keys(request)
        number = subscription.id_to_confirm(keys, token)
        held = None if number is None else subscription.confirm(updates_of(request), number, datetime.now(UTC))
        return self._page(request, "confirmed", held, token=held and subscription.token_to_manage(keys, held.id))

    def to_change(self, request: Request, token: str, changed: str = "") -> Response:
        """What is sent, and how to change it."""
        held = self._held(request, subscription.id_to_manage(_keys(request), token))
        return self._page(request, "change", held, token=token, changed=changed == "1")

    async def change(self, request: Request, token: str) -> Response:
        """Send other mails from now on."""
        try:
            typed = typed_in(await read_fields(request))
        except TooLarge:
            typed = typed_in({})
        held = await asyncio.to_thread(self._change, request, token, Often(typed.often), typed.monthly)
        if held is None:
            return self._page(request, "change", None)
        where = f"{self.stage.language.prefix}/subscription/{token}?changed=1"
        return RedirectResponse(where, HTTPStatus.SEE_OTHER, KEPT_NOWHERE)

    def to_end(self, request: Request, token: str) -> Response:
        """The button that ends it."""
        held = self._held(request, subscription.id_to_manage(_keys(request), token))
        return self._page(request, "end", held, token=token)

    def end(self, request: Request, token: str) -> Response:
        """End it at once, whoever sends this and whatever with it: a mail program does so for its reader (RFC 8058).

        One that has ended already is answered the same, and nothing is passed on to another page: mail programs follow
        no such answer.
        """
        number = subscription.id_to_manage(_keys(request), token)
        if number is None:
            return self._page(request, "end", None)
        updates = updates_of(request)
        if updates.current():
            subscription.end(updates, number)
        return self._answer(request, "ended", {})

    def _change(self, request: Request, token: str, often: Often, monthly: bool) -> Subscription | None:
        number = subscription.id_to_manage(_keys(request), token)
        if number is None:
            return None
        return subscription.change(updates_of(request), number, often, monthly, week_began(datetime.now(UTC)))

    def _held(self, request: Request, number: int | None) -> Subscription | None:
        if number is None:
            return None
        with updates_of(request).reading() as connection:
            return subscription.find(connection, number)

    def _page(self, request: Request, name: str, held: Subscription | None, **more: Any) -> Response:
        """A page about a subscription, or that there is none of that link."""
        if held is None:
            return self._answer(request, "gone", {}, HTTPStatus.NOT_FOUND)
        place = neighbourhood_address(held.ref)
        said = {"held": held, "name": self._name(request, held), "place": place, "options": options(self.stage, held)}
        return self._answer(request, name, said | more)

    def _name(self, request: Request, held: Subscription) -> str:
        """Of its neighbourhood; its id, where that is no longer known."""
        try:
            return neighbourhood_name(self.current(), updates_of(request), held.ref)
        except (UnknownRelease, UnknownForce, UnknownNeighbourhood):
            return held.ref.id

    def _answer(
        self, request: Request, name: str, said: dict[str, Any], status: HTTPStatus = HTTPStatus.OK
    ) -> Response:
        context = {**frame_always(self.current, self.stage.language), "feedback": True, **said}
        html = self.stage.page(request, f"subscription/{name}.html", context)
        return page_answer(request, html, status=status, headers=KEPT_NOWHERE)


def _keys(request: Request) -> Secrets:
    return secrets_of(request.app.state.settings)
