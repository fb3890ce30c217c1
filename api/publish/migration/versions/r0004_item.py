"""What is published here: its own ids and versions, news with pictures, answers, reviews, repetition."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.add_column("person", sa.Column("shown", sa.Boolean, server_default=sa.true(), nullable=False))
    op.add_column("person", sa.Column("leaves_on", sa.Date))
    op.add_column("person", sa.Column("picture_id", sa.Text))
    op.add_column("person", sa.Column("picture_alt", sa.Text))
    op.add_column("person", sa.Column("picture_alt_cy", sa.Text))
    op.add_column("person", sa.Column("external_id", sa.Text))
    op.add_column("person", sa.Column("written", sa.JSON(none_as_null=True)))
    op.add_column("person", sa.Column("version", sa.Integer, server_default=sa.text("1"), nullable=False))
    op.add_column("person", sa.Column("changed_at", sa.DateTime))
    op.add_column("person", sa.Column("changed_by", sa.Text))
    op.create_index("ix_person_external", "person", ["force_id", "neighbourhood_id", "external_id"], unique=True)
    op.add_column("link", sa.Column("external_id", sa.Text))
    op.add_column("link", sa.Column("written", sa.JSON(none_as_null=True)))
    op.add_column("link", sa.Column("version", sa.Integer, server_default=sa.text("1"), nullable=False))
    op.add_column("link", sa.Column("changed_at", sa.DateTime))
    op.add_column("link", sa.Column("changed_by", sa.Text))
    op.create_index("ix_link_external", "link", ["force_id", "neighbourhood_id", "external_id"], unique=True)
    op.add_column("contact_point", sa.Column("opening", sa.Text))
    op.add_column("contact_point", sa.Column("opening_cy", sa.Text))
    op.add_column("contact_point", sa.Column("external_id", sa.Text))
    op.add_column("contact_point", sa.Column("written", sa.JSON(none_as_null=True)))
    op.add_column("contact_point", sa.Column("version", sa.Integer, server_default=sa.text("1"), nullable=False))
    op.add_column("contact_point", sa.Column("changed_at", sa.DateTime))
    op.add_column("contact_point", sa.Column("changed_by", sa.Text))
    op.create_index(
        "ix_contact_point_external", "contact_point", ["force_id", "neighbourhood_id", "external_id"], unique=True
    )
    op.add_column("event", sa.Column("repeats", sa.Text))
    op.add_column("event", sa.Column("repeats_until", sa.Date))
    op.add_column("event", sa.Column("not_on", sa.JSON(none_as_null=True)))
    op.add_column("event", sa.Column("cancelled_at", sa.DateTime))
    op.add_column("event", sa.Column("cancelled_why", sa.Text))
    op.add_column("event", sa.Column("cancelled_why_cy", sa.Text))
    op.add_column("event", sa.Column("external_id", sa.Text))
    op.add_column("event", sa.Column("written", sa.JSON(none_as_null=True)))
    op.add_column("event", sa.Column("version", sa.Integer, server_default=sa.text("1"), nullable=False))
    op.add_column("event", sa.Column("changed_at", sa.DateTime))
    op.add_column("event", sa.Column("changed_by", sa.Text))
    op.create_index("ix_event_external", "event", ["force_id", "neighbourhood_id", "external_id"], unique=True)
    op.add_column("priority", sa.Column("chosen", sa.Text))
    op.add_column("priority", sa.Column("chosen_cy", sa.Text))
    op.add_column("priority", sa.Column("review_on", sa.Date))
    op.add_column("priority", sa.Column("reviewed_at", sa.DateTime))
    op.add_column("priority", sa.Column("review", sa.Text))
    op.add_column("priority", sa.Column("review_cy", sa.Text))
    op.add_column("priority", sa.Column("closed_at", sa.DateTime))
    op.add_column("priority", sa.Column("result", sa.Text))
    op.add_column("priority", sa.Column("result_cy", sa.Text))
    op.add_column("priority", sa.Column("external_id", sa.Text))
    op.add_column("priority", sa.Column("written", sa.JSON(none_as_null=True)))
    op.add_column("priority", sa.Column("version", sa.Integer, server_default=sa.text("1"), nullable=False))
    op.add_column("priority", sa.Column("changed_at", sa.DateTime))
    op.add_column("priority", sa.Column("changed_by", sa.Text))
    op.create_index("ix_priority_external", "priority", ["force_id", "neighbourhood_id", "external_id"], unique=True)
    op.add_column("priority_action", sa.Column("asked", sa.Text))
    op.add_column("priority_action", sa.Column("asked_cy", sa.Text))
    op.add_column("priority_action", sa.Column("category", sa.Text))
    op.add_column("priority_action", sa.Column("external_id", sa.Text))
    op.add_column("priority_action", sa.Column("written", sa.JSON(none_as_null=True)))
    op.add_column("priority_action", sa.Column("version", sa.Integer, server_default=sa.text("1"), nullable=False))
    op.add_column("priority_action", sa.Column("changed_at", sa.DateTime))
    op.add_column("priority_action", sa.Column("changed_by", sa.Text))
    op.create_index("ix_priority_action_external", "priority_action", ["priority_id", "external_id"], unique=True)
    op.add_column("engagement_method", sa.Column("external_id", sa.Text))
    op.add_column("engagement_method", sa.Column("written", sa.JSON(none_as_null=True)))
    op.add_column("engagement_method", sa.Column("version", sa.Integer, server_default=sa.text("1"), nullable=False))
    op.add_column("engagement_method", sa.Column("changed_at", sa.DateTime))
    op.add_column("engagement_method", sa.Column("changed_by", sa.Text))
    op.create_index("ix_engagement_method_external", "engagement_method", ["force_id", "external_id"], unique=True)
    op.add_column("neighbourhood", sa.Column("external_id", sa.Text))
    op.add_column("neighbourhood", sa.Column("written", sa.JSON(none_as_null=True)))
    op.add_column("neighbourhood", sa.Column("version", sa.Integer, server_default=sa.text("1"), nullable=False))
    op.add_column("neighbourhood", sa.Column("changed_at", sa.DateTime))
    op.add_column("neighbourhood", sa.Column("changed_by", sa.Text))
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


def downgrade() -> None:
    """Take them away, and all that they hold."""
    op.drop_table("answer")
    op.drop_table("news")
    op.drop_table("picture")
    op.drop_index("ix_person_external", "person")
    op.drop_index("ix_link_external", "link")
    op.drop_index("ix_contact_point_external", "contact_point")
    op.drop_index("ix_event_external", "event")
    op.drop_index("ix_priority_external", "priority")
    op.drop_index("ix_priority_action_external", "priority_action")
    op.drop_index("ix_engagement_method_external", "engagement_method")
    op.drop_column("person", "shown")
    op.drop_column("person", "leaves_on")
    op.drop_column("person", "picture_id")
    op.drop_column("person", "picture_alt")
    op.drop_column("person", "picture_alt_cy")
    op.drop_column("person", "external_id")
    op.drop_column("person", "written")
    op.drop_column("person", "version")
    op.drop_column("person", "changed_at")
    op.drop_column("person", "changed_by")
    op.drop_column("link", "external_id")
    op.drop_column("link", "written")
    op.drop_column("link", "version")
    op.drop_column("link", "changed_at")
    op.drop_column("link", "changed_by")
    op.drop_column("contact_point", "opening")
    op.drop_column("contact_point", "opening_cy")
    op.drop_column("contact_point", "external_id")
    op.drop_column("contact_point", "written")
    op.drop_column("contact_point", "version")
    op.drop_column("contact_point", "changed_at")
    op.drop_column("contact_point", "changed_by")
    op.drop_column("event", "repeats")
    op.drop_column("event", "repeats_until")
    op.drop_column("event", "not_on")
    op.drop_column("event", "cancelled_at")
    op.drop_column("event", "cancelled_why")
    op.drop_column("event", "cancelled_why_cy")
    op.drop_column("event", "external_id")
    op.drop_column("event", "written")
    op.drop_column("event", "version")
    op.drop_column("event", "changed_at")
    op.drop_column("event", "changed_by")
    op.drop_column("priority", "chosen")
    op.drop_column("priority", "chosen_cy")
    op.drop_column("priority", "review_on")
    op.drop_column("priority", "reviewed_at")
    op.drop_column("priority", "review")
    op.drop_column("priority", "review_cy")
    op.drop_column("priority", "closed_at")
    op.drop_column("priority", "result")
    op.drop_column("priority", "result_cy")
    op.drop_column("priority", "external_id")
    op.drop_column("priority", "written")
    op.drop_column("priority", "version")
    op.drop_column("priority", "changed_at")
    op.drop_column("priority", "changed_by")
    op.drop_column("priority_action", "asked")
    op.drop_column("priority_action", "asked_cy")
    op.drop_column("priority_action", "category")
    op.drop_column("priority_action", "external_id")
    op.drop_column("priority_action", "written")
    op.drop_column("priority_action", "version")
    op.drop_column("priority_action", "changed_at")
    op.drop_column("priority_action", "changed_by")
    op.drop_column("engagement_method", "external_id")
    op.drop_column("engagement_method", "written")
    op.drop_column("engagement_method", "version")
    op.drop_column("engagement_method", "changed_at")
    op.drop_column("engagement_method", "changed_by")
    op.drop_column("neighbourhood", "external_id")
    op.drop_column("neighbourhood", "written")
    op.drop_column("neighbourhood", "version")
    op.drop_column("neighbourhood", "changed_at")
    op.drop_column("neighbourhood", "changed_by")
