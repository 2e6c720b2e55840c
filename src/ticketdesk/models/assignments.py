"""Why a ticket has the assignee it has: every decision as it was made, and requests to hand a ticket over."""

from sqlalchemy import BigInteger, Column, Index, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from ticketdesk.domain.assignment import AssignmentCause, AssignmentMode, HandoverState
from ticketdesk.models.base import metadata, moment, one_of, primary_id, reference

# Append-only. What a choice was made from is kept with it, so that it can be made again and compared.
assignment_decisions = Table(
    "assignment_decisions",
    metadata,
    primary_id(),
    reference("ticket_id", "tickets"),
    Column("cause", Text, nullable=False),
    # Null where a person decided.
    Column("mode", Text),
    reference("assignee_id", "users", nullable=True),
    reference("previous_assignee_id", "users", nullable=True),
    # Who may have got it, with their loads, in the order in which the draw counts them.
    Column("candidates", JSONB, nullable=False, server_default="[]"),
    # Who was left out, with the reasons.
    Column("exclusions", JSONB, nullable=False, server_default="[]"),
    # A whole number below 2^53: its remainder picks among those with the fewest. Null where nothing was drawn.
    Column("draw", BigInteger),
    Column("decided_by_kind", Text, nullable=False),
    Column("decided_by_id", Text),
    Column("decided_by_name", Text, nullable=False),
    moment("decided_at"),
    one_of("cause", AssignmentCause),
    one_of("mode", AssignmentMode),
    Index("ix_assignment_decisions_ticket", "ticket_id", "decided_at", "id"),
)

handovers = Table(
    "handovers",
    metadata,
    primary_id(),
    reference("ticket_id", "tickets"),
    # Whose ticket it is when the request is made; null for one that nobody has.
    reference("from_user_id", "users", nullable=True),
    reference("to_user_id", "users"),
    reference("requested_by_id", "users"),
    Column("note", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False),
    moment("created_at"),
    moment("expires_at"),
    moment("decided_at", nullable=True),
    reference("decided_by_id", "users", nullable=True),
    one_of("state", HandoverState),
    # A ticket is offered to one person at a time.
    Index("uq_handovers_pending", "ticket_id", unique=True, postgresql_where=text("state = 'pending'")),
    Index("ix_handovers_due", "expires_at", postgresql_where=text("state = 'pending'")),
    Index("ix_handovers_ticket", "ticket_id", "created_at", "id"),
    Index("ix_handovers_to_user", "to_user_id", "created_at", "id"),
)
