"""Get help: whom to turn to, the force first, then everybody else."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.police.force import updates_of
from api.publish import content
from api.publish.record import ForceDetail
from geo.service import services_in
from web.answer import page_answer
from web.frame import frame
from web.live_page import LivePages
from web.place import territorial


class HelpPages(LivePages):
    """`/help/{force}`."""

    def router(self) -> APIRouter:
        """The route."""
        return self.routed({"/help/{force_id}": self.help})

    def help(self, request: Request, force_id: str) -> Response:
        """How to reach a force, and who else helps its residents; no cache keeps it, a shared machine's least."""
        release = self.current()
        force = territorial(release, force_id)
        with updates_of(request).reading() as connection:
            detail = content.force_detail(connection, force_id) or ForceDetail()
        context = {
            **frame(release, self.stage.language),
            "force": force,
            "police": (force.name, force.url),
            "detail": detail,
            "groups": services_in(force.nation),
        }
        return page_answer(request, self.stage.page(request, "help.html", context))
