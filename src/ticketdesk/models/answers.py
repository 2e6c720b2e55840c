"""Answers to the questions of a ticket, everything they ever said, and who was asked to give them instead."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from ticketdesk.models.base import metadata, moment, primary_id, reference


def _question_of_ticket(table: str) -> ForeignKeyConstraint:
    """Return the key to a question that makes sure that it is one of this very ticket."""
    return ForeignKeyConstraint(
        ["ticket_id", "ticket_question_id"],
        ["ticket_questions.ticket_id", "ticket_questions.id"],
        name=f"fk_{table}_ticket_question",
        ondelete="RESTRICT",
    )


answers = Table(
    "answers",
    metadata,
    primary_id(),
    reference("ticket_id", "tickets", index=True),
    Column("ticket_question_id", primary_id().type, nullable=False, unique=True),
    # Null once an answer was taken back.
    Column("value", JSONB(none_as_null=True)),
    Column("note", Text, nullable=False, server_default=""),
    Column("version", Integer, nullable=False, server_default="1"),
    reference("answered_by_id", "contacts"),
    Column("answered_by_name", Text, nullable=False),
    moment("answered_at"),
    reference("accepted_by_id", "users", nullable=True),
    moment("accepted_at", nullable=True),
    # The version of the document's answer that it became.
    Column("written_version", Integer),
    CheckConstraint("(accepted_at IS NULL) = (accepted_by_id IS NULL)", name="accepted_by_someone"),
    CheckConstraint("accepted_at IS NULL OR value IS NOT NULL", name="accepted_with_value"),
    _question_of_ticket("answers"),
)

# An answer as it was saved each time; append-only.
answer_entries = Table(
    "answer_entries",
    metadata,
    reference("answer_id", "answers"),
    Column("version", Integer, nullable=False),
    Column("value", JSONB(none_as_null=True)),
    Column("note", Text, nullable=False),
    reference("answered_by_id", "contacts"),
    Column("answered_by_name", Text, nullable=False),
    moment("answered_at"),
    PrimaryKeyConstraint("answer_id", "version"),
)

delegations = Table(
    "delegations",
    metadata,
    primary_id(),
    reference("ticket_id", "tickets", index=True),
    Column("ticket_question_id", primary_id().type, nullable=False),
    reference("from_contact_id", "contacts"),
    reference("to_contact_id", "contacts", index=True),
    Column("note", Text, nullable=False, server_default=""),
    moment("created_at"),
    moment("ended_at", nullable=True),
    CheckConstraint("from_contact_id <> to_contact_id", name="to_somebody_else"),
    _question_of_ticket("delegations"),
    Index("ix_delegations_question", "ticket_question_id"),
    Index("uq_delegations_standing", "ticket_question_id", unique=True, postgresql_where=text("ended_at IS NULL")),
)
