"""The tables of the updates database (docs/spec/updates.md); `migration` makes them, step by step."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    false,
    text,
    true,
)

METADATA = MetaData(naming_convention={"pk": "pk_%(table_name)s", "fk": "fk_%(table_name)s_%(referred_table_name)s"})


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: written and read with UTC, stored without a zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The moment as it is stored."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The moment as it was."""
        return None if value is None else value.replace(tzinfo=UTC)


def _mark() -> list[Column[Any]]:
    """Where a row came from, and when; empty where it was published here."""
    return [Column("source", Text), Column("imported_at", UtcDateTime)]


def _kept() -> list[Column[Any]]:
    """What is kept of what is published here, empty where it was imported (docs/spec/updates.md)."""
    return [
        Column("external_id", Text),
        Column("written", JSON(none_as_null=True)),
        Column("version", Integer, nullable=False, server_default=text("1")),
        Column("changed_at", UtcDateTime), Column("changed_by", Text),
    ]  # fmt: skip


def _item(name: str, *columns: Column[Any] | ForeignKeyConstraint, of: str = "neighbourhood") -> Table:
    """A table of what belongs to a force or a neighbourhood, in an order that people chose."""
    keys, named = (["force_id"], ["id"]) if of == "force" else (["force_id", "neighbourhood_id"], ["force_id", "id"])
    return Table(
        name,
        METADATA,
        Column("id", Integer, primary_key=True),
        *(Column(key, Text, nullable=name == "person" and key == "neighbourhood_id") for key in keys),
        Column("position", Integer, nullable=False),
        *columns,
        *_mark(),
        *_kept(),
        _owner(of, keys, named),
        Index(f"ix_{name}_owner", *keys),
        Index(f"ix_{name}_external", *keys, "external_id", unique=True),
        sqlite_autoincrement=True,
    )


def _owner(table: str, keys: list[str], named: list[str]) -> ForeignKeyConstraint:
    """A row follows its owner's new id, and goes with its owner."""
    return ForeignKeyConstraint(keys, [f"{table}.{key}" for key in named], onupdate="CASCADE", ondelete="CASCADE")


def _revision() -> Column[int]:
    """The millisecond of the latest change of what belongs to the row: a copy brought back never repeats one."""
    return Column("revision", BigInteger().with_variant(Integer, "sqlite"), nullable=False, server_default=text("0"))


FORCE = Table(
    "force", METADATA,
    Column("id", Text, primary_key=True),
    Column("name", Text),
    Column("description", Text), Column("description_cy", Text),
    Column("url", Text),
    Column("telephone", Text),
    _revision(), *_mark(),
)  # fmt: skip
NEIGHBOURHOOD = Table(
    "neighbourhood", METADATA,
    Column("force_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("name", Text), Column("name_cy", Text),
    Column("description", Text), Column("description_cy", Text),
    Column("url_force", Text),
    Column("population", Integer),
    Column("centre_lat", Float), Column("centre_lng", Float),
    Column("contact", JSON(none_as_null=True)),
    _revision(), *_mark(), *_kept(),
    _owner("force", ["force_id"], ["id"]),
)  # fmt: skip
ENGAGEMENT_METHOD = _item(
    "engagement_method",
    Column("title", Text), Column("title_cy", Text),
    Column("type", Text),
    Column("description", Text), Column("description_cy", Text),
    Column("url", Text),
    of="force",
)  # fmt: skip
PERSON = _item(
    "person",
    Column("name", Text, nullable=False),
    Column("rank", Text),
    Column("bio", Text), Column("bio_cy", Text),
    Column("contact", JSON, nullable=False),
    Column("shown", Boolean, nullable=False, server_default=true()),
    Column("leaves_on", Date),
    Column("picture_id", Text), Column("picture_alt", Text), Column("picture_alt_cy", Text),
    _owner("force", ["force_id"], ["id"]),  # without a neighbourhood it is a senior officer
)  # fmt: skip
LINK = _item(
    "link",
    Column("title", Text), Column("title_cy", Text),
    Column("description", Text), Column("description_cy", Text),
    Column("url", Text, nullable=False),
)  # fmt: skip
CONTACT_POINT = _item(
    "contact_point",
    Column("name", Text),
    Column("type", Text),
    Column("description", Text), Column("description_cy", Text),
    Column("address", Text),
    Column("postcode", Text),
    Column("lat", Float), Column("lng", Float),
    Column("opening", Text), Column("opening_cy", Text),
)  # fmt: skip
EVENT = _item(
    "event",
    Column("title", Text, nullable=False), Column("title_cy", Text),
    Column("description", Text), Column("description_cy", Text),
    Column("address", Text),
    Column("type", Text),
    Column("starts_at", DateTime, nullable=False), Column("ends_at", DateTime),
    Column("contact", JSON, nullable=False),
    Column("repeats", Text), Column("repeats_until", Date), Column("not_on", JSON(none_as_null=True)),
    Column("cancelled_at", UtcDateTime), Column("cancelled_why", Text), Column("cancelled_why_cy", Text),
)  # fmt: skip
PRIORITY = _item(
    "priority",
    Column("issue", Text, nullable=False), Column("issue_cy", Text),
    Column("issued_at", DateTime),
    Column("chosen", Text), Column("chosen_cy", Text),
    Column("review_on", Date),
    Column("reviewed_at", DateTime), Column("review", Text), Column("review_cy", Text),
    Column("closed_at", DateTime), Column("result", Text), Column("result_cy", Text),
)  # fmt: skip
PRIORITY_ACTION = Table(
    "priority_action", METADATA,
    Column("id", Integer, primary_key=True),
    Column("priority_id", Integer, nullable=False),
    Column("action", Text, nullable=False), Column("action_cy", Text),
    Column("acted_at", DateTime),
    Column("asked", Text), Column("asked_cy", Text),
    Column("category", Text),
    *_mark(), *_kept(),
    ForeignKeyConstraint(["priority_id"], ["priority.id"], ondelete="CASCADE"),
    Index("ix_priority_action_owner", "priority_id"),
    Index("ix_priority_action_external", "priority_id", "external_id", unique=True),
    sqlite_autoincrement=True,
)  # fmt: skip
NEWS = _item(
    "news",
    Column("title", Text, nullable=False), Column("title_cy", Text),
    Column("text", Text, nullable=False), Column("text_cy", Text),
    Column("issued_at", DateTime, nullable=False),
    Column("picture_id", Text), Column("picture_alt", Text), Column("picture_alt_cy", Text),
    Column("pinned", Boolean, nullable=False, server_default=false()),
    Column("shown_from", UtcDateTime), Column("shown_until", UtcDateTime),
    Column("withdrawn_at", UtcDateTime), Column("withdrawn_why", Text), Column("withdrawn_why_cy", Text),
)  # fmt: skip
ANSWER = _item(
    "answer",
    Column("question", Text, nullable=False), Column("question_cy", Text),
    Column("answer", Text, nullable=False), Column("answer_cy", Text),
    Column("answered_at", DateTime, nullable=False),
)  # fmt: skip
PICTURE = Table(
    "picture", METADATA,
    Column("id", Text, primary_key=True),
    Column("media_type", Text, nullable=False),
    Column("width", Integer, nullable=False), Column("height", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("taken_in_at", UtcDateTime, nullable=False),
)  # fmt: skip
FEEDBACK = Table(
    "feedback", METADATA,
    Column("id", Integer, primary_key=True),
    Column("sent_at", UtcDateTime, nullable=False),
    Column("kind", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("release_id", Text),
    Column("month", Text),
    Index("ix_feedback_sent", "sent_at"),
    sqlite_autoincrement=True,
)  # fmt: skip
