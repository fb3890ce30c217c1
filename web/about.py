"""About this data, and the notices that a public service owes its readers."""

from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from web.about_view import about
from web.answer import Sheet, page_answer, validator_of
from web.corner import corners_now
from web.frame import frame, frame_always
from web.live_page import LivePages

NOTICES = ("accessibility", "privacy", "cookies", "contact", "complaints")


class AboutPages(LivePages):
    """`/about`, and a page for each of `NOTICES`."""

    def router(self) -> APIRouter:
        """The routes."""
        return self.routed({"/about": self.about, **{f"/{one}": partial(self.notice, one) for one in NOTICES}})

    def about(self, request: Request) -> Response:
        """What the numbers are and are not, what is held, what is due, and how to cite it."""
        release, here = self.current(), str(request.url.replace(query=""))
        validator = validator_of(release.id, self.stage.edition, str(self.today()), here)
        sheet = Sheet(request, validator)
        if sheet.held:
            return sheet.unchanged()
        said = corners_now(request)
        notes = [(force, said.of(force).notes) for force in release.register if said.of(force).notes]
        context = {
            **frame(release, self.stage.language),
            "notes": notes,
            "about": about(release, self.today()),
            "here": here,
        }
        return sheet.whole(self.stage.page(request, "about.html", context))

    def notice(self, notice: str, request: Request) -> Response:
        """A notice; it is there without data too."""
        context = {**frame_always(self.current, self.stage.language), "notice": notice}
        return page_answer(request, self.stage.page(request, "notice.html", context))
