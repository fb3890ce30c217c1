"""A request of somebody who is signed in: who it is, where, and what they sent."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

from api.publish.database import Updates
from api.publish.policy import Actor, Where
from api.publish.session import Session
from geo.store.release import Release
from web.answer import page_answer
from web.frame import frame_always
from web.stage import Stage

PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


@dataclass(frozen=True)
class Visit:
    """What a staff page is asked.

    Attributes:
        request: as it came.
        session: whose.
        where: the force or neighbourhood in the address; nothing on pages of neither.
        stage: renders templates in the page's language.
        updates: the database.
        current: the live release; raises `UnknownRelease` while there is none.
        form: what was sent; empty where nothing was.
    """

    request: Request
    session: Session
    where: Where
    stage: Stage
    updates: Updates
    current: Callable[[], Release]
    form: FormData = field(default_factory=FormData)

    @property
    def actor(self) -> Actor:
        """Who does it."""
        return self.session.actor

    def text(self, name: str) -> str:
        """What was typed in a field, without outer blanks; empty where it was not sent, or is a file."""
        value = self.form.get(name)
        return value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""

    def file(self, name: str) -> UploadFile | None:
        """A file that was chosen."""
        value = self.form.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None

    def page(self, template: str, context: dict[str, Any] | None = None, status: int = 200) -> Response:
        """A page that nobody keeps, with what every staff page needs."""
        context = {
            **frame_always(self.current, self.stage.language),
            "visit": self, "csrf": self.session.csrf, "feedback": True,
            **(context or {}),
        }  # fmt: skip
        html = self.stage.page(self.request, template, context)
        return page_answer(self.request, html, status=status, headers=PRIVATE)

    def onward(self, path: str) -> Response:
        """On to another page of this site, in the same language, which is then fetched anew."""
        return RedirectResponse(self.stage.language.prefix + path, 303, PRIVATE)
