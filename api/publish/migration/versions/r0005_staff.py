"""Who may publish, what waits to be published, and the record of every change, which can only grow."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


_SAME = ("id", "at", "actor_kind", "actor", "actor_name", "deed", "force_id", "neighbourhood_id", "kind", "item")
_ERASING = " AND ".join(
    (
        "NEW.erased_at IS NOT NULL AND NEW.before IS NULL AND NEW.after IS NULL",
        *(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in _SAME),
    )
)
# A row of the audit is never deleted, and changed only to erase what it says of somebody.
_GUARDS = {
    "sqlite": (
        "CREATE TRIGGER audit_stays BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit only grows'); END",
        f"CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit WHEN NOT ({_ERASING})"
        " BEGIN SELECT RAISE(ABORT, 'the audit only grows'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the audit only grows'; END $$",
        "CREATE TRIGGER audit_stays BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_only_grows()",
        f"CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit FOR EACH ROW"
        f" WHEN (NOT ({_ERASING})) EXECUTE FUNCTION audit_only_grows()",
    ),
}


def upgrade() -> None:
    """Make the tables."""
    _account()
    _access()
    _session()
    _sign_in()
    _sign_in_failure()
    _service_token()
    _audit()
    _draft()
    for statement in _GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Take them away, and all that they hold."""
    op.drop_table("draft")
    op.drop_table("audit")  # and its triggers with it
    op.drop_table("service_token")
    op.drop_table("sign_in_failure")
    op.drop_table("sign_in")
    op.drop_table("session")
    op.drop_table("access")
    op.drop_table("account")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_only_grows()")


def _account() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("login", sa.Text),
        sa.Column("password", sa.Text),
        sa.Column("provider", sa.Text),
        sa.Column("subject", sa.Text),
        sa.Column("email", sa.Text),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("disabled_at", sa.DateTime),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("login", name="uq_account_login"),
        sa.UniqueConstraint("provider", "subject", name="uq_account_subject"),
        sqlite_autoincrement=True,
    )


def _access() -> None:
    op.create_table(
        "access",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("force_id", sa.Text),
        sa.Column("neighbourhood_id", sa.Text),
        sa.Column("claimed", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("given_at", sa.DateTime, nullable=False),
        sa.Column("given_by", sa.Text),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_access_account", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_access"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_access_account", "access", ["account_id"])


def _session() -> None:
    op.create_table(
        "session",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("token_hash", sa.Text, nullable=False),
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("csrf", sa.Text, nullable=False),
        sa.Column("browser", sa.Text),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("seen_at", sa.DateTime, nullable=False),
        sa.Column("ended_at", sa.DateTime),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_session_account", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        sa.UniqueConstraint("token_hash", name="uq_session_token"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_session_account", "session", ["account_id"])


def _sign_in() -> None:
    op.create_table(
        "sign_in",
        sa.Column("state_hash", sa.Text, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("nonce", sa.Text, nullable=False),
        sa.Column("verifier", sa.Text, nullable=False),
        sa.Column("onward", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name="pk_sign_in"),
    )


def _sign_in_failure() -> None:
    op.create_table(
        "sign_in_failure",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key_hash", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_failure"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sign_in_failure_key", "sign_in_failure", ["key_hash", "at"])


def _service_token() -> None:
    op.create_table(
        "service_token",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("token_hash", sa.Text, nullable=False),
        sa.Column("force_id", sa.Text, nullable=False),
        sa.Column("neighbourhood_id", sa.Text),
        sa.Column("kinds", sa.JSON, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("expires_at", sa.DateTime, nullable=False),
        sa.Column("used_at", sa.DateTime),
        sa.Column("revoked_at", sa.DateTime),
        sa.PrimaryKeyConstraint("id", name="pk_service_token"),
        sa.UniqueConstraint("token_hash", name="uq_service_token_hash"),
        sqlite_autoincrement=True,
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("actor_kind", sa.Text, nullable=False),
        sa.Column("actor", sa.Text),
        sa.Column("actor_name", sa.Text),
        sa.Column("deed", sa.Text, nullable=False),
        sa.Column("force_id", sa.Text),
        sa.Column("neighbourhood_id", sa.Text),
        sa.Column("kind", sa.Text),
        sa.Column("item", sa.Text),
        sa.Column("before", sa.JSON(none_as_null=True)),
        sa.Column("after", sa.JSON(none_as_null=True)),
        sa.Column("erased_at", sa.DateTime),
        sa.Column("erased_why", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_force", "audit", ["force_id", "id"])


def _draft() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("force_id", sa.Text, nullable=False),
        sa.Column("neighbourhood_id", sa.Text),
        sa.Column("external_id", sa.Text, nullable=False),
        sa.Column("part_of", sa.Text),
        sa.Column("based_on", sa.Integer),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("version", sa.Integer, server_default=sa.text("1"), nullable=False),
        sa.Column("account_id", sa.Integer),
        sa.Column("changed_at", sa.DateTime, nullable=False),
        sa.Column("changed_by", sa.Text),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_draft_account", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_draft"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_draft_owner", "draft", ["force_id", "neighbourhood_id"])
