"""The banner: a message at the head of all pages of a force."""

from typing import Any

from pydantic import ValidationError
from starlette.responses import Response

from api.publish.corner import MOST_IN_BANNER, Banner, Level
from api.publish.force_setting import Setting
from api.publish.policy import Deed
from web.staff.corner.form import FRONT, Sheet, day_of, faults_in
from web.staff.route import StaffRoutes
from web.staff.visit import Visit

_DAYS = ("shown_from", "shown_until")


def add_banner(routes: StaffRoutes) -> None:
    """Add `/force/{force}/manage/banner`."""
    routes.page(f"{FRONT}/banner", Deed.MANAGE, show, send)


def show(visit: Visit) -> Response:
    """The form, with the banner that is set."""
    sheet = _sheet(visit)
    value = sheet.held()[Setting.BANNER].value or {}
    days = {name: _parts(value.get(name)) for name in _DAYS}
    return sheet.show({"level": Level.INFORMATION.value, **value, **days})


def send(visit: Visit) -> Response:
    """Show what it would look like, set it, or take it down."""
    sheet = _sheet(visit)
    if visit.text("action") == "remove":
        return sheet.set({})
    said = {name: visit.text(name) for name in ("text", "text_cy", "level")}
    typed: dict[str, Any] = dict(said)
    for name in _DAYS:
        said[name], typed[name] = day_of(visit, name)
    try:
        banner = Banner.model_validate(said)
    except ValidationError as error:
        return sheet.show(typed, faults_in(error, _DAYS))
    if visit.text("action") == "preview":
        return sheet.show(typed, announced=banner)
    return sheet.set(banner.model_dump(mode="json"), typed)


def _sheet(visit: Visit) -> Sheet:
    return Sheet(visit, Setting.BANNER, "banner.html", {"most": MOST_IN_BANNER})


def _parts(day: str | None) -> dict[str, str]:
    year, month, number = day.split("-") if day else ("", "", "")
    return {"day": number.lstrip("0"), "month": month.lstrip("0"), "year": year}
