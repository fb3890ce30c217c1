"""What is published here: its own ids and versions, news with pictures, answers, reviews, repetition."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Columns = Sequence[tuple[str, type[sa.types.TypeEngine]]]  # type: ignore[type-arg]
_NEIGHBOURHOODS, _FORCES = ["force_id", "neighbourhood_id"], ["force_id"]

_KEPT: Columns = (("external_id", sa.Text), ("written", sa.JSON), ("changed_at", sa.DateTime), ("changed_by", sa.Text))
_MORE: dict[str, Columns] = {
    "person": (
        ("leaves_on", sa.Date),
        ("picture_id", sa.Text), ("picture_alt", sa.Text), ("picture_alt_cy", sa.Text),
    ),
    "link": (),
    "contact_point": (("opening", sa.Text), ("opening_cy", sa.Text)),
    "event": (
        ("repeats", sa.Text), ("repeats_until", sa.Date), ("not_on", sa.JSON),
        ("cancelled_at", sa.DateTime), ("cancelled_why", sa.Text), ("cancelled_why_cy", sa.Text),
    ),
    "priority": (
        ("chosen", sa.Text), ("chosen_cy", sa.Text), ("review_on", sa.Date),
        ("reviewed_at", sa.DateTime), ("review", sa.Text), ("review_cy", sa.Text),
        ("closed_at", sa.DateTime), ("result", sa.Text), ("result_cy", sa.Text),
    ),
    "priority_action": (("asked", sa.Text), ("asked_cy", sa.Text), ("category", sa.Text)),
    "engagement_method": (),
    "neighbourhood": (),
}  # fmt: skip
_INDEXED = {
    "person": _NEIGHBOURHOODS, "link": _NEIGHBOURHOODS, "contact_point": _NEIGHBOURHOODS, "event": _NEIGHBOURHOODS,
    "priority": _NEIGHBOURHOODS, "priority_action": ["priority_id"], "engagement_method": _FORCES,
}  # fmt: skip


def upgrade() -> None:
    """Add the columns, and make the tables."""
    op.add_column("person", sa.Column("shown", sa.Boolean, server_default=sa.true(), nullable=False))
    for table, more in _MORE.items():
        op.add_column(table, sa.Column("version", sa.Integer, server_default=sa.text("1"), nullable=False))
        for name, kind in (*more, *_KEPT):
            op.add_column(table, sa.Column(name, kind))
    for table, owner in _INDEXED.items():
        op.create_index(f"ix_{table}_external", table, [*owner, "external_id"], unique=True)
    _picture()
    _news()
    _answer()


def downgrade() -> None:
    """Take them away, and all that they hold."""
    for table in ("answer", "news", "picture"):
        op.drop_table(table)
    for table in _INDEXED:
        op.drop_index(f"ix_{table}_external", table)
    for table, more in _MORE.items():
        for name, _kind in (*more, *_KEPT, ("version", sa.Integer)):
            op.drop_column(table, name)
    op.drop_column("person", "shown")


def _picture() -> None:
    op.create_table(
        "picture",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("taken_in_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_picture"),
    )


def _news() -> None:
    op.create_table(
        "news",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("force_id", sa.Text, nullable=False),
        sa.Column("neighbourhood_id", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("title_cy", sa.Text),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("text_cy", sa.Text),
        sa.Column("issued_at", sa.DateTime, nullable=False),
        sa.Column("picture_id", sa.Text),
        sa.Column("picture_alt", sa.Text),
        sa.Column("picture_alt_cy", sa.Text),
        sa.Column("pinned", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("shown_from", sa.DateTime),
        sa.Column("shown_until", sa.DateTime),
        sa.Column("withdrawn_at", sa.DateTime),
        sa.Column("withdrawn_why", sa.Text),
        sa.Column("withdrawn_why_cy", sa.Text),
        sa.Column("source", sa.Text),
        sa.Column("imported_at", sa.DateTime),
        sa.Column("external_id", sa.Text),
        sa.Column("written", sa.JSON(none_as_null=True)),
        sa.Column("version", sa.Integer, server_default=sa.text("1"), nullable=False),
        sa.Column("changed_at", sa.DateTime),
        sa.Column("changed_by", sa.Text),
        sa.ForeignKeyConstraint(
            ["force_id", "neighbourhood_id"],
            ["neighbourhood.force_id", "neighbourhood.id"],
            name="fk_news_neighbourhood",
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_news"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_news_external", "news", ["force_id", "neighbourhood_id", "external_id"], unique=True)
    op.create_index("ix_news_owner", "news", ["force_id", "neighbourhood_id"])


def _answer() -> None:
    op.create_table(
        "answer",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("force_id", sa.Text, nullable=False),
        sa.Column("neighbourhood_id", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("question_cy", sa.Text),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("answer_cy", sa.Text),
        sa.Column("answered_at", sa.DateTime, nullable=False),
        sa.Column("source", sa.Text),
        sa.Column("imported_at", sa.DateTime),
        sa.Column("external_id", sa.Text),
        sa.Column("written", sa.JSON(none_as_null=True)),
        sa.Column("version", sa.Integer, server_default=sa.text("1"), nullable=False),
        sa.Column("changed_at", sa.DateTime),
        sa.Column("changed_by", sa.Text),
        sa.ForeignKeyConstraint(
            ["force_id", "neighbourhood_id"],
            ["neighbourhood.force_id", "neighbourhood.id"],
            name="fk_answer_neighbourhood",
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_answer"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_answer_external", "answer", ["force_id", "neighbourhood_id", "external_id"], unique=True)
    op.create_index("ix_answer_owner", "answer", ["force_id", "neighbourhood_id"])
