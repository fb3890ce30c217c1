"""The types of fields of what is published: what a form or a system may put in each."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from api.publish.markup import UnsafeLink, clean_characters, clean_contact
from geo.words import Words

MOST_IN_LINE, MOST_IN_TEXT = 200, 4_000  # characters
CHANNELS = frozenset(
    ("email", "telephone", "mobile", "address", "facebook", "twitter", "youtube", "instagram", "nextdoor", "website")
)


def wrong(text: Words, field: str = "", **values: str) -> PydanticCustomError:
    """What is wrong with a field, in our own words; `field` names one of several that are looked at together."""
    return PydanticCustomError("own", str(text), {"field": field, **values})


def _plain(value: Any) -> Any:
    return clean_characters(value).strip() if isinstance(value, str) else value


def _nothing(value: Any) -> Any:
    value = _plain(value)
    return None if value == "" else value


def _wall(value: datetime) -> datetime:
    if value.tzinfo is not None:
        raise wrong(Words("Give the clock on the wall, without a time zone"))
    return value


def _utc(value: datetime) -> datetime:
    """In UTC; a moment without a zone is taken to be that."""
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Line = Annotated[str, StringConstraints(min_length=1, max_length=MOST_IN_LINE), BeforeValidator(_plain)]
MaybeLine = Annotated[Annotated[str, StringConstraints(max_length=MOST_IN_LINE)] | None, BeforeValidator(_nothing)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=MOST_IN_TEXT), BeforeValidator(_plain)]
MaybeText = Annotated[Annotated[str, StringConstraints(max_length=MOST_IN_TEXT)] | None, BeforeValidator(_nothing)]
WallTime = Annotated[datetime, AfterValidator(_wall)]  # the clock on the wall
Moment = Annotated[datetime, AfterValidator(_utc)]


def _contact(value: dict[str, str]) -> dict[str, str]:
    """Channels that are known, each with words or a link that runs nothing."""
    unknown = set(value) - CHANNELS
    if unknown:
        known = ", ".join(sorted(CHANNELS))
        raise wrong(Words("There is no channel %(channel)s; there are %(known)s"), channel=min(unknown), known=known)
    try:
        return {channel: cleaned for channel, text in value.items() if (cleaned := clean_contact(text).strip())}
    except UnsafeLink as error:
        raise wrong(Words("Enter words, or a link that begins with https://")) from error


Contact = Annotated[dict[str, Annotated[str, Field(max_length=MOST_IN_LINE)]], AfterValidator(_contact)]
