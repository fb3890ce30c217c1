"""Where somebody publishes, what it is called, and what stands there."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from starlette.exceptions import HTTPException

from api.publish.item.kind import Kind
from api.publish.policy import Where
from web.staff.desk.form import FORMS, Form
from web.staff.home import forces_of, name_of, neighbourhoods_of
from web.staff.visit import Visit

NEIGHBOURHOOD = "/staff/neighbourhood/{force_id}/{neighbourhood_id:path}"
FORCE = "/staff/force/{force_id}"
BOTH = (FORCE, NEIGHBOURHOOD)
_TITLES = ("title", "issue", "action", "name", "question")
_MOST_IN_TITLE = 90
_MARKS = re.compile(r"[*_#>`]|^\s*-\s+|\[|\]\([^)]*\)", re.MULTILINE)


def require_place(visit: Visit) -> None:
    """That there is such a force or neighbourhood.

    Raises:
        HTTPException: 404, there is none.
    """
    force_id, neighbourhood_id = visit.where.force_id or "", visit.where.neighbourhood_id
    known = forces_of(visit) if neighbourhood_id is None else neighbourhoods_of(visit, force_id)
    if (force_id if neighbourhood_id is None else neighbourhood_id) not in known:
        raise HTTPException(404)


def root(where: Where) -> str:
    """What the addresses of a neighbourhood's, or a force's own, staff pages begin with."""
    force = quote(where.force_id or "", safe="")
    if where.neighbourhood_id is None:
        return f"/staff/force/{force}"
    return f"/staff/neighbourhood/{force}/{quote(where.neighbourhood_id, safe='')}"


def hub(where: Where, told: str = "") -> str:
    """The page from which one sets out, and comes back to; `told` is what it says was done."""
    page = root(where) + ("/members" if where.neighbourhood_id is None else "")
    return f"{page}?told={told}" if told else page


def item_address(where: Where, kind: Kind, external_id: str, more: str = "", part_of: str | None = None) -> str:
    """Where a thing is changed; `more` is what else is done to it."""
    of = f"?part_of={quote(part_of, safe='')}" if part_of else ""
    return f"{root(where)}/item/{kind}/{quote(external_id, safe='')}{more}{of}"


def draft_address(where: Where, number: int, more: str = "") -> str:
    """Where a draft is gone on with."""
    return f"{root(where)}/draft/{number}{more}"


def place_name(visit: Visit) -> str:
    """What the neighbourhood, or else the force, is called."""
    if visit.where.neighbourhood_id is not None:
        return name_of(visit, visit.where)
    force_id = visit.where.force_id or ""
    force = forces_of(visit).get(force_id)
    return force.name if force else force_id


def form_of(visit: Visit) -> Form:
    """The form of the kind in the address.

    Raises:
        HTTPException: 404, there is no such kind here.
    """
    kind = next((one for one in Kind if one == visit.request.path_params["kind"]), None)
    if kind is None or (visit.where.neighbourhood_id is None and not kind.of_a_force):
        raise HTTPException(404)
    require_place(visit)
    return FORMS[kind]


def title_of(kind: Kind, document: Mapping[str, Any]) -> str:
    """What a thing is called in lists: its title, or the beginning of what it says."""
    if kind is Kind.MEMBER:
        parts = (document.get("rank"), document.get("given_name"), document.get("surname"))
        return " ".join(str(part) for part in parts if part)
    text = next((str(document[name]) for name in _TITLES if document.get(name)), "")
    text = _MARKS.sub("", text).strip().split("\n", 1)[0].strip()
    return text if len(text) <= _MOST_IN_TITLE else text[:_MOST_IN_TITLE].rsplit(" ", 1)[0] + "…"
