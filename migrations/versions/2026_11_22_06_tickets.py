"""Create tickets and what belongs to them.

Revision: 2026_11_22_06, after 2026_11_22_05.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_06"
down_revision = "2026_11_22_05"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dispatches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("selection", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("sender_name", sa.Text(), nullable=False),
        sa.Column("sender_team", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scheduled_for", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('scheduled', 'sending', 'done', 'cancelled')", name=op.f("ck_dispatches_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_dispatches_created_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatches")),
    )
    op.create_index("ix_dispatches_created", "dispatches", ["created_at", "id"], unique=False)
    op.create_index(
        "ix_dispatches_due",
        "dispatches",
        ["scheduled_for"],
        unique=False,
        postgresql_where=sa.text("state = 'scheduled'"),
    )
    op.create_table(
        "tickets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), server_default="normal", nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("monitored_item_id", sa.Uuid(), nullable=True),
        sa.Column("item", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("checker_id", sa.Uuid(), nullable=True),
        sa.Column("worked_by_id", sa.Uuid(), nullable=True),
        sa.Column("requires_check", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pending_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.Column("verified_by_id", sa.Uuid(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("rework_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_update_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_update_by", sa.Text(), nullable=False),
        sa.Column("last_update_kind", sa.Text(), nullable=False),
        sa.Column("reminder_every_days", sa.Integer(), nullable=True),
        sa.Column("reminder_is_paused", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("reminders_sent", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_reminder_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminder_stopped_by", sa.Text(), nullable=True),
        sa.Column("notifications_sent", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivery_failure", sa.Text(), nullable=True),
        sa.Column("dispatch_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("activity_seq", sa.Integer(), server_default="0", nullable=False),
        sa.Column("activity_hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed("to_tsvector('english', title || ' ' || description)", persisted=True),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(status = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_tickets_closed_at_matches_status")
        ),
        sa.CheckConstraint(
            "(status = 'closed') = (resolution IS NOT NULL)", name=op.f("ck_tickets_resolution_matches_status")
        ),
        sa.CheckConstraint("kind IN ('corrective', 'support', 'task')", name=op.f("ck_tickets_kind_known")),
        sa.CheckConstraint(
            "next_reminder_at IS NULL OR (status = 'pending_correction' AND archived_at IS NULL) OR kind = 'task'",
            name=op.f("ck_tickets_reminds_only_while_pending"),
        ),
        sa.CheckConstraint("priority IN ('low', 'normal', 'high', 'urgent')", name=op.f("ck_tickets_priority_known")),
        sa.CheckConstraint("resolution IN ('completed', 'withdrawn')", name=op.f("ck_tickets_resolution_known")),
        sa.CheckConstraint(
            "status IN ('send_later', 'new', 'open', 'pending_correction', 'comment_added', "
            "'pending_verification', 'closed')",
            name=op.f("ck_tickets_status_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_tickets_account_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["users.id"], name=op.f("fk_tickets_assignee_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["checker_id"], ["users.id"], name=op.f("fk_tickets_checker_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_tickets_contact_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_tickets_created_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["dispatch_id"], ["dispatches.id"], name=op.f("fk_tickets_dispatch_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["monitored_item_id"],
            ["monitored_items.id"],
            name=op.f("fk_tickets_monitored_item_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["verified_by_id"], ["users.id"], name=op.f("fk_tickets_verified_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["worked_by_id"], ["users.id"], name=op.f("fk_tickets_worked_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("number", name=op.f("uq_tickets_number")),
    )
    op.create_index("ix_tickets_assignee_created", "tickets", ["assignee_id", "created_at", "id"], unique=False)
    op.create_index("ix_tickets_contact_created", "tickets", ["contact_id", "created_at", "id"], unique=False)
    op.create_index(
        "ix_tickets_created",
        "tickets",
        ["created_at", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_tickets_dispatch_id",
        "tickets",
        ["dispatch_id"],
        unique=False,
        postgresql_where=sa.text("dispatch_id IS NOT NULL"),
    )
    op.create_index(
        "ix_tickets_reminder_due",
        "tickets",
        ["next_reminder_at"],
        unique=False,
        postgresql_where=sa.text("next_reminder_at IS NOT NULL"),
    )
    op.create_index("ix_tickets_search", "tickets", ["search"], unique=False, postgresql_using="gin")
    op.create_index(
        "ix_tickets_status_created",
        "tickets",
        ["status", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index("ix_tickets_updated", "tickets", ["updated_at", "id"], unique=False)
    op.create_table(
        "activities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_activities_ticket_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities")),
        sa.UniqueConstraint("ticket_id", "seq", name=op.f("uq_activities_ticket_id_seq")),
    )
    op.create_table(
        "comments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("author_side", sa.Text(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("author_side IN ('staff', 'recipient')", name=op.f("ck_comments_author_side_known")),
        sa.CheckConstraint("visibility IN ('public', 'internal')", name=op.f("ck_comments_visibility_known")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_comments_contact_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_comments_ticket_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_comments_user_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
    )
    op.create_index("ix_comments_ticket_id", "comments", ["ticket_id", "created_at", "id"], unique=False)
    op.create_table(
        "requested_actions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), server_default="manual", nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.CheckConstraint("source IN ('manual', 'alert')", name=op.f("ck_requested_actions_source_known")),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_requested_actions_ticket_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requested_actions")),
        sa.UniqueConstraint("ticket_id", "position", name=op.f("uq_requested_actions_ticket_id_position")),
    )
    op.create_index(op.f("ix_requested_actions_ticket_id"), "requested_actions", ["ticket_id"], unique=False)
    op.create_table(
        "ticket_recipients",
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("address_key", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("viewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_ticket_recipients_contact_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_recipients_ticket_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("ticket_id", "contact_id", name=op.f("pk_ticket_recipients")),
    )
    op.create_index("ix_ticket_recipients_address_key", "ticket_recipients", ["address_key"], unique=False)
    op.create_index("ix_ticket_recipients_contact_id", "ticket_recipients", ["contact_id", "ticket_id"], unique=False)
    op.create_table(
        "ticket_violation_categories",
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("violation_category_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_violation_categories_ticket_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["violation_category_id"],
            ["violation_categories.id"],
            name=op.f("fk_ticket_violation_categories_violation_category_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("ticket_id", "violation_category_id", name=op.f("pk_ticket_violation_categories")),
    )
    op.create_index(
        op.f("ix_ticket_violation_categories_violation_category_id"),
        "ticket_violation_categories",
        ["violation_category_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index(
        op.f("ix_ticket_violation_categories_violation_category_id"), table_name="ticket_violation_categories"
    )
    op.drop_table("ticket_violation_categories")
    op.drop_index("ix_ticket_recipients_contact_id", table_name="ticket_recipients")
    op.drop_index("ix_ticket_recipients_address_key", table_name="ticket_recipients")
    op.drop_table("ticket_recipients")
    op.drop_index(op.f("ix_requested_actions_ticket_id"), table_name="requested_actions")
    op.drop_table("requested_actions")
    op.drop_index("ix_comments_ticket_id", table_name="comments")
    op.drop_table("comments")
    op.drop_table("activities")
    op.drop_index("ix_tickets_updated", table_name="tickets")
    op.drop_index("ix_tickets_status_created", table_name="tickets", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index("ix_tickets_search", table_name="tickets", postgresql_using="gin")
    op.drop_index(
        "ix_tickets_reminder_due", table_name="tickets", postgresql_where=sa.text("next_reminder_at IS NOT NULL")
    )
    op.drop_index("ix_tickets_dispatch_id", table_name="tickets", postgresql_where=sa.text("dispatch_id IS NOT NULL"))
    op.drop_index("ix_tickets_created", table_name="tickets", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index("ix_tickets_contact_created", table_name="tickets")
    op.drop_index("ix_tickets_assignee_created", table_name="tickets")
    op.drop_table("tickets")
    op.drop_index("ix_dispatches_due", table_name="dispatches", postgresql_where=sa.text("state = 'scheduled'"))
    op.drop_index("ix_dispatches_created", table_name="dispatches")
    op.drop_table("dispatches")
