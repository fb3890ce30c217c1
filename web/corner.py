"""What forces have set of their own pages: read when it is another, and a part of every page's validator."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any

from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request

from api.publish import force_setting
from api.publish.corner import DATA_NOTES, HELD_MONTHS, Banner, DataNote, HeldMonth, banner_of, links_of
from api.publish.database import Updates
from api.publish.force_setting import Held, Setting
from geo.errors import YourAreaError
from geo.month import Month
from geo.supply import Kind
from web.theme import Dress, Theme, Themes

logger = logging.getLogger(__name__)

_STYLES_KEPT = 500


@dataclass(frozen=True)
class Corner:
    """What one force has set of its pages; empty where it has set nothing.

    Attributes:
        dress: what they wear; `None` for the operator's.
        banner: what stands at their head on this day.
        notes: what it says of months.
        held: months that it holds back.
        links: addresses by service, in place of those of the catalogue.
        aliases: what else it was called in addresses.
    """

    dress: Dress | None = None
    banner: Banner | None = None
    notes: tuple[DataNote, ...] = ()
    held: tuple[HeldMonth, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()

    def notes_on(self, month: Month, kind: str = Kind.STREET) -> tuple[DataNote, ...]:
        """What the force says of a month."""
        return tuple(one for one in self.notes if (one.month, one.kind) == (month, kind))

    def held_on(self, month: Month, kind: str = Kind.STREET) -> tuple[HeldMonth, ...]:
        """Whether and why the force holds back a month."""
        return tuple(one for one in self.held if (one.month, one.kind) == (month, kind))


NOTHING_SET = Corner()


@dataclass(frozen=True)
class Corners:
    """The corners of all forces at one moment.

    Attributes:
        by_force: of forces that have set anything.
        digest: changes whenever something that pages show of them does; empty where nothing is set.
    """

    by_force: Mapping[str, Corner] = field(default_factory=dict)
    digest: str = ""

    def of(self, force: object) -> Corner:
        """The corner of a force; that of pages without one (`None`) is empty."""
        return self.by_force.get(getattr(force, "id", ""), NOTHING_SET)

    @cached_property
    def aliases(self) -> Mapping[str, str]:
        """The forces' ids by what else they were called."""
        return {alias: force_id for force_id, one in self.by_force.items() for alias in one.aliases}


class CornerWatch:
    """Knows what forces have set, and reads it again only where it is another.

    Args:
        updates: the database.
        themes: the operator's, whose logos go on standing beside what a force sets.
        today: the day it is.
    """

    def __init__(self, updates: Updates, themes: Themes, today: Callable[[], date] = date.today) -> None:
        self._updates = updates
        self._themes = themes
        self._today = today
        self._last: tuple[object, Corners] = (None, Corners())
        self._troubled = False
        self._styles: dict[str, str] = {}

    def now(self) -> Corners:
        """What is set now. Where the database cannot be read, what was set when it last could be."""
        try:
            found = self._now()
        except (YourAreaError, SQLAlchemyError):
            if not self._troubled:
                logger.exception("What forces have set cannot be read; pages go on as they were.")
            self._troubled = True
            return self._last[1]
        self._troubled = False
        return found

    def _now(self) -> Corners:
        key, corners = self._last
        with self._updates.reading() as connection:
            seen = (force_setting.revision(connection), self._today())
            if seen == key:
                return corners
            held = force_setting.every(connection)
        corners = corners_of(held, self._themes, self._today())
        self._last = (seen, corners)
        dresses = [one.dress for one in corners.by_force.values() if one.dress is not None]
        styles = self._styles | {one.style_address: one.css for one in dresses}
        self._styles = dict(list(styles.items())[-_STYLES_KEPT:])
        return corners

    def style(self, address: str) -> str | None:
        """A style sheet that a force has set, or had: pages that caches keep for a minute still ask for that."""
        self.now()
        return self._styles.get(address)


def corners_now(request: Request) -> Corners:
    """What forces have set: the same for the whole of a request."""
    found: Corners | None = getattr(request.state, "corners", None)
    if found is None:
        watch: CornerWatch | None = getattr(request.app.state, "corners", None)
        found = Corners() if watch is None else watch.now()
        request.state.corners = found
    return found


def corners_of(held: Mapping[str, Mapping[Setting, Held]], themes: Themes, today: date) -> Corners:
    """What was set, as pages show it on a day."""
    by_force = {force_id: _corner(force_id, those, themes, today) for force_id, those in held.items()}
    told: list[Any] = [
        (force_id, [(name, one.value) for name, one in those.items()], by_force[force_id].banner is not None)
        for force_id, those in held.items()
    ]
    digest = sha256(json.dumps(told, sort_keys=True).encode()).hexdigest() if told else ""
    return Corners(by_force, digest)


def _corner(force_id: str, held: Mapping[Setting, Held], themes: Themes, today: date) -> Corner:
    value = {name: one.value for name, one in held.items()}
    try:
        banner = banner_of(value.get(Setting.BANNER))
        return Corner(
            dress=worn(force_id, value.get(Setting.THEME), themes),
            banner=banner if banner is not None and banner.shown_on(today) else None,
            notes=DATA_NOTES.validate_python(value.get(Setting.DATA_NOTES) or ()),
            held=HELD_MONTHS.validate_python(value.get(Setting.HELD_MONTHS) or ()),
            links=links_of(value.get(Setting.SERVICES)),
            aliases=tuple(value.get(Setting.ALIASES) or ()),
        )
    except ValidationError:  # an import or another version wrote it
        logger.exception("What %s has set cannot be shown.", force_id)
        return NOTHING_SET


def worn(force_id: str, value: Mapping[str, Any] | None, themes: Themes) -> Dress | None:
    """The theme that a force has set, with the logo of the operator's file for it; `None` where it has set none.

    Raises:
        ValidationError: it is none.
    """
    if not value:
        return None
    file = themes.by_force.get(force_id)
    logo = None if file is None or file.theme.logo is None else file.theme.logo
    parts = {**value, "force": force_id, "logo": logo}
    return Dress(Theme.model_validate(parts), file.logo if file is not None else None)
