"""Keep every decision about an assignee as it was made, and requests to hand a ticket over.

Revision: 2026_11_22_17, after 2026_11_22_16.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_17"
down_revision = "2026_11_22_16"
branch_labels = None
depends_on = None

APPEND_ONLY = ("assignment_decisions",)


def upgrade() -> None:
    op.create_table(
        "assignment_decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=True),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("previous_assignee_id", sa.Uuid(), nullable=True),
        sa.Column("candidates", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("exclusions", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("draw", sa.BigInteger(), nullable=True),
        sa.Column("decided_by_kind", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Text(), nullable=True),
        sa.Column("decided_by_name", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "cause IN ('created', 'freed', 'automatic', 'assigned', 'taken', 'handed_over', 'transferred', 'returned')",
            name=op.f("ck_assignment_decisions_cause_known"),
        ),
        sa.CheckConstraint(
            "mode IN ('least_loaded', 'routed', 'manual')", name=op.f("ck_assignment_decisions_mode_known")
        ),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["users.id"], name=op.f("fk_assignment_decisions_assignee_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["previous_assignee_id"],
            ["users.id"],
            name=op.f("fk_assignment_decisions_previous_assignee_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_assignment_decisions_ticket_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_decisions")),
    )
    op.create_index(
        "ix_assignment_decisions_ticket", "assignment_decisions", ["ticket_id", "decided_at", "id"], unique=False
    )
    op.create_table(
        "handovers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("from_user_id", sa.Uuid(), nullable=True),
        sa.Column("to_user_id", sa.Uuid(), nullable=False),
        sa.Column("requested_by_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'accepted', 'declined', 'expired', 'cancelled')",
            name=op.f("ck_handovers_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_handovers_decided_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["from_user_id"], ["users.id"], name=op.f("fk_handovers_from_user_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["users.id"], name=op.f("fk_handovers_requested_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_handovers_ticket_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["to_user_id"], ["users.id"], name=op.f("fk_handovers_to_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
    )
    op.create_index(
        "ix_handovers_due", "handovers", ["expires_at"], unique=False, postgresql_where=sa.text("state = 'pending'")
    )
    op.create_index("ix_handovers_ticket", "handovers", ["ticket_id", "created_at", "id"], unique=False)
    op.create_index("ix_handovers_to_user", "handovers", ["to_user_id", "created_at", "id"], unique=False)
    op.create_index(
        "uq_handovers_pending", "handovers", ["ticket_id"], unique=True, postgresql_where=sa.text("state = 'pending'")
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_keep_all BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    op.drop_index("uq_handovers_pending", table_name="handovers", postgresql_where=sa.text("state = 'pending'"))
    op.drop_index("ix_handovers_to_user", table_name="handovers")
    op.drop_index("ix_handovers_ticket", table_name="handovers")
    op.drop_index("ix_handovers_due", table_name="handovers", postgresql_where=sa.text("state = 'pending'"))
    op.drop_table("handovers")
    op.drop_index("ix_assignment_decisions_ticket", table_name="assignment_decisions")
    op.drop_table("assignment_decisions")
