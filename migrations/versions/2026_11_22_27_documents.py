"""Keep documents of registers, measures and audits, with every answer they ever had.

Revision: 2026_11_22_27, after 2026_11_22_26.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_27"
down_revision = "2026_11_22_26"
branch_labels = None
depends_on = None

APPEND_ONLY = ("document_question_versions", "document_answers", "document_versions")


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("module IN ('vv', 'tom', 'audit')", name=op.f("ck_documents_module_known")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_documents_created_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("external_id", name=op.f("uq_documents_external_id")),
    )
    op.create_index("ix_documents_created", "documents", ["created_at", "id"], unique=False)
    op.create_table(
        "document_sections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_document_sections_document_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_sections")),
    )
    op.create_index(
        "ix_document_sections_document", "document_sections", ["document_id", "position", "id"], unique=False
    )
    op.create_index(
        "uq_document_sections_code",
        "document_sections",
        ["document_id", "code"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "document_versions",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_document_versions_created_by_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_document_versions_document_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("document_id", "number", name=op.f("pk_document_versions")),
    )
    op.create_table(
        "document_questions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("section_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("guidance", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("options", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("is_required", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("answer", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("answer_version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind IN ('single_choice', 'multiple_choice')) = (options IS NOT NULL)",
            name=op.f("ck_document_questions_choices_have_options"),
        ),
        sa.CheckConstraint(
            "kind IN ('text', 'long_text', 'yes_no', 'single_choice', 'multiple_choice', 'number', 'date', 'file')",
            name=op.f("ck_document_questions_kind_known"),
        ),
        sa.CheckConstraint(
            "unit IS NULL OR kind = 'number'", name=op.f("ck_document_questions_only_numbers_have_units")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_document_questions_document_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["document_sections.id"], name=op.f("fk_document_questions_section_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_questions")),
    )
    op.create_index("ix_document_questions_document", "document_questions", ["document_id"], unique=False)
    op.create_index(
        "ix_document_questions_section", "document_questions", ["section_id", "position", "id"], unique=False
    )
    op.create_index(
        "uq_document_questions_code",
        "document_questions",
        ["document_id", "code"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "document_answers",
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("value", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=True),
        sa.Column("written_by_id", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["document_questions.id"],
            name=op.f("fk_document_answers_question_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_document_answers_ticket_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["users.id"], name=op.f("fk_document_answers_written_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("question_id", "version", name=op.f("pk_document_answers")),
    )
    op.create_index(op.f("ix_document_answers_ticket_id"), "document_answers", ["ticket_id"], unique=False)
    op.create_table(
        "document_question_versions",
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by_id"],
            ["users.id"],
            name=op.f("fk_document_question_versions_changed_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["document_questions.id"],
            name=op.f("fk_document_question_versions_question_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("question_id", "version", name=op.f("pk_document_question_versions")),
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
    op.drop_table("document_question_versions")
    op.drop_index(op.f("ix_document_answers_ticket_id"), table_name="document_answers")
    op.drop_table("document_answers")
    op.drop_index(
        "uq_document_questions_code",
        table_name="document_questions",
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.drop_index("ix_document_questions_section", table_name="document_questions")
    op.drop_index("ix_document_questions_document", table_name="document_questions")
    op.drop_table("document_questions")
    op.drop_table("document_versions")
    op.drop_index(
        "uq_document_sections_code",
        table_name="document_sections",
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.drop_index("ix_document_sections_document", table_name="document_sections")
    op.drop_table("document_sections")
    op.drop_index("ix_documents_created", table_name="documents")
    op.drop_table("documents")
