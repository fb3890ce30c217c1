"""The pages on which something is written: a thing anew or changed, and a draft gone on with."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.publish.item import draft as drafts
from api.publish.item.draft import Draft, DraftChanged
from api.publish.item.imported import document_of, documents
from api.publish.item.kind import Kind
from api.publish.item.put import IMPORTED, item, new_id
from api.publish.policy import Deed
from web.staff.desk import typed
from web.staff.desk.field import Field
from web.staff.desk.form import FORMS, Form
from web.staff.desk.photograph import pictures_at, take_in
from web.staff.desk.place import BOTH, draft_address, form_of, hub, place_name, require_place, title_of
from web.staff.route import StaffRoutes
from web.staff.visit import Visit

NEW = "new"


@dataclass(frozen=True)
class Theirs:
    """What somebody else did meanwhile.

    Attributes:
        document: what there is now; `None` where it was taken away.
        by, at: who, and when.
    """

    document: Mapping[str, Any] | None
    by: str | None
    at: datetime | None


@dataclass(frozen=True)
class Writing:
    """Something that is being written.

    Attributes:
        form: what is asked.
        external_id: of what it will be.
        part_of: of an action, its priority.
        based_on: the version of what is published that the writer knows; the page asks them to look at a later one.
        version: of what is published now; 0 where nothing is.
        document: what is in the form.
        draft: where it is kept; `None` before it is.
        seen: the version of the draft that the writer knows.
        theirs: what somebody else did meanwhile; `None` where nobody did anything.
        priorities: to choose from, where a new action has none yet.
    """

    form: Form
    external_id: str
    part_of: str | None
    based_on: int
    version: int
    document: Mapping[str, Any]
    draft: Draft | None = None
    seen: int = 0
    theirs: Theirs | None = None
    priorities: tuple[tuple[str, str], ...] = ()

    @property
    def new(self) -> bool:
        """Whether nothing of it is published."""
        return self.version == 0 and not self.external_id.startswith(IMPORTED)


def add_writing(routes: StaffRoutes) -> None:
    """Add the form of a thing and that of a draft, for a neighbourhood and for a force itself."""
    for place in BOTH:
        routes.page(place + "/item/{kind}/{external_id}", Deed.WRITE, item_form, item_sent)
        routes.page(place + "/draft/{number}", Deed.WRITE, draft_form, draft_sent)


def item_form(visit: Visit) -> Response:
    """The form of something new, or of something that is published."""
    return page(visit, of_item(visit))


def item_sent(visit: Visit) -> Response:
    """Keep what was typed, and on to how residents will see it."""
    return _sent(visit, of_item(visit))


def draft_form(visit: Visit) -> Response:
    """The form of a draft, with what is wrong in it where that was asked."""
    writing = of_draft(visit)
    faults = {}
    if visit.request.query_params.get("check"):
        faults = typed.faults(writing.form.kind, writing.document, visit.stage.language.words.gettext)
        if writing.form.kind is Kind.ACTION and writing.new and writing.part_of not in dict(writing.priorities):
            faults["part_of"] = visit.stage.language.words.gettext("Choose the priority that it is about")
    return page(visit, writing, faults)


def draft_sent(visit: Visit) -> Response:
    """The same as for an item, over the draft."""
    return _sent(visit, of_draft(visit))


def of_item(visit: Visit) -> Writing:
    """What is published under the address, or something new.

    Raises:
        HTTPException: 404, there is no such thing.
    """
    form, external_id = form_of(visit), visit.request.path_params["external_id"]
    part_of = visit.text("part_of") or visit.request.query_params.get("part_of") or None
    with visit.updates.reading() as connection:
        choice = _priorities(visit, connection, form.kind)
        if external_id == NEW and form.kind is not Kind.NEIGHBOURHOOD:
            own = visit.text("own_id")
            own = own if len(own) == len(new_id()) and own.isalnum() else new_id()
            return Writing(form, own, part_of, 0, 0, typed.new_document(form.kind), priorities=choice)
        held = item(connection, visit.where, form.kind, external_id, part_of)
        if held is None and form.kind is not Kind.NEIGHBOURHOOD:
            raise HTTPException(404)
        document = {} if held is None else document_of(connection, held)
    version = 0 if held is None else held.version
    return Writing(form, external_id, part_of, version, version, document, priorities=choice)


def of_draft(visit: Visit) -> Writing:
    """A draft, and what is published of the same thing now."""
    require_place(visit)
    with visit.updates.reading() as connection:
        draft = found_draft(visit, connection)
        held = item(connection, visit.where, draft.kind, draft.external_id, draft.part_of)
        choice = _priorities(visit, connection, draft.kind)
        theirs = None
        gone = held is None and (draft.based_on > 0 or draft.external_id.startswith(IMPORTED))
        if gone or (held is not None and held.version != draft.based_on):
            theirs = Theirs(None, None, None)
            if held is not None:
                theirs = Theirs(document_of(connection, held), held.changed_by, held.changed_at)
    return Writing(
        FORMS[draft.kind], draft.external_id, draft.part_of, draft.based_on, 0 if held is None else held.version,
        draft.fields, draft, draft.version, theirs, choice,
    )  # fmt: skip


def found_draft(visit: Visit, connection: Connection) -> Draft:
    """The draft of the number in the address.

    Raises:
        HTTPException: 404, none of this place has it.
    """
    number = visit.request.path_params["number"]
    small = number.isdecimal() and len(number) < 10
    draft = drafts.draft_at(connection, visit.where, int(number)) if small else None
    if draft is None:
        raise HTTPException(404)
    return draft


def page(visit: Visit, writing: Writing, faults: Mapping[str, str] | None = None, status: int = 200) -> Response:
    """The form, with what is wrong, and what somebody else did meanwhile."""
    gettext = visit.stage.language.words.gettext
    context = {
        "writing": writing,
        "form": writing.form,
        "document": writing.document,
        "fields": writing.form.fields,
        "faults": faults or {},
        "summary": typed.summary(writing.form.fields, faults or {}, gettext),
        "place": place_name(visit),
        "hub": hub(visit.where),
        "typed": typed,
        "picture_path": pictures_at(visit.where),
        "answered": visit.request.method == "POST",
        "theirs": writing.theirs,
        "differing": _differing(writing),
    }
    return visit.page("staff/desk/writing.html", context, status)


def _sent(visit: Visit, writing: Writing) -> Response:
    document = typed.read(visit, writing.form.fields, writing.document)
    faults = take_in(visit, document)
    based_on, seen = _whole(visit.text("based_on")), _whole(visit.text("seen"))
    part_of = visit.text("part_of") or writing.part_of
    writing = replace(writing, document=document, based_on=based_on, seen=seen, part_of=part_of)
    if visit.text("do") != "save":
        faults = {**typed.faults(writing.form.kind, document, visit.stage.language.words.gettext), **faults}
        if writing.form.kind is Kind.ACTION and writing.new and part_of not in dict(writing.priorities):
            faults["part_of"] = visit.stage.language.words.gettext("Choose the priority that it is about")
    if faults:
        return page(visit, _as_known(writing), faults, 400)
    try:
        number = _keep(visit, writing)
    except DraftChanged as error:
        held = error.held
        theirs = Theirs(held.fields, held.changed_by, held.changed_at)
        return page(visit, replace(writing, theirs=theirs, seen=held.version), status=409)
    kept = urlencode({"kept": visit.request.url.path})
    if visit.text("do") == "save":
        return visit.onward(hub(visit.where, "saved") + f"&{kept}")
    return visit.onward(draft_address(visit.where, number, "/preview") + f"?{kept}")


def _as_known(writing: Writing) -> Writing:
    """With faults in it the form is shown again as its writer knew it: what others did is told once it has none."""
    return replace(writing, theirs=None)


def _keep(visit: Visit, writing: Writing) -> int:
    with visit.updates.writing() as connection:
        if writing.draft is None:
            kind, own = writing.form.kind, writing.external_id
            return drafts.begin(
                connection,
                visit.actor,
                visit.where,
                kind,
                own,
                writing.document,
                part_of=writing.part_of,
                based_on=writing.based_on,
            )
        held = found_draft(visit, connection)
        gone = writing.version == 0 and held.external_id.startswith(IMPORTED) and writing.theirs is not None
        anew = new_id() if gone else None
        drafts.change(
            connection,
            visit.actor,
            held,
            writing.document,
            seen=writing.seen,
            external_id=anew,
            part_of=writing.part_of,
            based_on=writing.based_on,
        )
        return held.id


def _differing(writing: Writing) -> list[tuple[str, str, str]]:
    """Where both said something else: the field's words, theirs, and ours."""
    if writing.theirs is None or writing.theirs.document is None:
        return []
    theirs, ours, found = writing.theirs.document, writing.document, []
    for field in writing.form.fields:
        for name in field.names:
            there, here = (_plain(field, held, name) for held in (theirs, ours))
            if there != here:
                found.append((str(field.label), there, here))
    return found


def _plain(field: Field, document: Mapping[str, Any], name: str) -> str:
    if name == "contact":
        return "; ".join(f"{words}: {text}" for _, words, text in typed.channels(document) if text)
    return typed.shown(field, document, name)


def _priorities(visit: Visit, connection: Connection, kind: Kind) -> tuple[tuple[str, str], ...]:
    if kind is not Kind.ACTION:
        return ()
    return open_priorities(visit, connection)


def open_priorities(visit: Visit, connection: Connection) -> tuple[tuple[str, str], ...]:
    """Ids and titles of the priorities that are worked on."""
    listed = documents(connection, visit.where, Kind.PRIORITY)
    return tuple((one.external_id, title_of(Kind.PRIORITY, said)) for one, said in listed if not said.get("closed_at"))


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
