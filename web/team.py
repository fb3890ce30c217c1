"""What a neighbourhood's team is doing, on a page of its own, with a calendar file for each meeting."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.police.force import updates_of
from api.queries.find import neighbourhood_at
from api.queries.neighbourhood import index_of
from api.queries.team import team_of, team_revision
from geo.neighbourhood import NeighbourhoodRef
from geo.store.release import Release
from web.address import neighbourhood_address
from web.answer import KEPT, Sheet, validator_of
from web.frame import frame
from web.meeting import calendar_of, event_key
from web.place import published_name, territorial
from web.stage import Stage


@dataclass(frozen=True)
class TeamPages:
    """`/neighbourhood/{force}/{neighbourhood}/team` and the calendar files behind it.

    Attributes:
        current: the live release.
        stage: renders templates.
        today: the day it is.
    """

    current: Callable[[], Release]
    stage: Stage
    today: Callable[[], date] = date.today

    def router(self) -> APIRouter:
        """The routes; they go before a neighbourhood's own page, whose id may hold anything."""
        router = APIRouter(prefix=self.stage.language.prefix, include_in_schema=False)
        path = "/neighbourhood/{force_id}/{neighbourhood_id:path}/team"
        router.add_api_route(path, self.team, methods=["GET", "HEAD"])
        router.add_api_route(path + "/{key}.ics", self.meeting, methods=["GET", "HEAD"])
        calendar = "/neighbourhood/{force_id}/{neighbourhood_id:path}/meetings.ics"
        router.add_api_route(calendar, self.meetings, methods=["GET", "HEAD"])
        return router

    def team(self, request: Request, force_id: str, neighbourhood_id: str) -> Response:
        """Who the team is, what it works on, when to meet it, how to reach it."""
        release, ref = self.current(), NeighbourhoodRef(force_id, neighbourhood_id)
        name = self._name(request, release, ref)
        updates = updates_of(request)
        revision = team_revision(updates, ref)
        validator = validator_of(release.id, self.stage.edition, *ref_parts(ref), revision, str(self.today()), "team")
        sheet = Sheet(request, validator)
        if sheet.held:
            return sheet.unchanged()
        force = release.register.force(force_id)
        context = {
            **frame(release, self.stage.language),
            "force": force,
            "police": (force.name, force.url),
            "name": name,
            "team": team_of(updates, ref, self.today()),
            "ref": ref,
            "back": neighbourhood_address(ref),
            "canonical": neighbourhood_address(ref) + "/team",
        }
        return sheet.whole(self.stage.page(request, "team.html", context))

    def meeting(self, request: Request, force_id: str, neighbourhood_id: str, key: str) -> Response:
        """A meeting that is not over, as a calendar file: all its times, where it repeats."""
        ref = NeighbourhoodRef(force_id, neighbourhood_id)
        self._name(request, self.current(), ref)
        events = [one.event for one in team_of(updates_of(request), ref, self.today()).meetings]
        found = [one for one in events if event_key(one) == key]
        if not found:
            raise HTTPException(404)
        return self._calendar(calendar_of(found[:1], ref, self.stage.language, self._written_at()))

    def meetings(self, request: Request, force_id: str, neighbourhood_id: str) -> Response:
        """All meetings that are not over, as one calendar that can be followed."""
        ref = NeighbourhoodRef(force_id, neighbourhood_id)
        name = self._name(request, self.current(), ref)
        events = [one.event for one in team_of(updates_of(request), ref, self.today()).meetings]
        return self._calendar(calendar_of(events, ref, self.stage.language, self._written_at(), name))

    def _calendar(self, content: bytes) -> Response:
        return Response(content, media_type="text/calendar", headers={"Cache-Control": KEPT})

    def _written_at(self) -> datetime:
        return datetime.combine(self.today(), time.min, UTC)

    def _name(self, request: Request, release: Release, ref: NeighbourhoodRef) -> str:
        territorial(release, ref.force_id)
        if ref.force_id in release.neighbourhoods.force_ids:
            return neighbourhood_at(release, index_of(release, ref)).name
        return published_name(updates_of(request), ref)


def ref_parts(ref: NeighbourhoodRef) -> tuple[str, str]:
    """Force and id, as parts of a validator."""
    return ref.force_id, ref.id
