"""Compilations: named questionnaires of questions picked from documents, and each revision that was sent."""

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB

from ticketdesk.models.base import metadata, moment, primary_id, reference

compilations = Table(
    "compilations",
    metadata,
    primary_id(),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("version", Integer, nullable=False, server_default="1"),
    # Counts what it asks: the first change after a sending begins the next one.
    Column("revision", Integer, nullable=False, server_default="1"),
    reference("created_by_id", "users"),
    moment("created_at"),
    moment("updated_at"),
    moment("archived_at", nullable=True),
    Index("ix_compilations_created", "created_at", "id"),
)

questionnaires = Table(
    "questionnaires",
    metadata,
    primary_id(),
    reference("compilation_id", "compilations"),
    Column("name", Text, nullable=False),
    Column("instructions", Text, nullable=False, server_default=""),
    Column("position", Integer, nullable=False),
    # Tickets that asked it remember where their copy is from.
    moment("removed_at", nullable=True),
    Index("ix_questionnaires_compilation", "compilation_id", "position", "id"),
)

questionnaire_items = Table(
    "questionnaire_items",
    metadata,
    primary_id(),
    reference("questionnaire_id", "questionnaires"),
    reference("question_id", "document_questions", index=True),
    Column("position", Integer, nullable=False),
    UniqueConstraint("questionnaire_id", "question_id"),
    Index("ix_questionnaire_items_order", "questionnaire_id", "position", "id"),
)

# What a compilation asked at each revision that was sent; append-only.
compilation_revisions = Table(
    "compilation_revisions",
    metadata,
    reference("compilation_id", "compilations"),
    Column("revision", Integer, nullable=False),
    Column("content", JSONB, nullable=False),
    reference("created_by_id", "users"),
    moment("created_at"),
    PrimaryKeyConstraint("compilation_id", "revision"),
)
