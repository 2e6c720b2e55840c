"""Keep compilations: questionnaires of questions picked from documents.

Revision: 2026_11_22_28, after 2026_11_22_27.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_28"
down_revision = "2026_11_22_27"
branch_labels = None
depends_on = None

APPEND_ONLY = ("compilation_revisions",)


def upgrade() -> None:
    op.create_table(
        "compilations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_compilations_created_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compilations")),
    )
    op.create_index("ix_compilations_created", "compilations", ["created_at", "id"], unique=False)
    op.create_table(
        "compilation_revisions",
        sa.Column("compilation_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["compilation_id"],
            ["compilations.id"],
            name=op.f("fk_compilation_revisions_compilation_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_compilation_revisions_created_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("compilation_id", "revision", name=op.f("pk_compilation_revisions")),
    )
    op.create_table(
        "questionnaires",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("compilation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("instructions", sa.Text(), server_default="", nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["compilation_id"], ["compilations.id"], name=op.f("fk_questionnaires_compilation_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaires")),
    )
    op.create_index(
        "ix_questionnaires_compilation", "questionnaires", ["compilation_id", "position", "id"], unique=False
    )
    op.create_table(
        "questionnaire_items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("questionnaire_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["document_questions.id"],
            name=op.f("fk_questionnaire_items_question_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"],
            ["questionnaires.id"],
            name=op.f("fk_questionnaire_items_questionnaire_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire_items")),
        sa.UniqueConstraint(
            "questionnaire_id", "question_id", name=op.f("uq_questionnaire_items_questionnaire_id_question_id")
        ),
    )
    op.create_index(
        "ix_questionnaire_items_order", "questionnaire_items", ["questionnaire_id", "position", "id"], unique=False
    )
    op.create_index(op.f("ix_questionnaire_items_question_id"), "questionnaire_items", ["question_id"], unique=False)
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
    op.drop_index(op.f("ix_questionnaire_items_question_id"), table_name="questionnaire_items")
    op.drop_index("ix_questionnaire_items_order", table_name="questionnaire_items")
    op.drop_table("questionnaire_items")
    op.drop_index("ix_questionnaires_compilation", table_name="questionnaires")
    op.drop_table("questionnaires")
    op.drop_table("compilation_revisions")
    op.drop_index("ix_compilations_created", table_name="compilations")
    op.drop_table("compilations")
