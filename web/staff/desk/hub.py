"""The page from which a team publishes: what is live, what waits, what is to do, and one large button."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection
from starlette.responses import Response

from api.publish.item import draft as drafts
from api.publish.item.draft import Draft, DraftState
from api.publish.item.imported import documents
from api.publish.item.kind import Kind
from api.publish.item.record import Item
from api.publish.policy import Deed
from api.publish.question import inbox
from api.publish.question.taking import takes_questions
from geo.words import Words
from web.staff.desk.form import FORMS, Form
from web.staff.desk.move import Move, moves_of
from web.staff.desk.moving import ORDERED
from web.staff.desk.place import (
    FORCE,
    NEIGHBOURHOOD,
    draft_address,
    item_address,
    place_name,
    require_place,
    root,
    title_of,
)
from web.staff.desk.todo import due
from web.staff.desk.typed import now_on_the_wall
from web.staff.route import StaffRoutes
from web.staff.visit import Visit

OFFERED = (Kind.PRIORITY, Kind.EVENT, Kind.NEWS, Kind.MEMBER, Kind.CONTACT_POINT, Kind.LINK)

# what a page that leads here says was done
TOLD: Mapping[str, Words] = {
    "published": Words("Published. Residents see it now."),
    "waiting": Words("Handed over. Somebody else looks at it before it is public."),
    "saved": Words("Saved. Only staff see it."),
    "back": Words("Sent back with your note."),
    "unfinished": Words("This cannot be public as it is: whoever wrote it has to go on with it first."),
    "deleted": Words("The draft is deleted."),
    "removed": Words("Taken out of every page and file."),
    "ordered": Words("The order is changed."),
}
_WAITS: Mapping[DraftState, Words] = {
    DraftState.DRAFT: Words("Draft"),
    DraftState.WAITING: Words("Waiting for another pair of eyes"),
    DraftState.RETURNED: Words("Sent back"),
}


@dataclass(frozen=True)
class Row:
    """One thing that is published.

    Attributes:
        item: which.
        title: what it is called.
        when: when it takes place, or of which day it is; `None` where it has none.
        over: whether it is an event of the past.
        states: what should be known of it, in English.
        moves: what can be done to it.
        at: where it is changed.
        actions: of a priority, what was done.
    """

    item: Item
    title: str
    when: datetime | None
    over: bool
    states: tuple[Words, ...]
    moves: tuple[Move, ...]
    at: str
    actions: tuple["Row", ...] = ()


def add_hub(routes: StaffRoutes) -> None:
    """Add the page of a neighbourhood, and of a force's senior officers."""
    routes.page(FORCE + "/members", Deed.READ, members)
    routes.page(NEIGHBOURHOOD, Deed.READ, hub)


def hub(visit: Visit) -> Response:
    """Everything of a neighbourhood."""
    require_place(visit)
    with visit.updates.reading() as connection:
        groups = [(FORMS[kind], _rows(visit, connection, kind)) for kind in OFFERED]
        answers = _rows(visit, connection, Kind.ANSWER)
        if answers:
            groups.append((FORMS[Kind.ANSWER], answers))
        todo = due(connection, visit.where, now_on_the_wall())
        described = documents(connection, visit.where, Kind.NEIGHBOURHOOD)
        waiting = drafts.drafts_of(connection, visit.where)
        questions = None  # how many wait, where they are the visitor's to answer
        if visit.actor.may(Deed.ANSWER, visit.where):
            open_ones = len(inbox.waiting(connection, visit.where))
            questions = open_ones if open_ones or takes_questions(connection, visit.where.force_id or "") else None
    more = {"todo": todo, "described": bool(described and described[0][1]), "questions": questions}
    return _page(visit, groups, waiting, more)


def members(visit: Visit) -> Response:
    """A force's senior officers."""
    require_place(visit)
    with visit.updates.reading() as connection:
        groups = [(FORMS[Kind.MEMBER], _rows(visit, connection, Kind.MEMBER))]
        waiting = drafts.drafts_of(connection, visit.where)
    return _page(visit, groups, waiting, {"todo": ()})


def _page(
    visit: Visit, groups: list[tuple[Form, list[Row]]], waiting: list[Draft], more: Mapping[str, Any]
) -> Response:
    asked, may = visit.request.query_params, visit.actor.may
    context = {
        "groups": groups, "place": place_name(visit), "root": root(visit.where),
        "told": TOLD.get(asked.get("told", "")), "kept": asked.get("kept", ""), "writes": may(Deed.WRITE, visit.where),
        "publishes": may(Deed.PUBLISH, visit.where), "ordered": ORDERED, "item_address": item_address,
        "waiting": [(one, title_of(one.kind, one.fields), _WAITS[one.state], one.by(visit.actor)) for one in waiting],
        "draft_address": draft_address, "where": visit.where, "forms": FORMS, **more,
    }  # fmt: skip
    return visit.page("staff/desk/hub.html", context)


def _rows(visit: Visit, connection: Connection, kind: Kind) -> list[Row]:
    rows = [_row(visit, connection, one, said) for one, said in documents(connection, visit.where, kind)]
    if kind is Kind.NEWS:
        rows.reverse()
    if kind is Kind.EVENT:
        rows.sort(key=lambda row: (row.over, row.when or datetime.max))  # noqa: DTZ901  the clock on the wall
    return rows


def _row(visit: Visit, connection: Connection, item: Item, document: dict[str, Any]) -> Row:
    done: tuple[Row, ...] = ()
    if item.kind is Kind.PRIORITY:
        listed = documents(connection, visit.where, Kind.ACTION, item.external_id)
        done = tuple(_row(visit, connection, one, said) for one, said in listed)
    when = next((str(document[name]) for name in ("starts_at", "acted_at", "issued_at") if document.get(name)), "")
    over = item.kind is Kind.EVENT and _over(document, date.today())  # noqa: DTZ011  the wall's day
    return Row(
        item=item,
        title=title_of(item.kind, document),
        when=datetime.fromisoformat(when) if when else None,
        over=over,
        states=tuple(_states(item, document)),
        moves=tuple(moves_of(item.kind, document)),
        at=item_address(visit.where, item.kind, item.external_id, part_of=item.part_of),
        actions=done,
    )


def _states(item: Item, said: Mapping[str, Any]) -> Iterator[Words]:
    now = datetime.now(UTC)
    if item.written is None:
        yield Words("Taken over from elsewhere")
    yield from (words for name, words in _MARKED.items() if said.get(name))
    if said.get("shown_from") and datetime.fromisoformat(said["shown_from"]) > now:
        yield Words("Not shown yet")
    if said.get("shown_until") and datetime.fromisoformat(said["shown_until"]) <= now:
        yield Words("No longer shown")
    if said.get("shown_as") == "hidden":
        yield Words("Not shown")


_MARKED: Mapping[str, Words] = {
    "closed_at": Words("Closed"),
    "cancelled_at": Words("Called off"),
    "withdrawn_at": Words("Withdrawn"),
    "pinned": Words("At the top"),
    "leaves_on": Words("Has a leaving date"),
}


def _over(said: Mapping[str, Any], today: date) -> bool:
    last = said.get("repeats_until") or said.get("ends_at") or said.get("starts_at") or ""
    return bool(last) and date.fromisoformat(str(last)[:10]) < today
