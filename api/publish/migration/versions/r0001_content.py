"""Forces, neighbourhoods, people, links, contact points, events and priorities with dated actions."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_OWNED = ("engagement_method", "person", "link", "contact_point", "event", "priority")


def upgrade() -> None:
    """Make the tables."""
    _owners()
    _item("engagement_method", *_texts("title", "title_cy", "type", "description", "description_cy", "url"))
    _item(
        "person",
        sa.Column("name", sa.Text, nullable=False),
        *_texts("rank", "bio", "bio_cy"),
        sa.Column("contact", sa.JSON, nullable=False),
        _foreign("person", "force", ["force_id"], ["id"]),
    )
    _item(
        "link",
        *_texts("title", "title_cy", "description", "description_cy"),
        sa.Column("url", sa.Text, nullable=False),
    )
    _item(
        "contact_point",
        *_texts("name", "type", "description", "description_cy", "address", "postcode"),
        sa.Column("lat", sa.Float),
        sa.Column("lng", sa.Float),
    )
    _item(
        "event",
        sa.Column("title", sa.Text, nullable=False),
        *_texts("title_cy", "description", "description_cy", "address", "type"),
        sa.Column("starts_at", sa.DateTime, nullable=False),
        sa.Column("ends_at", sa.DateTime),
        sa.Column("contact", sa.JSON, nullable=False),
    )
    _item(
        "priority",
        sa.Column("issue", sa.Text, nullable=False),
        *_texts("issue_cy"),
        sa.Column("issued_at", sa.DateTime),
    )
    _actions()


def downgrade() -> None:
    """Take the tables away, and all that was published with them."""
    for table in ("priority_action", *_OWNED, "neighbourhood", "force"):
        op.drop_table(table)


def _owners() -> None:
    op.create_table(
        "force",
        sa.Column("id", sa.Text, nullable=False),
        *_texts("name", "description", "description_cy", "url", "telephone"),
        _revision(),
        *_mark(),
        sa.PrimaryKeyConstraint("id", name="pk_force"),
    )
    op.create_table(
        "neighbourhood",
        sa.Column("force_id", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        *_texts("name", "name_cy", "description", "description_cy", "url_force"),
        sa.Column("population", sa.Integer),
        sa.Column("centre_lat", sa.Float),
        sa.Column("centre_lng", sa.Float),
        sa.Column("contact", sa.JSON),
        _revision(),
        *_mark(),
        sa.PrimaryKeyConstraint("force_id", "id", name="pk_neighbourhood"),
        _foreign("neighbourhood", "force", ["force_id"], ["id"]),
    )


def _actions() -> None:
    op.create_table(
        "priority_action",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("priority_id", sa.Integer, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        *_texts("action_cy"),
        sa.Column("acted_at", sa.DateTime),
        *_mark(),
        sa.PrimaryKeyConstraint("id", name="pk_priority_action"),
        sa.ForeignKeyConstraint(
            ["priority_id"], ["priority.id"], name="fk_priority_action_priority", ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_priority_action_owner", "priority_action", ["priority_id"])


def _item(name: str, *columns: sa.Column[Any] | sa.ForeignKeyConstraint) -> None:
    """A table of what belongs to a force (engagement methods) or to a neighbourhood (the rest)."""
    keys = ["force_id"] if name == "engagement_method" else ["force_id", "neighbourhood_id"]
    owner, named = ("force", ["id"]) if len(keys) == 1 else ("neighbourhood", ["force_id", "id"])
    op.create_table(
        name,
        sa.Column("id", sa.Integer, nullable=False),
        *(sa.Column(key, sa.Text, nullable=name == "person" and key == "neighbourhood_id") for key in keys),
        sa.Column("position", sa.Integer, nullable=False),
        *columns,
        *_mark(),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        _foreign(name, owner, keys, named),
        sqlite_autoincrement=True,
    )
    op.create_index(f"ix_{name}_owner", name, keys)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text) for name in names]


def _revision() -> sa.Column[int]:
    return sa.Column("revision", sa.Integer, nullable=False, server_default=sa.text("0"))


def _mark() -> list[sa.Column[Any]]:
    return [sa.Column("source", sa.Text), sa.Column("imported_at", sa.DateTime)]


def _foreign(table: str, owner: str, columns: list[str], named: list[str]) -> sa.ForeignKeyConstraint:
    """A row follows its owner's new id, and goes with its owner."""
    targets = [f"{owner}.{name}" for name in named]
    return sa.ForeignKeyConstraint(columns, targets, name=f"fk_{table}_{owner}", onupdate="CASCADE", ondelete="CASCADE")
