"""Let tickets ask compilations, and keep what each was sent with.

Revision: 2026_11_22_29, after 2026_11_22_28.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_29"
down_revision = "2026_11_22_28"
branch_labels = None
depends_on = None

# What a ticket asks stays as it was sent; that it is no longer asked is noted beside it, once.
WRITE_ONCE = {
    "ticket_questionnaires": "id, ticket_id, compilation_id, questionnaire_id, name, instructions, position",
    "ticket_questions": (
        "id, ticket_id, ticket_questionnaire_id, question_id, question_version, answer_version, known_answer, module, "
        "document_title, section_title, text, guidance, kind, options, unit, is_required, position"
    ),
}


def _of(row: str, columns: str) -> str:
    return ", ".join(f"{row}.{column}" for column in columns.split(", "))


def upgrade() -> None:
    op.create_table(
        "ticket_compilations",
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("compilation_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["compilation_id"],
            ["compilations.id"],
            name=op.f("fk_ticket_compilations_compilation_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_compilations_ticket_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("ticket_id", "compilation_id", name=op.f("pk_ticket_compilations")),
    )
    op.create_index(
        op.f("ix_ticket_compilations_compilation_id"), "ticket_compilations", ["compilation_id"], unique=False
    )
    op.create_table(
        "ticket_questionnaires",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("compilation_id", sa.Uuid(), nullable=False),
        sa.Column("questionnaire_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("instructions", sa.Text(), server_default="", nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["compilation_id"],
            ["compilations.id"],
            name=op.f("fk_ticket_questionnaires_compilation_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"],
            ["questionnaires.id"],
            name=op.f("fk_ticket_questionnaires_questionnaire_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_questionnaires_ticket_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_questionnaires")),
    )
    op.create_index(
        "ix_ticket_questionnaires_ticket", "ticket_questionnaires", ["ticket_id", "position", "id"], unique=False
    )
    op.create_index(
        "uq_ticket_questionnaires_asked",
        "ticket_questionnaires",
        ["ticket_id", "questionnaire_id"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "recipient_questionnaires",
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("questionnaire_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_recipient_questionnaires_contact_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"],
            ["questionnaires.id"],
            name=op.f("fk_recipient_questionnaires_questionnaire_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id", "contact_id"],
            ["ticket_recipients.ticket_id", "ticket_recipients.contact_id"],
            name="fk_recipient_questionnaires_recipient",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_recipient_questionnaires_ticket_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint(
            "ticket_id", "contact_id", "questionnaire_id", name=op.f("pk_recipient_questionnaires")
        ),
    )
    op.create_index(
        op.f("ix_recipient_questionnaires_questionnaire_id"),
        "recipient_questionnaires",
        ["questionnaire_id"],
        unique=False,
    )
    op.create_table(
        "ticket_questions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_questionnaire_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("question_version", sa.Integer(), nullable=False),
        sa.Column("answer_version", sa.Integer(), nullable=False),
        sa.Column("known_answer", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("document_title", sa.Text(), nullable=False),
        sa.Column("section_title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("guidance", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("options", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('text', 'long_text', 'yes_no', 'single_choice', 'multiple_choice', 'number', 'date', 'file')",
            name=op.f("ck_ticket_questions_kind_known"),
        ),
        sa.CheckConstraint("module IN ('vv', 'tom', 'audit')", name=op.f("ck_ticket_questions_module_known")),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["document_questions.id"],
            name=op.f("fk_ticket_questions_question_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_questions_ticket_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_questionnaire_id"],
            ["ticket_questionnaires.id"],
            name=op.f("fk_ticket_questions_ticket_questionnaire_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_questions")),
        sa.UniqueConstraint("ticket_id", "id", name=op.f("uq_ticket_questions_ticket_id_id")),
    )
    op.create_index(
        "ix_ticket_questions_order", "ticket_questions", ["ticket_questionnaire_id", "position", "id"], unique=False
    )
    op.create_index(op.f("ix_ticket_questions_question_id"), "ticket_questions", ["question_id"], unique=False)
    op.create_index(
        "uq_ticket_questions_asked",
        "ticket_questions",
        ["ticket_questionnaire_id", "question_id"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.add_column(
        "ticket_recipients", sa.Column("has_all_questionnaires", sa.Boolean(), server_default="true", nullable=False)
    )
    op.add_column("tickets", sa.Column("due_on", sa.Date(), nullable=True))
    op.add_column("tickets", sa.Column("sendings", sa.Integer(), server_default="0", nullable=False))
    op.add_column("tickets", sa.Column("last_sending_at", sa.DateTime(timezone=True), nullable=True))
    for table, columns in WRITE_ONCE.items():
        op.execute(
            f"CREATE TRIGGER {table}_never_leave BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_write_once BEFORE UPDATE ON {table} FOR EACH ROW "
            f"WHEN (OLD.withdrawn_at IS NOT NULL OR ({_of('NEW', columns)}) IS DISTINCT FROM ({_of('OLD', columns)})) "
            "EXECUTE FUNCTION keep_sent_content()"
        )


def downgrade() -> None:
    op.drop_column("tickets", "last_sending_at")
    op.drop_column("tickets", "sendings")
    op.drop_column("tickets", "due_on")
    op.drop_column("ticket_recipients", "has_all_questionnaires")
    op.drop_index(
        "uq_ticket_questions_asked", table_name="ticket_questions", postgresql_where=sa.text("withdrawn_at IS NULL")
    )
    op.drop_index(op.f("ix_ticket_questions_question_id"), table_name="ticket_questions")
    op.drop_index("ix_ticket_questions_order", table_name="ticket_questions")
    op.drop_table("ticket_questions")
    op.drop_index(op.f("ix_recipient_questionnaires_questionnaire_id"), table_name="recipient_questionnaires")
    op.drop_table("recipient_questionnaires")
    op.drop_index(
        "uq_ticket_questionnaires_asked",
        table_name="ticket_questionnaires",
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.drop_index("ix_ticket_questionnaires_ticket", table_name="ticket_questionnaires")
    op.drop_table("ticket_questionnaires")
    op.drop_index(op.f("ix_ticket_compilations_compilation_id"), table_name="ticket_compilations")
    op.drop_table("ticket_compilations")
