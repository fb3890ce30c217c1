"""What the pages of a force's corner share: a form that keeps what was typed, and one way to set something."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from pydantic import ValidationError
from starlette.responses import Response

from api.publish import force_setting
from api.publish.force_setting import Held, Setting, SettingChanged
from api.publish.item.fault import Fault, faults_of
from geo.force import Force
from geo.words import Words
from web.place import territorial
from web.staff.visit import Visit

FRONT = "/force/{force_id}/manage"
DAY = Words("Enter a real date, such as 2 11 2026")


@dataclass
class Sheet:
    """A page of the corner about one setting.

    Attributes:
        visit: what was asked.
        setting: which; `None` for a page of several.
        template: within `staff/corner/`.
        more: what else the template needs.
    """

    visit: Visit
    setting: Setting | None
    template: str
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def force(self) -> Force:
        """Whose corner it is.

        Raises:
            UnknownForce: no force with an area of its own has that id.
        """
        return territorial(self.visit.current(), self.visit.where.force_id or "")

    def held(self) -> dict[Setting, Held]:
        """All that the force has set."""
        with self.visit.updates.reading() as connection:
            return force_setting.read(connection, self.force.id)

    def show(
        self,
        typed: Mapping[str, Any] | None = None,
        faults: Iterable[Fault] = (),
        *,
        changed: Held | None = None,
        **more: Any,
    ) -> Response:
        """The page, with what was typed and what is wrong with it.

        Args:
            typed: by field.
            faults: what is wrong.
            changed: what somebody else made of it meanwhile.
            more: what else the template needs.
        """
        gettext = self.visit.stage.language.words.gettext
        held = self.held()
        told = {one.field: gettext(one.text) % one.values if one.values else gettext(one.text) for one in faults}
        context = {
            "force": self.force,
            "all_held": held,
            "held": held[self.setting] if self.setting else Held(),
            "setting": self.setting,
            "typed": typed or {},
            "faults": told,
            "changed": changed,
            **self.more,
            **more,
        }
        status = HTTPStatus.BAD_REQUEST if told else HTTPStatus.CONFLICT if changed else HTTPStatus.OK
        return self.visit.page(f"staff/corner/{self.template}", context, status)

    def set(self, value: Any, typed: Mapping[str, Any] | None = None, onward: str = "", **more: Any) -> Response:
        """Set it, and go on to the front page, which says so; or say that somebody else was faster.

        Args:
            value: as JSON can hold it.
            typed: what is shown again where it could not be set.
            onward: which page of the corner to go on to; the front page by default.
            more: what else the template needs where it could not be set.
        """
        assert self.setting is not None  # noqa: S101  only pages of a setting set it
        seen, visit = self.visit.text("version"), self.visit
        force_id = self.force.id
        try:
            with visit.updates.writing() as connection:
                number = int(seen) if seen.isdecimal() and len(seen) < 9 else -1
                force_setting.write(connection, visit.actor, force_id, self.setting, value, number)
        except SettingChanged as error:
            return self.show(typed, changed=error.held, **more)
        return visit.onward(f"{FRONT.format(force_id=force_id)}{onward}?done={self.setting}")


def day_of(visit: Visit, name: str) -> tuple[str, dict[str, str]]:
    """A day from its three fields as 2026-11-02, empty where none was filled in; and the three as they were typed."""
    parts = {part: visit.text(f"{name}-{part}") for part in ("day", "month", "year")}
    if not any(parts.values()):
        return "", parts
    return f"{parts['year']}-{parts['month']:0>2}-{parts['day']:0>2}", parts


def faults_in(error: ValidationError, days: Iterable[str] = ()) -> list[Fault]:
    """What is wrong; of days, in words that fit three fields."""
    named = set(days)
    return [
        Fault(one.field, DAY, {}) if one.field in named and "2026-11-02" in one.text else one
        for one in faults_of(error)
    ]
