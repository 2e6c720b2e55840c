"""Keep what was returned, and what was unchecked at the end of a day.

Revision: 2026_11_22_18, after 2026_11_22_17.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_18"
down_revision = "2026_11_22_17"
branch_labels = None
depends_on = None

APPEND_ONLY = ("rework_entries", "end_of_day_breaches")


def upgrade() -> None:
    op.create_table(
        "rework_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=True),
        sa.Column("checker_id", sa.Uuid(), nullable=True),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "cause IN ('returned', 'reopened', 'commented')", name=op.f("ck_rework_entries_cause_known")
        ),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["users.id"], name=op.f("fk_rework_entries_assignee_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["checker_id"], ["users.id"], name=op.f("fk_rework_entries_checker_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_rework_entries_ticket_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["users.id"], name=op.f("fk_rework_entries_worker_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rework_entries")),
    )
    op.create_index("ix_rework_entries_created", "rework_entries", ["created_at", "id"], unique=False)
    op.create_index(op.f("ix_rework_entries_ticket_id"), "rework_entries", ["ticket_id"], unique=False)
    op.create_table(
        "end_of_day_breaches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("worked_by_id", sa.Uuid(), nullable=True),
        sa.Column("checker_id", sa.Uuid(), nullable=True),
        sa.Column("checker_team_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["checker_id"], ["users.id"], name=op.f("fk_end_of_day_breaches_checker_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["checker_team_id"], ["teams.id"], name=op.f("fk_end_of_day_breaches_checker_team_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_end_of_day_breaches_ticket_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["worked_by_id"], ["users.id"], name=op.f("fk_end_of_day_breaches_worked_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_end_of_day_breaches")),
        sa.UniqueConstraint("day", "ticket_id", name=op.f("uq_end_of_day_breaches_day_ticket_id")),
    )
    op.create_index(op.f("ix_end_of_day_breaches_ticket_id"), "end_of_day_breaches", ["ticket_id"], unique=False)
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
    op.drop_index(op.f("ix_end_of_day_breaches_ticket_id"), table_name="end_of_day_breaches")
    op.drop_table("end_of_day_breaches")
    op.drop_index(op.f("ix_rework_entries_ticket_id"), table_name="rework_entries")
    op.drop_index("ix_rework_entries_created", table_name="rework_entries")
    op.drop_table("rework_entries")
