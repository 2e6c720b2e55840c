"""Keep answers, each time they were saved, whom they were delegated to, and their files.

Revision: 2026_11_22_30, after 2026_11_22_29.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_30"
down_revision = "2026_11_22_29"
branch_labels = None
depends_on = None

APPEND_ONLY = ("answer_entries",)
WHAT_STAYED = (
    "id, ticket_id, digest, name, uploaded_by_side, uploaded_by_user_id, uploaded_by_contact_id, uploaded_by_name, "
    "created_at"
)
WHAT_STAYS = f"{WHAT_STAYED}, ticket_question_id"


def bind_once(columns: str) -> None:
    """Let an attachment be put to a comment, once, and let nothing else of it change."""
    new, old = (", ".join(f"{row}.{column}" for column in columns.split(", ")) for row in ("NEW", "OLD"))
    op.execute("DROP TRIGGER attachments_bound_once ON attachments")
    op.execute(
        "CREATE TRIGGER attachments_bound_once BEFORE UPDATE ON attachments FOR EACH ROW "
        "WHEN (OLD.comment_id IS NOT NULL OR NEW.comment_id IS NULL "
        f"OR ({new}) IS DISTINCT FROM ({old})) EXECUTE FUNCTION refuse_change()"
    )


def upgrade() -> None:
    op.create_table(
        "answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_question_id", sa.Uuid(), nullable=False),
        sa.Column("value", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("answered_by_id", sa.Uuid(), nullable=False),
        sa.Column("answered_by_name", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_by_id", sa.Uuid(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("written_version", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(accepted_at IS NULL) = (accepted_by_id IS NULL)", name=op.f("ck_answers_accepted_by_someone")
        ),
        sa.CheckConstraint("accepted_at IS NULL OR value IS NOT NULL", name=op.f("ck_answers_accepted_with_value")),
        sa.ForeignKeyConstraint(
            ["accepted_by_id"], ["users.id"], name=op.f("fk_answers_accepted_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["contacts.id"], name=op.f("fk_answers_answered_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id", "ticket_question_id"],
            ["ticket_questions.ticket_id", "ticket_questions.id"],
            name="fk_answers_ticket_question",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_answers_ticket_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint("ticket_question_id", name=op.f("uq_answers_ticket_question_id")),
    )
    op.create_index(op.f("ix_answers_ticket_id"), "answers", ["ticket_id"], unique=False)
    op.create_table(
        "delegations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_question_id", sa.Uuid(), nullable=False),
        sa.Column("from_contact_id", sa.Uuid(), nullable=False),
        sa.Column("to_contact_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("from_contact_id <> to_contact_id", name=op.f("ck_delegations_to_somebody_else")),
        sa.ForeignKeyConstraint(
            ["from_contact_id"], ["contacts.id"], name=op.f("fk_delegations_from_contact_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id", "ticket_question_id"],
            ["ticket_questions.ticket_id", "ticket_questions.id"],
            name="fk_delegations_ticket_question",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_delegations_ticket_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["to_contact_id"], ["contacts.id"], name=op.f("fk_delegations_to_contact_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
    )
    op.create_index("ix_delegations_question", "delegations", ["ticket_question_id"], unique=False)
    op.create_index(op.f("ix_delegations_ticket_id"), "delegations", ["ticket_id"], unique=False)
    op.create_index(op.f("ix_delegations_to_contact_id"), "delegations", ["to_contact_id"], unique=False)
    op.create_index(
        "uq_delegations_standing",
        "delegations",
        ["ticket_question_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "answer_entries",
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("value", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("answered_by_id", sa.Uuid(), nullable=False),
        sa.Column("answered_by_name", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.id"], name=op.f("fk_answer_entries_answer_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["contacts.id"], name=op.f("fk_answer_entries_answered_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("answer_id", "version", name=op.f("pk_answer_entries")),
    )
    op.add_column("attachments", sa.Column("ticket_question_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_attachments_ticket_question_id"), "attachments", ["ticket_question_id"], unique=False)
    op.create_foreign_key(
        "fk_attachments_ticket_question",
        "attachments",
        "ticket_questions",
        ["ticket_id", "ticket_question_id"],
        ["ticket_id", "id"],
        ondelete="RESTRICT",
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
    bind_once(WHAT_STAYS)


def downgrade() -> None:
    bind_once(WHAT_STAYED)
    op.drop_constraint("fk_attachments_ticket_question", "attachments", type_="foreignkey")
    op.drop_index(op.f("ix_attachments_ticket_question_id"), table_name="attachments")
    op.drop_column("attachments", "ticket_question_id")
    op.drop_table("answer_entries")
    op.drop_index("uq_delegations_standing", table_name="delegations", postgresql_where=sa.text("ended_at IS NULL"))
    op.drop_index(op.f("ix_delegations_to_contact_id"), table_name="delegations")
    op.drop_index(op.f("ix_delegations_ticket_id"), table_name="delegations")
    op.drop_index("ix_delegations_question", table_name="delegations")
    op.drop_table("delegations")
    op.drop_index(op.f("ix_answers_ticket_id"), table_name="answers")
    op.drop_table("answers")
