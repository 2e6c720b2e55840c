"""Keep calls with clients, and the worksheet of each.

Revision: 2026_11_22_20, after 2026_11_22_19.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_20"
down_revision = "2026_11_22_19"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("started_by_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_by_id", sa.Uuid(), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("summary", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(completed_at IS NULL) = (completed_by_id IS NULL)", name=op.f("ck_calls_completed_by_someone")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_calls_account_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["completed_by_id"], ["users.id"], name=op.f("fk_calls_completed_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_calls_contact_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["started_by_id"], ["users.id"], name=op.f("fk_calls_started_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
    )
    op.create_index("ix_calls_account", "calls", ["account_id", "started_at", "id"], unique=False)
    op.create_index("ix_calls_contact", "calls", ["contact_id", "started_at", "id"], unique=False)
    op.create_index("ix_calls_started", "calls", ["started_at", "id"], unique=False)
    op.create_table(
        "call_tickets",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("touched_by_id", sa.Uuid(), nullable=True),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("outcome IN ('noted', 'excused')", name=op.f("ck_call_tickets_outcome_known")),
        sa.CheckConstraint(
            "(outcome IS NULL) = (touched_at IS NULL)", name=op.f("ck_call_tickets_touched_with_an_outcome")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_call_tickets_call_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_call_tickets_ticket_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["touched_by_id"], ["users.id"], name=op.f("fk_call_tickets_touched_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("call_id", "ticket_id", name=op.f("pk_call_tickets")),
    )
    op.create_index(op.f("ix_call_tickets_ticket_id"), "call_tickets", ["ticket_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_call_tickets_ticket_id"), table_name="call_tickets")
    op.drop_table("call_tickets")
    op.drop_index("ix_calls_started", table_name="calls")
    op.drop_index("ix_calls_contact", table_name="calls")
    op.drop_index("ix_calls_account", table_name="calls")
    op.drop_table("calls")
