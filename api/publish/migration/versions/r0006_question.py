"""Questions of residents, and how fast they were answered."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "question",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("force_id", sa.Text, nullable=False),
        sa.Column("neighbourhood_id", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("address", sa.Text),
        sa.Column("asked_at", sa.DateTime, nullable=False),
        sa.Column("due_at", sa.DateTime, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("escalated_at", sa.DateTime),
        sa.Column("ended_at", sa.DateTime),
        sa.Column("ended_by", sa.Text),
        sa.Column("handed_to", sa.Text),
        sa.Column("answer_id", sa.Text),
        sa.Column("version", sa.Integer, server_default=sa.text("1"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_question"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_question_owner", "question", ["force_id", "neighbourhood_id"])
    op.create_table(
        "asked",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("force_id", sa.Text, nullable=False),
        sa.Column("neighbourhood_id", sa.Text, nullable=False),
        sa.Column("asked_on", sa.Date, nullable=False),
        sa.Column("hours", sa.Integer),
        sa.Column("how", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_asked"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_asked_owner", "asked", ["force_id", "neighbourhood_id"])


def downgrade() -> None:
    """Take them away, and all that they hold."""
    op.drop_table("asked")
    op.drop_table("question")
