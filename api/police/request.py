"""One request to a method: what is asked, of which release, by which settings."""

from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus

from api.police.parameters import Parameters, month_asked
from api.police.refusal import Refusal
from api.serving.source import records_of
from api.serving.where import Where
from api.settings import ApiSettings
from geo.force import Force
from geo.month import Month
from geo.store.release import Release
from geo.store.serving import ServedRecords, records_name
from geo.supply import Kind

NOTHING = b"[]"
_TOO_MANY = "More than {limit} in this area: ask for a smaller one.\n"


@dataclass(frozen=True)
class Asked:
    """What a method answers from.

    Attributes:
        release: the live one, taken once.
        settings: of the server.
        parameters: of the query string, or of the form.
        argument: what the path holds behind the method's name; empty where it holds nothing.
    """

    release: Release
    settings: ApiSettings
    parameters: Parameters = field(repr=False)
    argument: str = ""

    @property
    def published(self) -> tuple[Month, ...]:
        """The months answered for, oldest first."""
        return self.release.months[-self.settings.window_months :]

    @cached_property
    def month(self) -> Month | None:
        """The month asked for; `None` for one that is still to come.

        Raises:
            Refusal: 404, not published.
        """
        return month_asked(self.parameters, self.published)

    @property
    def slow(self) -> bool:
        """Whether the answer may take long enough to keep other requests waiting."""
        if "poly" in self.parameters:
            return True
        written = self.parameters.get("date", "")
        return bool(written) and f"{Kind.STREET.value}-{written}" not in self.release.served

    def force(self) -> Force | None:
        """The force of `force`; `None` for one that the register does not have.

        Raises:
            Refusal: 400, none was named.
        """
        named = self.parameters.get("force", "")
        if not named:
            raise Refusal(HTTPStatus.BAD_REQUEST)
        return next((force for force in self.release.register if force.id == named), None)

    def answer(self, kind: Kind, where: Where | None, category: int | None = None, *, limited: bool = False) -> bytes:
        """The records of the month asked for, as a JSON array.

        Args:
            kind: of the records.
            where: which; `None` for none.
            category: code of a category; all by default.
            limited: whether an area with too many records, of whatever category, is refused.

        Raises:
            Refusal: 404 for a month that is not published, 503 for too many records.
        """
        month = self.month
        if where is None or month is None:
            return NOTHING
        records = self._records(kind, month, where)
        runs = where.runs(records)
        if limited and len(runs) > self.settings.area_limit:
            text = _TOO_MANY.format(limit=f"{self.settings.area_limit:,}")
            raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, text, "text/plain")
        return records.json(runs if category is None else where.runs(records, category))

    def _records(self, kind: Kind, month: Month, where: Where) -> ServedRecords:
        served = self.release.served.get(records_name(kind, month))
        if served is not None:
            return served
        return records_of(self.release, self.settings.folder, kind, month, where.only())
