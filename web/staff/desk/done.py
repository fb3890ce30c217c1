"""What have you done? One screen for what a team says most often: an action, an event or an update."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from api.publish.item import draft as drafts
from api.publish.item.kind import Kind
from api.publish.item.put import new_id
from api.publish.policy import Deed
from geo.words import Words
from web.staff.desk import typed
from web.staff.desk.field import Field
from web.staff.desk.form import FORMS
from web.staff.desk.photograph import pictures_at, take_in
from web.staff.desk.place import NEIGHBOURHOOD, draft_address, hub, place_name, require_place
from web.staff.desk.writing import open_priorities
from web.staff.route import StaffRoutes
from web.staff.visit import Visit

# the few fields of each kind that the common case needs; the rest is a link away
_ASKED: Mapping[Kind, tuple[str, ...]] = {
    Kind.ACTION: ("action", "acted_at"),
    Kind.EVENT: ("title", "address", "starts_at", "ends_at", "description"),
    Kind.NEWS: ("title", "text", "picture"),
}
_OFFERED: Mapping[Kind, Words] = {
    Kind.ACTION: Words("We did something about a priority"),
    Kind.EVENT: Words("We are holding a meeting or another event"),
    Kind.NEWS: Words("We have other news, perhaps with a picture"),
}


def add_done(routes: StaffRoutes) -> None:
    """Add the screen."""
    routes.page(NEIGHBOURHOOD + "/done", Deed.WRITE, done_form, done)


def done_form(visit: Visit) -> Response:
    """The empty screen."""
    require_place(visit)
    return _page(visit, {kind: typed.new_document(kind) for kind in _OFFERED}, {}, new_id())


def done(visit: Visit) -> Response:
    """Keep what was typed as a draft, and on to how residents will see it."""
    require_place(visit)
    _ = visit.stage.language.words.gettext
    own = visit.text("own_id")
    own = own if len(own) == len(new_id()) and own.isalnum() else new_id()
    documents = {
        kind: typed.read(visit, _fields(kind), typed.new_document(kind), prefix=f"{kind}.") for kind in _OFFERED
    }
    faults = take_in(visit, documents[Kind.NEWS], f"{Kind.NEWS}.")
    faults = {f"{Kind.NEWS}.{field}": words for field, words in faults.items()}
    kind = next((one for one in _OFFERED if one == visit.text("what")), None)
    if kind is None:
        return _page(visit, documents, {"what": _("Choose what you have done"), **faults}, own)
    saved = visit.text("do") == "save"
    if not saved:
        wrong = typed.faults(kind, documents[kind], _)
        faults = {**{f"{kind}.{field}": words for field, words in wrong.items()}, **faults}
        if kind is Kind.ACTION and visit.text("part_of") not in dict(_priorities(visit)):
            faults = {"part_of": _("Choose the priority that it is about"), **faults}
    if faults:
        return _page(visit, documents, faults, own)
    part_of = visit.text("part_of") if kind is Kind.ACTION else None
    with visit.updates.writing() as connection:
        number = drafts.begin(connection, visit.actor, visit.where, kind, own, documents[kind], part_of=part_of or None)
    kept = urlencode({"kept": visit.request.url.path})
    if saved:
        return visit.onward(hub(visit.where, "saved") + f"&{kept}")
    return visit.onward(draft_address(visit.where, number, "/preview") + f"?{kept}")


def _fields(kind: Kind) -> tuple[Field, ...]:
    return tuple(one for one in FORMS[kind].fields if one.name in _ASKED[kind])


def _priorities(visit: Visit) -> tuple[tuple[str, str], ...]:
    with visit.updates.reading() as connection:
        return open_priorities(visit, connection)


def _page(visit: Visit, documents: Mapping[Kind, Mapping[str, Any]], faults: dict[str, str], own_id: str) -> Response:
    gettext = visit.stage.language.words.gettext
    summary = [(name, words) for name, words in faults.items() if "." not in name]
    for kind in _OFFERED:
        own = {name: words for name, words in faults.items() if name.startswith(f"{kind}.")}
        summary += typed.summary(_fields(kind), own, gettext, f"{kind}.")
    context = {
        "summary": summary,
        "faults": faults,
        "offered": [(kind, words, _fields(kind), documents[kind]) for kind, words in _OFFERED.items()],
        "what": visit.text("what"),
        "part_of": visit.text("part_of"),
        "priorities": _priorities(visit),
        "own_id": own_id,
        "picture_path": pictures_at(visit.where),
        "place": place_name(visit),
        "hub": hub(visit.where),
        "typed": typed,
        "answered": bool(faults),
    }
    return visit.page("staff/desk/done.html", context, 400 if faults else 200)
