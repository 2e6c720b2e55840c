"""What a task ticket asks: its compilations, and from the sending on its own copy of their questions.

The copy is write-once but for ``withdrawn_at``, which a newer revision sets on what it no longer asks.
"""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from ticketdesk.domain.documents import Module, QuestionKind
from ticketdesk.models.base import metadata, moment, one_of, primary_id, reference

ticket_compilations = Table(
    "ticket_compilations",
    metadata,
    reference("ticket_id", "tickets"),
    reference("compilation_id", "compilations", index=True),
    Column("position", Integer, nullable=False),
    # The revision that the ticket asks; null until it is sent.
    Column("revision", Integer),
    PrimaryKeyConstraint("ticket_id", "compilation_id"),
)

ticket_questionnaires = Table(
    "ticket_questionnaires",
    metadata,
    primary_id(),
    reference("ticket_id", "tickets"),
    reference("compilation_id", "compilations"),
    reference("questionnaire_id", "questionnaires"),
    Column("name", Text, nullable=False),
    Column("instructions", Text, nullable=False, server_default=""),
    Column("position", Integer, nullable=False),
    moment("withdrawn_at", nullable=True),
    Index(
        "uq_ticket_questionnaires_asked",
        "ticket_id",
        "questionnaire_id",
        unique=True,
        postgresql_where=text("withdrawn_at IS NULL"),
    ),
    Index("ix_ticket_questionnaires_ticket", "ticket_id", "position", "id"),
)

ticket_questions = Table(
    "ticket_questions",
    metadata,
    primary_id(),
    reference("ticket_id", "tickets"),
    reference("ticket_questionnaire_id", "ticket_questionnaires"),
    # The question in its document, at the versions of question and answer that were copied.
    reference("question_id", "document_questions", index=True),
    Column("question_version", Integer, nullable=False),
    Column("answer_version", Integer, nullable=False),
    Column("known_answer", JSONB(none_as_null=True)),
    Column("module", Text, nullable=False),
    Column("document_title", Text, nullable=False),
    Column("section_title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("guidance", Text, nullable=False, server_default=""),
    Column("kind", Text, nullable=False),
    Column("options", JSONB(none_as_null=True)),
    Column("unit", Text),
    Column("is_required", Boolean, nullable=False),
    Column("position", Integer, nullable=False),
    moment("withdrawn_at", nullable=True),
    one_of("module", Module),
    one_of("kind", QuestionKind),
    # So that what points to a question of a ticket can name both, and never mix two tickets.
    UniqueConstraint("ticket_id", "id"),
    Index(
        "uq_ticket_questions_asked",
        "ticket_questionnaire_id",
        "question_id",
        unique=True,
        postgresql_where=text("withdrawn_at IS NULL"),
    ),
    Index("ix_ticket_questions_order", "ticket_questionnaire_id", "position", "id"),
)

# Which questionnaires a recipient has who does not have all of them.
recipient_questionnaires = Table(
    "recipient_questionnaires",
    metadata,
    reference("ticket_id", "tickets"),
    reference("contact_id", "contacts"),
    reference("questionnaire_id", "questionnaires", index=True),
    PrimaryKeyConstraint("ticket_id", "contact_id", "questionnaire_id"),
    ForeignKeyConstraint(
        ["ticket_id", "contact_id"],
        ["ticket_recipients.ticket_id", "ticket_recipients.contact_id"],
        name="fk_recipient_questionnaires_recipient",
        ondelete="RESTRICT",
    ),
)
