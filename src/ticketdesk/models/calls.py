"""Calls with clients, and the worksheet of open tickets that each one goes through."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, PrimaryKeyConstraint, Table, Text

from ticketdesk.domain.calls import CallOutcome
from ticketdesk.models.base import metadata, moment, one_of, primary_id, reference

calls = Table(
    "calls",
    metadata,
    primary_id(),
    reference("contact_id", "contacts"),
    reference("account_id", "accounts"),
    reference("started_by_id", "users"),
    moment("started_at"),
    reference("completed_by_id", "users", nullable=True),
    moment("completed_at", nullable=True),
    Column("summary", Text, nullable=False, server_default=""),
    Column("version", Integer, nullable=False, server_default="1"),
    CheckConstraint("(completed_at IS NULL) = (completed_by_id IS NULL)", name="completed_by_someone"),
    Index("ix_calls_started", "started_at", "id"),
    Index("ix_calls_contact", "contact_id", "started_at", "id"),
    Index("ix_calls_account", "account_id", "started_at", "id"),
)

call_tickets = Table(
    "call_tickets",
    metadata,
    reference("call_id", "calls"),
    reference("ticket_id", "tickets", index=True),
    Column("position", Integer, nullable=False),
    Column("outcome", Text),
    # What was noted, or why the ticket was not spoken of.
    Column("text", Text, nullable=False, server_default=""),
    reference("touched_by_id", "users", nullable=True),
    moment("touched_at", nullable=True),
    PrimaryKeyConstraint("call_id", "ticket_id"),
    one_of("outcome", CallOutcome),
    CheckConstraint("(outcome IS NULL) = (touched_at IS NULL)", name="touched_with_an_outcome"),
)
