"""What a force decides for its own corner, its confirmed successions and the months that it sends in."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "force_setting",
        sa.Column("force_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("value", sa.JSON, nullable=False),
        sa.Column("version", sa.Integer, server_default=sa.text("1"), nullable=False),
        sa.Column("changed_at", sa.DateTime, nullable=False),
        sa.Column("changed_by", sa.Text),
        sa.PrimaryKeyConstraint("force_id", "name", name="pk_force_setting"),
    )
    op.create_table(
        "succession",
        sa.Column("force_id", sa.Text, nullable=False),
        sa.Column("generation", sa.Text, nullable=False),
        sa.Column("successors", sa.JSON, nullable=False),
        sa.Column("confirmed_at", sa.DateTime, nullable=False),
        sa.Column("confirmed_by", sa.Text),
        sa.PrimaryKeyConstraint("force_id", "generation", name="pk_succession"),
    )
    op.create_table(
        "submission",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("force_id", sa.Text, nullable=False),
        sa.Column("month", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("report", sa.JSON, nullable=False),
        sa.Column("sent_at", sa.DateTime, nullable=False),
        sa.Column("sent_by", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_submission"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_submission_month", "submission", ["force_id", "month"])


def downgrade() -> None:
    """Take them away, and all that they hold."""
    op.drop_table("submission")
    op.drop_table("succession")
    op.drop_table("force_setting")
