"""A draft as residents will see it, with what should be looked at first; and then putting it out."""

from datetime import date
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection
from starlette.responses import Response

from api.publish import audit, content
from api.publish.doubt import Doubt
from api.publish.item import draft as drafts
from api.publish.item.draft import Draft, DraftChanged
from api.publish.item.kind import Kind
from api.publish.item.put import put
from api.publish.item.record import ChangedMeanwhile, MayNot, NoSuchItem
from api.publish.item.trial import as_if
from api.publish.policy import Deed
from api.queries.neighbourhood import crime_in
from api.queries.team import team_of
from geo.neighbourhood import NeighbourhoodRef
from web.address import neighbourhood_address
from web.frame import frame
from web.place import figures_context
from web.staff.desk.doubt import ABOUT, doubts_in
from web.staff.desk.field import Widget
from web.staff.desk.form import FORMS
from web.staff.desk.photograph import pictures_at
from web.staff.desk.place import BOTH, draft_address, hub, place_name, require_place, title_of
from web.staff.desk.writing import found_draft, of_draft
from web.staff.home import forces_of
from web.staff.route import StaffRoutes
from web.staff.visit import Visit

_WRITTEN = (Widget.LINE, Widget.TEXT)
_LONGEST_NOTE = 400


def add_preview(routes: StaffRoutes) -> None:
    """Add the preview of a draft, what publishes it, what another pair of eyes does, and what throws it away."""
    for place in BOTH:
        draft = place + "/draft/{number}"
        routes.page(draft + "/preview", Deed.READ, preview)
        routes.send(draft + "/publish", Deed.PUBLISH, decided)
        routes.send(draft + "/review", Deed.REVIEW, decided)
        routes.page(draft + "/delete", Deed.WRITE, delete_form, deleted)


def preview(visit: Visit) -> Response:
    """The page of the team as it will be; on to the form where something has to be put right first."""
    return _previewed(visit)


def decided(visit: Visit) -> Response:
    """Publish a draft, hand it over, or send it back."""
    require_place(visit)
    _ = visit.stage.language.words.gettext
    what = visit.text("do")
    with visit.updates.reading() as connection:
        draft = found_draft(visit, connection)
        asked = [] if what == "send-back" else _doubts(connection, draft)
    if visit.text("version") == str(draft.version):  # what is decided on is what was looked at
        if what == "send-back" and not visit.text("note"):
            return _previewed(visit, {"note": _("Say what should be changed")}, 400)
        if asked and visit.text("sure") != "yes":
            return _previewed(visit, {"sure": _("Say that you have looked at this, or change it")}, 400)
    try:
        with visit.updates.writing() as connection:
            draft = found_draft(visit, connection)
            if visit.text("version") != str(draft.version):
                raise DraftChanged(draft)
            return visit.onward(hub(visit.where, _do(visit, connection, draft, what, asked)))
    except DraftChanged:
        return _previewed(visit, {"form": _("Somebody changed this meanwhile. This is what it says now.")}, 409)
    except MayNot:
        return _previewed(visit, {"form": _("Somebody else has to look at this before it is public.")}, 409)
    except (ChangedMeanwhile, NoSuchItem, ValidationError):
        return _to_its_writer(visit, draft)


def _do(visit: Visit, connection: Connection, draft: Draft, what: str, asked: list[Doubt]) -> str:
    """Do what was decided; says what the next page tells of it."""
    if asked:
        told = {"asked about": sorted({one.kind for one in asked})}
        audit.note(connection, visit.actor, "sure", draft.where, draft.kind, draft.external_id, after=told)
    if what == "send-back":
        drafts.send_back(connection, visit.actor, draft, visit.text("note")[:_LONGEST_NOTE])
        return "back"
    if what == "hand-over":
        drafts.hand_over(connection, visit.actor, draft)
        return "waiting"
    drafts.publish(connection, visit.actor, draft)
    return "published"


def delete_form(visit: Visit) -> Response:
    """Ask before a draft is thrown away."""
    require_place(visit)
    with visit.updates.reading() as connection:
        draft = found_draft(visit, connection)
    context = {"title": title_of(draft.kind, draft.fields), "place": place_name(visit), "hub": hub(visit.where)}
    return visit.page("staff/desk/delete.html", context)


def deleted(visit: Visit) -> Response:
    """Throw it away."""
    require_place(visit)
    with visit.updates.writing() as connection:
        drafts.discard(connection, visit.actor, found_draft(visit, connection))
    return visit.onward(hub(visit.where, "deleted"))


def _previewed(visit: Visit, faults: dict[str, str] | None = None, status: int = 200) -> Response:
    writing = of_draft(visit)
    draft = writing.draft
    assert draft is not None  # noqa: S101  it is that of the address
    if writing.theirs is not None:
        return _to_its_writer(visit, draft)
    try:
        context = _as_it_will_be(visit, draft)
    except (ValidationError, NoSuchItem, ChangedMeanwhile):
        return _to_its_writer(visit, draft)
    with visit.updates.reading() as connection:
        asked = _doubts(connection, draft)
        waits = drafts.needs_another(connection, visit.actor, draft)
    may = visit.actor.may
    context |= {
        "draft": draft, "faults": faults or {}, "doubts": [(ABOUT[one.kind], one.passage) for one in asked],
        "waits": waits, "own": draft.by(visit.actor), "hub": hub(visit.where), "place": place_name(visit),
        "writes": may(Deed.WRITE, visit.where), "publishes": may(Deed.PUBLISH, visit.where),
        "reviews": may(Deed.REVIEW, visit.where), "at": draft_address(visit.where, draft.id),
        "title": title_of(draft.kind, draft.fields), "form": FORMS[draft.kind],
        "kept": visit.request.query_params.get("kept", ""), "picture_path": pictures_at(visit.where),
    }  # fmt: skip
    return visit.page("staff/desk/preview.html" if "team" in context else "staff/desk/person.html", context, status)


def _to_its_writer(visit: Visit, draft: Draft) -> Response:
    """On to the form that says what has to be put right; who may not write is told that somebody has to."""
    if visit.actor.may(Deed.WRITE, visit.where):
        return visit.onward(draft_address(visit.where, draft.id) + "?check=yes")
    return visit.onward(hub(visit.where, "unfinished"))


def _as_it_will_be(visit: Visit, draft: Draft) -> dict[str, Any]:
    """What the page of the team is made of, with the draft in its place."""
    release, where = visit.current(), visit.where
    written = draft.written()
    if draft.kind is Kind.NEWS:
        written = written.model_copy(update={"shown_from": None})  # what is to be shown later is looked at now

    def published(connection: Connection) -> None:
        put(connection, visit.actor, where, draft.external_id, written, seen=draft.based_on, part_of=draft.part_of)

    force = forces_of(visit)[where.force_id or ""]
    context = {**frame(release, visit.stage.language), "force": force, "police": (force.name, force.url)}
    if where.neighbourhood_id is None:
        with as_if(visit.updates, published) as trial, trial.reading() as connection:
            return {**context, "people": content.officers(connection, force.id)}
    ref, today = NeighbourhoodRef(force.id, where.neighbourhood_id), date.today()  # noqa: DTZ011  as pages have it
    with as_if(visit.updates, published) as trial:
        team = team_of(trial, ref, today)
    if force.id in release.neighbourhoods.force_ids:
        answer = crime_in(release, ref, None, None)
        context |= figures_context(visit.stage, today, release, answer, None)
    page = neighbourhood_address(ref)
    return {
        **context, "name": place_name(visit), "team": team, "ref": ref, "back": page, "canonical": page + "/team",
        "here": page, "today": today,
    }  # fmt: skip


def _doubts(connection: Connection, draft: Draft) -> list[Doubt]:
    """What in the texts of a draft somebody should look at before they are public."""
    names = [
        name for field in FORMS[draft.kind].fields if field.checked and field.widget in _WRITTEN for name in field.names
    ]
    names += ["review", "review_cy", "result", "result_cy", "cancelled_why", "cancelled_why_cy"]
    names += ["withdrawn_why", "withdrawn_why_cy", "picture_alt", "picture_alt_cy"]
    texts = [str(draft.fields[name]) for name in names if draft.fields.get(name)]
    return doubts_in(connection, draft.where, texts)
