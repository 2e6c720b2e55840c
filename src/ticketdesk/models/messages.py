"""Outbound messages with their delivery state, and the dispatches that hand held tickets over to them."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, PrimaryKeyConstraint, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from ticketdesk.domain.dispatches import DispatchState, TicketOutcome
from ticketdesk.domain.messages import MessageState, Purpose
from ticketdesk.models.base import metadata, moment, one_of, primary_id, reference

dispatches = Table(
    "dispatches",
    metadata,
    primary_id(),
    Column("state", Text, nullable=False),
    # What was asked: ids, a contact, a filter, or all.
    Column("selection", JSONB, nullable=False),
    reference("created_by_id", "users", nullable=True),
    Column("sender_name", Text, nullable=False),
    Column("sender_team", Text),
    moment("created_at"),
    moment("scheduled_for"),
    moment("started_at", nullable=True),
    moment("finished_at", nullable=True),
    one_of("state", DispatchState),
    Index("ix_dispatches_due", "scheduled_for", postgresql_where=text("state = 'scheduled'")),
    Index("ix_dispatches_created", "created_at", "id"),
)

dispatch_tickets = Table(
    "dispatch_tickets",
    metadata,
    reference("dispatch_id", "dispatches"),
    reference("ticket_id", "tickets", index=True),
    Column("outcome", Text, nullable=False),
    Column("reason", Text),
    PrimaryKeyConstraint("dispatch_id", "ticket_id"),
    one_of("outcome", TicketOutcome),
)

messages = Table(
    "messages",
    metadata,
    primary_id(),
    Column("purpose", Text, nullable=False),
    Column("state", Text, nullable=False),
    # To a contact, or to one of the staff.
    reference("contact_id", "contacts", nullable=True, index=True),
    reference("user_id", "users", nullable=True, index=True),
    Column("recipient_name", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("address_key", Text, nullable=False),
    reference("dispatch_id", "dispatches", nullable=True, index=True),
    Column("sender_name", Text, nullable=False),
    Column("sender_team", Text),
    # What the mail says beyond its tickets: the comment or the reason it carries.
    Column("facts", JSONB, nullable=False, server_default="{}"),
    reference("link_id", "portal_links", nullable=True),
    # Made at the first attempt and kept for all others, so that a doubled mail can be recognised.
    Column("message_id", Text, unique=True),
    # As sent, but with the address of each ticket instead of its secret link; null until rendered.
    Column("subject", Text),
    Column("text_body", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    moment("due_at"),
    Column("lease_token", Uuid),
    moment("leased_until", nullable=True),
    Column("smtp_code", Integer),
    Column("last_error", Text),
    moment("created_at"),
    moment("sent_at", nullable=True),
    moment("finished_at", nullable=True),
    one_of("state", MessageState),
    one_of("purpose", Purpose),
    CheckConstraint("num_nonnulls(contact_id, user_id) = 1", name="to_one_person"),
    Index("ix_messages_due", "due_at", "id", postgresql_where=text("state IN ('queued', 'sending')")),
    # Whether a dispatch is done is asked after each of its messages.
    Index("ix_messages_dispatch_under_way", "dispatch_id", postgresql_where=text("state IN ('queued', 'sending')")),
    Index("ix_messages_created", "created_at", "id"),
    Index("ix_messages_state_created", "state", "created_at", "id"),
)

message_tickets = Table(
    "message_tickets",
    metadata,
    reference("message_id", "messages"),
    reference("ticket_id", "tickets", index=True),
    Column("position", Integer, nullable=False),
    # False once rendering left the ticket out because it no longer waits for this mail.
    Column("is_included", Boolean, nullable=False, server_default="true"),
    PrimaryKeyConstraint("message_id", "ticket_id"),
)
