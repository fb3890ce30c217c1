"""The theme: measured before anybody wears it, tried on by whoever sets it, and then worn at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.publish.force_setting import Setting
from api.publish.item.fault import Fault
from api.publish.policy import Deed
from api.queries.neighbourhood import crime_in
from api.queries.team import team_of
from geo.neighbourhood import NeighbourhoodRef
from geo.words import Words
from web.corner import worn
from web.frame import frame
from web.place import PlacePages
from web.staff.corner.form import FRONT, Sheet
from web.staff.route import StaffRoutes
from web.staff.visit import PRIVATE, Visit
from web.theme import Colours, Dress
from web.theme_file import Measure, measures

COLOURS = tuple(Colours.model_fields)
CONTACTS = ("telephone", "textphone", "email", "web")
FIELDS = (*COLOURS, "name", "name_cy", *CONTACTS, "welsh")
_WORDS: dict[str, str] = {
    **dict.fromkeys(COLOURS, Words("Enter a colour as # and six digits or letters from a to f, such as #14284b")),
    "name": Words("Enter the name that the header shows, in 80 characters or fewer"),
    "name_cy": Words("Enter the Welsh name, in 80 characters or fewer"),
    "telephone": Words("Enter a telephone number as digits and blanks, such as 01632 960301"),
    "textphone": Words("Enter a telephone number as digits and blanks, such as 01632 960301"),
    "email": Words("Enter an e-mail address, such as name@example.org"),
    "web": Words("Enter an address that begins with https://, such as https://www.police.uk/"),
}
_WELSH = Words("Enter the Welsh name: the force publishes in Welsh")
_TOO_FAINT = Words(
    "%(colour)s on %(ground)s has a contrast of %(found)s, and needs %(least)s. Make it lighter or darker"
)


def add_theme(routes: StaffRoutes) -> None:
    """Add `/force/{force}/manage/theme`, its preview, and the style sheet that only the preview wears."""
    routes.page(f"{FRONT}/theme", Deed.MANAGE, show, send)
    routes.page(f"{FRONT}/theme/preview", Deed.MANAGE, preview)
    routes.page(f"{FRONT}/theme/style.css", Deed.MANAGE, style)


@dataclass(frozen=True)
class Draft:
    """A theme as it was typed.

    Attributes:
        typed: by field.
        value: as it is kept.
        dress: as it would be worn; `None` where something is wrong with it.
        faults: what.
    """

    typed: Mapping[str, str]
    value: Mapping[str, Any]
    dress: Dress | None
    faults: tuple[Fault, ...]

    @property
    def query(self) -> str:
        """It, as an address carries it."""
        return urlencode({name: text for name, text in self.typed.items() if text})


def show(visit: Visit) -> Response:
    """The form, with the theme that is set, or the draft that the address carries back from its preview."""
    if visit.request.query_params:
        draft = _draft(visit, {name: visit.request.query_params.get(name, "") for name in FIELDS})
        return _page(visit, draft.typed)
    return _page(visit, _typed_of(visit))


def send(visit: Visit) -> Response:
    """Try a theme on, wear it, or go back to the operator's."""
    sheet = _sheet(visit)
    if visit.text("action") == "remove":
        return sheet.set({})
    draft = _draft(visit, {name: visit.text(name) for name in FIELDS})
    if draft.faults:
        return _page(visit, draft.typed, draft.faults)
    if visit.text("action") == "preview":
        return visit.onward(f"{FRONT.format(force_id=sheet.force.id)}/theme/preview?{draft.query}")
    return sheet.set(dict(draft.value), draft.typed, measured=_measured(draft.typed))


def preview(visit: Visit) -> Response:
    """A page of the force as it is, wearing the draft: seen by nobody else."""
    draft = _draft(visit, {name: visit.request.query_params.get(name, "") for name in FIELDS})
    if draft.dress is None:
        return _page(visit, draft.typed, draft.faults)
    force, release = _sheet(visit).force, visit.current()
    own = {"dress": draft.dress, "previewed": f"{FRONT.format(force_id=force.id)}/theme?{draft.query}"}
    areas = release.neighbourhoods
    index = next(iter(areas.of_force(force.id)), None)
    if index is None:
        bare = {"force": force, "police": (force.name, force.url), "letters": [], "n": 0, "districts": [], "named": []}
        context = {**frame(release, visit.stage.language), **bare, "canonical": f"/forces/{force.id}", **own}
        return visit.page("force.html", context)
    ref = NeighbourhoodRef(force.id, areas.ids[index])
    pages = PlacePages(visit.current, visit.stage)
    team = team_of(visit.updates, ref, date.today())  # noqa: DTZ011  the day of the site
    return visit.page("neighbourhood.html", {**pages.context_of(release, ref, team, crime_in(release, ref)), **own})


def style(visit: Visit) -> Response:
    """The style sheet of the draft that the address carries.

    Raises:
        HTTPException: 404, something is wrong with it.
    """
    draft = _draft(visit, {name: visit.request.query_params.get(name, "") for name in FIELDS})
    if draft.dress is None:
        raise HTTPException(404)
    return Response(draft.dress.css, media_type="text/css", headers=PRIVATE)


def _sheet(visit: Visit) -> Sheet:
    return Sheet(visit, Setting.THEME, "theme.html")


def _page(visit: Visit, typed: Mapping[str, str], faults: tuple[Fault, ...] = ()) -> Response:
    return _sheet(visit).show(typed, faults, measured=_measured(typed))


def _typed_of(visit: Visit) -> dict[str, str]:
    """The fields of what is worn now, whoever set it."""
    sheet = _sheet(visit)
    themes = visit.stage.themes
    set_here = worn(sheet.force.id, sheet.held()[Setting.THEME].value, themes)
    theme = (set_here or themes.of(sheet.force)).theme
    named = {"name": theme.name.en, "name_cy": theme.name.cy} if theme.name else {}
    contacts = {name: getattr(theme.contacts, name) for name in CONTACTS}
    found = {**theme.colours.model_dump(), **named, **contacts, "welsh": "yes" if theme.welsh else ""}
    return {name: found.get(name) or "" for name in FIELDS}


def _draft(visit: Visit, said: dict[str, str]) -> Draft:
    """What was typed, measured."""
    force = _sheet(visit).force
    typed = {**said, **{name: said[name].lower() for name in COLOURS}}
    value = {
        "name": {"en": typed["name"], "cy": typed["name_cy"] or None} if typed["name"] else None,
        "colours": {name: typed[name] for name in COLOURS if typed[name]},
        "contacts": {name: typed[name] for name in CONTACTS if typed[name]},
        "welsh": typed["welsh"] == "yes",
    }
    try:
        dress = worn(force.id, value, visit.stage.themes)
    except ValidationError as error:
        return Draft(typed, value, None, tuple(_faults(error)))
    assert dress is not None  # noqa: S101  the value is not empty
    faint = {one.field: _faint(one) for one in reversed(list(measures(dress.theme.colours))) if not one.enough}
    if value["welsh"] and not typed["name_cy"]:
        faint["name_cy"] = Fault("name_cy", _WELSH, {})
    if faint:
        return Draft(typed, value, None, tuple(faint[name] for name in FIELDS if name in faint))
    query = Draft(typed, value, None, ()).query
    address = f"{visit.stage.language.prefix}{FRONT.format(force_id=force.id)}/theme/style.css?{query}"
    return Draft(typed, value, Dress(dress.theme, dress.logo, address), ())


def _faults(error: ValidationError) -> Iterator[Fault]:
    """What is wrong, in the order of the form."""
    found = set()
    for one in error.errors():
        parts = [str(part) for part in one["loc"]]
        found.add({"en": "name", "cy": "name_cy"}.get(parts[-1], parts[-1]))
    return (Fault(name, _WORDS[name], {}) for name in FIELDS if name in found)


def _faint(one: Measure) -> Fault:
    told = {"colour": one.colour, "ground": one.under, "found": ratio(one.found), "least": f"{one.least:.1f}"}
    return Fault(one.field, _TOO_FAINT, told)


def _measured(typed: Mapping[str, str]) -> list[tuple[Measure, str]]:
    """Every contrast of what was typed, where it can be measured."""
    try:
        colours = Colours.model_validate({name: typed[name] for name in COLOURS if typed[name]})
    except ValidationError:
        return []
    return [(one, ratio(one.found)) for one in measures(colours)]


def ratio(found: float) -> str:
    """A contrast to two decimals, never more than it is: what falls short must not look enough.

    >>> ratio(4.4999)
    '4.49'
    """
    return f"{int(found * 100) / 100:.2f}"
