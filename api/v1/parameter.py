"""Parameters of `/v1`, as their models and as the nouns that they mean. Mistakes are told, never passed over."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic.json_schema import SkipJsonSchema

from api.queries.due import due_about
from geo.category import Category, categories, category_of
from geo.errors import BadMonth, BadParameter, UnknownCategory
from geo.month import Month, months_between
from geo.store.release import Release

MONTH_PATTERN = r"^20\d{2}-(0[1-9]|1[0-2])$"
_NAMED_MONTHS = 24


class Query(BaseModel):
    """Parameters of one resource; another name is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NoQuery(Query):
    """No parameters at all."""


def _plain(value: Any) -> Any:
    """Python reads 1_0 as ten, and nobody else does."""
    if isinstance(value, str) and not (value.isascii() and "_" not in value and value == value.strip()):
        raise ValueError("Input should be a plain number")
    return value


Degrees = Annotated[float, BeforeValidator(_plain), Field(allow_inf_nan=False)]
Metres = Annotated[float, BeforeValidator(_plain), Field(allow_inf_nan=False)]
Number = Annotated[int, BeforeValidator(_plain)]
MonthText = Annotated[str, WithJsonSchema({"type": "string", "pattern": MONTH_PATTERN})]  # `Month.parse` says it better
Left = SkipJsonSchema[None]  # a parameter may be left out, and never be written as null


class MonthsQuery(Query):
    """Which months."""

    month: MonthText | Left = Field(
        default=None, description="One month, `YYYY-MM`. By default the newest.", examples=["2024-03"]
    )
    from_: MonthText | Left = Field(
        default=None, alias="from", description="First of several months, `YYYY-MM`; by default that of `to`."
    )
    to: MonthText | Left = Field(
        default=None, description="Last of several months, `YYYY-MM`; by default the newest, where `from` is given."
    )

    @property
    def several(self) -> bool:
        """Whether a range of months is asked for."""
        return self.from_ is not None or self.to is not None


def months_asked(query: MonthsQuery, release: Release) -> tuple[Month, ...]:
    """The months that are asked for, oldest first, whether each is held or not.

    Raises:
        BadMonth: not a month, one that is still to come, one that ends before it begins, or nothing is held yet.
        BadParameter: `month` beside `from` or `to`.
    """
    newest = release.month_newest
    if newest is None:
        raise BadMonth("No crimes are held yet.")
    if query.month is not None and query.several:
        raise BadParameter("`month` is one month; leave it out where `from` or `to` tell several.")
    if query.several:
        last = Month.parse(query.to) if query.to is not None else newest
        first = Month.parse(query.from_) if query.from_ is not None else last
    else:
        first = last = Month.parse(query.month) if query.month is not None else newest
    if last > newest or first > newest:
        raise BadMonth(
            f"{max(first, last)} is not published yet. The newest month held is {newest}; the next, {newest + 1}, is "
            f"due about {due_about(newest + 1)}."
        )
    if first > last:
        raise BadMonth(f"`from` is {first}, which is after `to`, {last}.")
    return tuple(months_between(first, last))


def held_months(months: tuple[Month, ...], release: Release) -> tuple[Month, ...]:
    """Those of some months of which any crimes are held.

    Raises:
        BadMonth: none of them; says which are.
    """
    held = tuple(month for month in months if month in release.months)
    if not held:
        asked = str(months[0]) if len(months) == 1 else f"{months[0]} to {months[-1]}"
        raise BadMonth(f"No crimes of {asked} are held. Held are {_listed(release.months)}.")
    return held


def _listed(months: tuple[Month, ...]) -> str:
    """Months as ranges: `2018-10 to 2019-02, 2025-12`."""
    runs: list[list[Month]] = []
    for month in months:
        if runs and month - runs[-1][-1] == 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    shown = [str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs[-_NAMED_MONTHS:]]
    return ", ".join(shown)


def categories_asked(slugs: list[str]) -> tuple[Category, ...]:
    """The categories of some slugs; none of them means all crime.

    Raises:
        UnknownCategory: one that is none; says which there are.
    """
    try:
        return tuple(dict.fromkeys(category_of(slug) for slug in slugs))
    except UnknownCategory as error:
        known = ", ".join(sorted(category.slug for category in categories()))
        raise UnknownCategory(f"{error} Leave the parameter out for all crime. There are: {known}.") from error
