"""What a force says of months: notes on their figures, and months whose figures it holds back."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from starlette.responses import Response

from api.publish.corner import MOST_IN_NOTE, DataNote, HeldMonth
from api.publish.force_setting import Setting
from api.publish.policy import Deed
from geo.month import Month
from geo.supply import Kind
from web.staff.corner.form import FRONT, Sheet, faults_in
from web.staff.route import StaffRoutes
from web.staff.visit import Visit

_FORMS: dict[Setting, type[BaseModel]] = {Setting.DATA_NOTES: DataNote, Setting.HELD_MONTHS: HeldMonth}
_AHEAD = 2  # months after the newest of which a force may speak already


def add_months(routes: StaffRoutes) -> None:
    """Add `/force/{force}/manage/data-notes` and `/force/{force}/manage/held-months`."""
    routes.page(f"{FRONT}/data-notes", Deed.MANAGE, _show(Setting.DATA_NOTES), _send(Setting.DATA_NOTES))
    routes.page(f"{FRONT}/held-months", Deed.MANAGE, _show(Setting.HELD_MONTHS), _send(Setting.HELD_MONTHS))


def _show(setting: Setting) -> Any:
    def show(visit: Visit) -> Response:
        """What is said of months, and the form to say more."""
        return _sheet(visit, setting).show({"kind": Kind.STREET.value})

    return show


def _send(setting: Setting) -> Any:
    def send(visit: Visit) -> Response:
        """Say something of a month, in place of what was said of it; or take that back."""
        sheet = _sheet(visit, setting)
        said: list[dict[str, Any]] = list(sheet.held()[setting].value or ())
        if (gone := visit.text("remove")) != "":
            return sheet.set([one for one in said if _key(one) != gone])
        typed = {name: visit.text(name) for name in ("month", "kind", "text", "text_cy")}
        try:
            added = _FORMS[setting].model_validate(typed).model_dump(mode="json")
        except ValidationError as error:
            return sheet.show(typed, faults_in(error))
        others = [one for one in said if _key(one) != _key(added)]
        return sheet.set(sorted([*others, added], key=_key, reverse=True), typed)

    return send


def _sheet(visit: Visit, setting: Setting) -> Sheet:
    release = visit.current()
    force_id = visit.where.force_id or ""
    withheld = {_key(one.model_dump(mode="json")) for one in release.manifest.withheld if one.force == force_id}
    files = {f"{month}/{kind}" for held_by, month, kind in release.manifest.live if held_by == force_id}
    more = {"files": files, "most": MOST_IN_NOTE, "months": _months(release.months), "withheld": withheld, "key": _key}
    return Sheet(visit, setting, f"{setting}.html", more)


def _months(held: Sequence[Month]) -> list[Month]:
    """The months of which something can be said, newest first: gaps between those that are held too."""
    if not held:
        return []
    found = [held[-1] + _AHEAD]
    while found[-1] > held[0]:
        found.append(found[-1] + -1)
    return found


def _key(one: dict[str, Any]) -> str:
    return f"{one['month']}/{one['kind']}"
