"""What became of a force's neighbourhoods with its new boundaries, for an administrator to look over and confirm."""

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from api.publish.policy import Deed
from api.publish.succession import confirm, confirmed_generations
from geo.errors import BadParameter, Busy, UnknownRelease
from geo.store.succession import Fate, Succession, pending_succession
from web.staff.home import forces_of, neighbourhoods_of
from web.staff.route import StaffRoutes
from web.staff.visit import Visit

PATH = "/force/{force_id}/manage/succession"


def add_succession(routes: StaffRoutes) -> None:
    """Add `/force/{force}/manage/succession`."""
    routes.page(PATH, Deed.MANAGE, show, send)


def show(visit: Visit) -> Response:
    """What became of each neighbourhood that is no more."""
    return _page(visit, _pending(visit))


def send(visit: Visit) -> Response:
    """Let everything follow, where it is still what was looked at."""
    _ = visit.stage.language.words.gettext
    found = _pending(visit)
    if found is None or str(found.generation) != visit.text("generation"):
        return _page(visit, found, _("Meanwhile that was confirmed, or other boundaries went live."), 409)
    chosen = {old.id: to for at, old in enumerate(found.ended) if (to := visit.text(f"content-{at}"))}
    try:
        with visit.updates.writing() as connection:
            confirm(connection, visit.actor, found, chosen)
    except Busy:
        return _page(visit, _pending(visit), _("Meanwhile that was confirmed, or other boundaries went live."), 409)
    except BadParameter:
        return _page(visit, found, _("Choose one of the neighbourhoods that took its ground."), 422)
    return visit.onward(PATH.format(force_id=visit.where.force_id) + f"?confirmed={found.generation}")


def _pending(visit: Visit) -> Succession | None:
    force_id = visit.where.force_id or ""
    with visit.updates.reading() as connection:
        confirmed = confirmed_generations(connection, force_id)
    try:
        manifest = visit.current().manifest
    except UnknownRelease:
        return None
    return pending_succession(visit.request.app.state.settings.folder, manifest, force_id, confirmed)


def _page(visit: Visit, found: Succession | None, fault: str | None = None, status: int = 200) -> Response:
    force_id = visit.where.force_id or ""
    names = neighbourhoods_of(visit, force_id)
    gettext = visit.stage.language.words.gettext
    context = {
        "force": forces_of(visit).get(force_id),
        "succession": found,
        "rows": [] if found is None else _rows(found, names, gettext),
        "fault": fault,
        "confirmed": visit.request.query_params.get("confirmed") if visit.request.method == "GET" else None,
    }
    return visit.page("staff/succession.html", context, status)


def _rows(found: Succession, names: dict[str, str], gettext: Callable[[str], str]) -> list[dict[str, Any]]:
    _ = gettext
    words = {
        Fate.RENAMED: _("The same ground under another name"),
        Fate.MERGED: _("Became part of another"),
        Fate.SPLIT: _("Was split"),
        Fate.GONE: _("Has no successor"),
    }
    return [
        {
            "id": old.id,
            "name": names.get(old.id, old.id),
            "fate": words[old.fate],
            "to": [{"id": one, "name": names.get(one, one), "share": round(share * 100)} for one, share in old.to],
        }
        for old in found.ended
    ]
