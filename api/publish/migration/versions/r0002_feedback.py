"""What readers say is wrong with a page."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("sent_at", sa.DateTime, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("kind", "about", "text", "language")),
        *(sa.Column(name, sa.Text) for name in ("release_id", "month")),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_feedback_sent", "feedback", ["sent_at"])


def downgrade() -> None:
    """Take the table away, and every message with it."""
    op.drop_table("feedback")
