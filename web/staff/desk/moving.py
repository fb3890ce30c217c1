"""What is done to a thing that is published without writing it anew: called off, withdrawn, ordered, removed."""

from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.publish.item import draft as drafts
from api.publish.item.imported import document_of
from api.publish.item.kind import Kind
from api.publish.item.put import item, items, move, remove
from api.publish.item.record import Item, NoSuchItem
from api.publish.policy import Deed
from web.staff.desk import typed
from web.staff.desk.form import Form
from web.staff.desk.move import Move, move_named
from web.staff.desk.place import BOTH, draft_address, form_of, hub, item_address, place_name, title_of
from web.staff.route import StaffRoutes
from web.staff.visit import Visit

ORDERED = (Kind.PRIORITY, Kind.MEMBER, Kind.CONTACT_POINT, Kind.LINK)


def add_moving(routes: StaffRoutes) -> None:
    """Add what closes, withdraws, orders and removes."""
    for place in BOTH:
        thing = place + "/item/{kind}/{external_id}"
        routes.page(thing + "/do/{move}", Deed.WRITE, move_form, moved)
        routes.page(thing + "/remove", Deed.PUBLISH, remove_form, removed)
        routes.send(place + "/order/{kind}", Deed.PUBLISH, ordered)


def move_form(visit: Visit) -> Response:
    """Ask what a move asks, and say that the page as it will be comes next."""
    form, done, held, document = _moving(visit)
    return _asked(visit, form, done, held, document)


def moved(visit: Visit) -> Response:
    """Keep what was typed as a draft, and on to how residents will see it."""
    form, done, held, document = _moving(visit)
    said: dict[str, Any] = typed.read(visit, done.fields, document)
    said |= dict.fromkeys(done.clears)
    if done.stamped is not None:
        now = typed.now_on_the_wall()
        said[done.stamped] = now.isoformat() if done.stamped in ("reviewed_at", "closed_at") else typed.utc_of(str(now))
    faults = typed.faults(form.kind, said, visit.stage.language.words.gettext)
    for field in done.fields:
        if not field.optional and not said.get(field.name):
            faults.setdefault(field.name, visit.stage.language.words.gettext("Enter this"))
    if faults:
        return _asked(visit, form, done, held, said, faults)
    with visit.updates.writing() as connection:
        number = drafts.begin(
            connection, visit.actor, visit.where, form.kind, held.external_id, said, based_on=held.version
        )
    kept = urlencode({"kept": visit.request.url.path})
    return visit.onward(draft_address(visit.where, number, "/preview") + f"?{kept}")


def remove_form(visit: Visit) -> Response:
    """Ask before something is taken out, and say what that does."""
    form, held, document = _found(visit)
    context = {
        "form": form, "title": title_of(form.kind, document), "place": place_name(visit), "hub": hub(visit.where),
        "person": form.kind is Kind.MEMBER, "priority": form.kind is Kind.PRIORITY,
        "back": item_address(visit.where, form.kind, held.external_id, part_of=held.part_of),
    }  # fmt: skip
    return visit.page("staff/desk/remove.html", context)


def removed(visit: Visit) -> Response:
    """Take it out of every page, answer and file."""
    form, held, _ = _found(visit)
    with visit.updates.writing() as connection:
        remove(connection, visit.actor, visit.where, form.kind, held.external_id, held.part_of)
    return visit.onward(hub(visit.where, "removed"))


def ordered(visit: Visit) -> Response:
    """Put a thing one place up or down."""
    form = form_of(visit)
    if form.kind not in ORDERED:
        raise HTTPException(404)
    with visit.updates.writing() as connection:
        order = [one.external_id for one in items(connection, visit.where, form.kind)]
        if visit.text("id") not in order:
            raise HTTPException(404)
        place = order.index(visit.text("id"))
        other = place - 1 if visit.text("do") == "up" else place + 1
        if 0 <= other < len(order):
            order[place], order[other] = order[other], order[place]
            move(connection, visit.actor, visit.where, form.kind, order)
    return visit.onward(hub(visit.where, "ordered") + f"#{form.kind}")


def _moving(visit: Visit) -> tuple[Form, Move, Item, dict[str, Any]]:
    form, held, document = _found(visit)
    done = move_named(form.kind, visit.request.path_params["move"])
    if done is None:
        raise HTTPException(404)
    return form, done, held, document


def _found(visit: Visit) -> tuple[Form, Item, dict[str, Any]]:
    form = form_of(visit)
    part_of = visit.request.query_params.get("part_of")
    with visit.updates.reading() as connection:
        try:
            held = item(connection, visit.where, form.kind, visit.request.path_params["external_id"], part_of)
        except NoSuchItem:
            held = None
        if held is None or form.kind is Kind.NEIGHBOURHOOD:
            raise HTTPException(404)
        return form, held, document_of(connection, held)


def _asked(
    visit: Visit,
    form: Form,
    done: Move,
    held: Item,
    document: dict[str, Any],
    faults: dict[str, str] | None = None,
) -> Response:
    if faults is None:  # what was said of it the last time is no answer to what is asked now
        document = document | {name: None for field in done.fields if not field.optional for name in field.names}
    context = {
        "form": form, "move": done, "fields": done.fields, "document": document, "faults": faults or {},
        "title": title_of(form.kind, document), "place": place_name(visit), "hub": hub(visit.where), "typed": typed,
        "answered": bool(faults),
        "summary": typed.summary(done.fields, faults or {}, visit.stage.language.words.gettext),
        "back": item_address(visit.where, form.kind, held.external_id, part_of=held.part_of),
    }  # fmt: skip
    return visit.page("staff/desk/move.html", context, 400 if faults else 200)
