"""Documents of the registers, measures and audits: sections, questions, what is answered, and how they were before.

What was removed keeps its row, because tickets ask copies of questions that remember where they are from.
"""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, PrimaryKeyConstraint, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from ticketdesk.domain.documents import Module, QuestionKind
from ticketdesk.models.base import metadata, moment, one_of, primary_id, reference

documents = Table(
    "documents",
    metadata,
    primary_id(),
    Column("module", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    # What another system calls it, so that an import finds it again.
    Column("external_id", Text, unique=True),
    Column("version", Integer, nullable=False, server_default="1"),
    reference("created_by_id", "users"),
    moment("created_at"),
    moment("updated_at"),
    moment("archived_at", nullable=True),
    one_of("module", Module),
    Index("ix_documents_created", "created_at", "id"),
)

document_sections = Table(
    "document_sections",
    metadata,
    primary_id(),
    reference("document_id", "documents"),
    # What people and imports call it within its document.
    Column("code", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("position", Integer, nullable=False),
    moment("removed_at", nullable=True),
    Index("ix_document_sections_document", "document_id", "position", "id"),
    Index(
        "uq_document_sections_code",
        "document_id",
        "code",
        unique=True,
        postgresql_where=text("removed_at IS NULL"),
    ),
)

document_questions = Table(
    "document_questions",
    metadata,
    primary_id(),
    reference("document_id", "documents"),
    reference("section_id", "document_sections"),
    Column("code", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("guidance", Text, nullable=False, server_default=""),
    Column("kind", Text, nullable=False),
    # For choices: objects of key and label, in order.
    Column("options", JSONB(none_as_null=True)),
    Column("unit", Text),
    Column("is_required", Boolean, nullable=False, server_default="true"),
    Column("position", Integer, nullable=False),
    # Counts the changes of what is asked; the answer counts its own.
    Column("version", Integer, nullable=False, server_default="1"),
    Column("answer", JSONB(none_as_null=True)),
    Column("answer_version", Integer, nullable=False, server_default="0"),
    Column("answered_by", Text),
    moment("answered_at", nullable=True),
    moment("created_at"),
    moment("updated_at"),
    moment("removed_at", nullable=True),
    one_of("kind", QuestionKind),
    CheckConstraint(
        "(kind IN ('single_choice', 'multiple_choice')) = (options IS NOT NULL)", name="choices_have_options"
    ),
    CheckConstraint("unit IS NULL OR kind = 'number'", name="only_numbers_have_units"),
    Index("ix_document_questions_document", "document_id"),
    Index("ix_document_questions_section", "section_id", "position", "id"),
    Index(
        "uq_document_questions_code",
        "document_id",
        "code",
        unique=True,
        postgresql_where=text("removed_at IS NULL"),
    ),
)

# What was asked at each version of a question; append-only.
document_question_versions = Table(
    "document_question_versions",
    metadata,
    reference("question_id", "document_questions"),
    Column("version", Integer, nullable=False),
    Column("content", JSONB, nullable=False),
    reference("changed_by_id", "users"),
    moment("changed_at"),
    PrimaryKeyConstraint("question_id", "version"),
)

# Every answer that a document ever had; append-only. Those from a ticket name it and whoever accepted them.
document_answers = Table(
    "document_answers",
    metadata,
    reference("question_id", "document_questions"),
    Column("version", Integer, nullable=False),
    Column("value", JSONB(none_as_null=True)),
    Column("answered_by", Text, nullable=False),
    moment("answered_at"),
    reference("ticket_id", "tickets", nullable=True, index=True),
    reference("written_by_id", "users"),
    moment("written_at"),
    PrimaryKeyConstraint("question_id", "version"),
)

# A document as it was when somebody kept it; append-only.
document_versions = Table(
    "document_versions",
    metadata,
    reference("document_id", "documents"),
    Column("number", Integer, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("content", JSONB, nullable=False),
    reference("created_by_id", "users"),
    moment("created_at"),
    PrimaryKeyConstraint("document_id", "number"),
)
