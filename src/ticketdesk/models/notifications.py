"""What staff see in the app: one row per user and happening."""

from sqlalchemy import Column, Index, Table, Text, UniqueConstraint, text

from ticketdesk.models.base import metadata, moment, primary_id, reference

notifications = Table(
    "notifications",
    metadata,
    primary_id(),
    reference("user_id", "users"),
    reference("ticket_id", "tickets"),
    Column("kind", Text, nullable=False),
    Column("text", Text, nullable=False),
    # What caused it (a comment, a message): telling of the same cause twice changes nothing.
    Column("source_id", Text, nullable=False),
    moment("created_at"),
    moment("read_at", nullable=True),
    UniqueConstraint("user_id", "kind", "source_id"),
    Index("ix_notifications_user_id", "user_id", "created_at", "id"),
    Index("ix_notifications_unread", "user_id", "created_at", "id", postgresql_where=text("read_at IS NULL")),
)
