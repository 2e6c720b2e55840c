"""The second look: work that was returned, and what was still unchecked when the day ended. Both append-only."""

from sqlalchemy import Column, Date, Index, Table, Text, UniqueConstraint

from ticketdesk.domain.checks import ReworkCause
from ticketdesk.models.base import metadata, moment, one_of, primary_id, reference

rework_entries = Table(
    "rework_entries",
    metadata,
    primary_id(),
    reference("ticket_id", "tickets", index=True),
    Column("cause", Text, nullable=False),
    # Who had completed it; null where nobody had.
    reference("worker_id", "users", nullable=True),
    # Who sent it back; null for a recipient.
    reference("checker_id", "users", nullable=True),
    # Who has to work it again.
    reference("assignee_id", "users", nullable=True),
    Column("reason", Text, nullable=False),
    moment("created_at"),
    one_of("cause", ReworkCause),
    Index("ix_rework_entries_created", "created_at", "id"),
)

# A ticket that still waited to be checked at the end of a business day.
end_of_day_breaches = Table(
    "end_of_day_breaches",
    metadata,
    primary_id(),
    Column("day", Date, nullable=False),
    reference("ticket_id", "tickets", index=True),
    Column("status", Text, nullable=False),
    moment("completed_at"),
    reference("worked_by_id", "users", nullable=True),
    reference("checker_id", "users", nullable=True),
    reference("checker_team_id", "teams", nullable=True),
    moment("recorded_at"),
    UniqueConstraint("day", "ticket_id"),
)
