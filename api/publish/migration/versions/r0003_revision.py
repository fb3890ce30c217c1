"""Revisions are moments: on PostgreSQL their columns must grow to hold one. SQLite's hold them as they are."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room."""
    _to(sa.BigInteger)


def downgrade() -> None:
    """Count from nothing again: a moment does not fit in the old column."""
    for name in ("force", "neighbourhood"):
        op.execute(sa.update(sa.table(name, sa.column("revision"))).values(revision=0))
    _to(sa.Integer)


def _to(kind: type[sa.Integer]) -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name in ("force", "neighbourhood"):
            op.alter_column(name, "revision", type_=kind)
