"""Who wants to be told by e-mail, and what waits to be sent."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _subscription()
    _outbox()


def downgrade() -> None:
    """Take them away, and all that they hold."""
    op.drop_table("outbox")
    op.drop_table("subscription")


def _subscription() -> None:
    op.create_table(
        "subscription",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("force_id", sa.Text, nullable=False),
        sa.Column("neighbourhood_id", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("address_hash", sa.Text, nullable=False),
        sa.Column("often", sa.Text, nullable=False),
        sa.Column("monthly", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("confirmed_at", sa.DateTime),
        sa.Column("told_until", sa.DateTime),
        sa.Column("month_told", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_subscription"),
        sa.UniqueConstraint("address_hash", "force_id", "neighbourhood_id", name="uq_subscription_address"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_subscription_owner", "subscription", ["force_id", "neighbourhood_id"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("subscription_id", sa.Integer),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("headers", sa.JSON, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("due_at", sa.DateTime, nullable=False),
        sa.Column("tries", sa.Integer, server_default=sa.text("0"), nullable=False),
        sa.Column("taken_until", sa.DateTime),
        sa.Column("taken_by", sa.Text),
        sa.Column("sent_at", sa.DateTime),
        sa.Column("given_up_at", sa.DateTime),
        sa.Column("trouble", sa.Text),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name="fk_outbox_subscription", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("reference", name="uq_outbox_reference"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_due", "outbox", ["sent_at", "due_at"])
    op.create_index("ix_outbox_subscription", "outbox", ["subscription_id"])
    op.create_index("ix_outbox_created", "outbox", ["created_at"])
