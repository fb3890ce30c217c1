"""`force check`: what a force still lacks before its pages go live."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta

import typer
from sqlalchemy import Connection, select

from api.publish import content
from api.publish.account import accounts
from api.publish.database import open_updates
from api.publish.policy import Deed, Role, Where, allowed
from api.publish.staff_table import FORCE_SETTING
from api.publish.table import PRIORITY
from geo.force import Force
from geo.neighbourhood import NeighbourhoodRef
from geo.store.layout import DataFolder
from geo.store.release import Release, live_release_id
from geo.supply import Kind, SupplyState
from web.settings import WebSettings
from web.theme_file import own_themes
from yourarea.force_export import force_of
from yourarea.screen import say, say_json
from yourarea.setting import settings_of

MONTHS = 12  # that pages compare with the twelve before them
REVIEWED_DAYS = 92  # the Neighbourhood Policing Guarantee: priorities are looked at again within three months
_NAMED = 5  # neighbourhoods, before the rest is counted


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing looked at.

    Attributes:
        what: its name.
        required: whether a force must not go live without.
        good: whether it is there.
        said: what was seen, or what to do.
    """

    what: str
    required: bool
    good: bool
    said: str


def say_what_is_lacking(folder: DataFolder, force_id: str, as_json: bool) -> None:
    """Look at everything that a force needs, and say it.

    Raises:
        typer.Exit: with 1, something that is required is missing.
    """
    settings = settings_of(WebSettings, data_dir=folder.root)
    release = Release.open(folder, live_release_id(folder))
    force = force_of(release, force_id)
    updates = open_updates(settings)
    try:
        with updates.reading() as connection:
            found = [*_data(release, force), *_teams(release, force, connection), *_staff(force, connection, settings)]
    finally:
        updates.close()
    if as_json:
        say_json([asdict(one) for one in found])
    else:
        for one in found:
            mark = "ok     " if one.good else "MISSING" if one.required else "advised"
            say(f"{mark} {one.what}: {one.said}")
    if any(one.required and not one.good for one in found):
        raise typer.Exit(1)


def _data(release: Release, force: Force) -> Iterator[Lack]:
    own = len(release.neighbourhoods.of_force(force.id))
    yield Lack("boundaries", True, own > 0, f"{own:,} neighbourhoods" if own else "`yourarea boundaries`")
    months = release.manifest.months[-MONTHS:]
    states = [release.manifest.state(force.id, month, Kind.STREET) for month in months]
    supplied = states.count(SupplyState.SUPPLIED)
    unknown = [str(month) for month, state in zip(months, states, strict=True) if state is SupplyState.NOT_HELD]
    said = f"{supplied} of the newest {len(months)} are supplied"
    said += f"; nothing is known of {', '.join(unknown)}: load or declare them" if unknown else ""
    yield Lack("months", True, supplied > 0 and not unknown, said)


def _teams(release: Release, force: Force, connection: Connection) -> Iterator[Lack]:
    areas, today = release.neighbourhoods, datetime.now(UTC).date()
    refs = [NeighbourhoodRef(force.id, areas.ids[at]) for at in areas.of_force(force.id)]
    nobody = [ref.id for ref in refs if not _contactable(connection, ref)]
    yield _each("named officers", True, refs, nobody, "has nobody who is named and can be reached")
    late = [ref.id for ref in refs if not _reviewed(connection, ref, today)]
    yield _each("priorities", False, refs, late, "has no priority that was looked at in the last three months")
    since = datetime.combine(today, time.min)
    quiet = [ref.id for ref in refs if not content.upcoming(connection, ref, since)]
    yield _each("events", False, refs, quiet, "has no meeting ahead")
    detail = content.force_detail(connection, force.id)
    linked = detail is not None and bool(detail.url or detail.engagement_methods)
    yield Lack("links", False, linked, "given" if linked else "its website or ways to follow it: `yourarea content`")


def _contactable(connection: Connection, ref: NeighbourhoodRef) -> bool:
    """Whether somebody of the team is named and can be reached, or the team as a whole can."""
    team = [one for one in content.team(connection, ref) if one.name]
    detail = content.neighbourhood_detail(connection, ref)
    shared = bool(detail and detail.contact)
    return any(one.contact or shared for one in team)


def _reviewed(connection: Connection, ref: NeighbourhoodRef, today: date) -> bool:
    held = PRIORITY.c
    asked = select(held.issued_at, held.reviewed_at, held.closed_at)
    rows = connection.execute(asked.where(*content.of_neighbourhood(PRIORITY, ref))).all()
    seen = [max(filter(None, row[:2]), default=None) for row in rows if row.closed_at is None]
    return any(one is not None and today - one.date() <= timedelta(days=REVIEWED_DAYS) for one in seen)


def _each(what: str, required: bool, refs: list[NeighbourhoodRef], lacking: list[str], why: str) -> Lack:
    if not refs:
        return Lack(what, required, False, "there are no neighbourhoods yet")
    if not lacking:
        return Lack(what, required, True, f"in all {len(refs):,} neighbourhoods")
    more = f" and {len(lacking) - _NAMED:,} more" if len(lacking) > _NAMED else ""
    return Lack(what, required, False, f"{', '.join(lacking[:_NAMED])}{more}: each {why}")


def _staff(force: Force, connection: Connection, settings: WebSettings) -> Iterator[Lack]:
    here = Where(force.id)
    staff = [one for one in accounts(connection, here) if one.disabled_at is None]
    managing = sum(any(a.role is Role.FORCE_ADMINISTRATOR and a.where == here for a in one.accesses) for one in staff)
    told = f"{managing:,} may manage the force's corner" if managing else "nobody may manage the force's corner"
    yield Lack("administrator", True, managing > 0, told)
    eyes = sum(allowed(one.accesses, Deed.REVIEW, here) for one in staff)
    yield Lack("second eyes", False, eyes > 1, f"{eyes:,} people may publish what another wrote; two are needed")
    asked = select(FORCE_SETTING.c.name).where(FORCE_SETTING.c.force_id == force.id, FORCE_SETTING.c.name == "theme")
    worn = connection.scalar(asked) is not None or (
        settings.themes is not None and force.id in own_themes(settings.themes)
    )
    yield Lack("theme", False, worn, "its own" if worn else "pages wear the default one")
    contact = settings.operator_email
    said = contact or "set YOURAREA_OPERATOR_EMAIL: whoever finds a fault must be able to tell"
    yield Lack("security contact", True, contact is not None, said)
