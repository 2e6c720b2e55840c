"""Posts and profiles that a monitor reported, and the taxonomy their alerts map to."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB

from ticketdesk.models.base import metadata, moment, one_of, primary_id, reference

violation_categories = Table(
    "violation_categories",
    metadata,
    primary_id(),
    Column("name", Text, nullable=False, unique=True),
    Column("regulation", Text, nullable=False),
    Column("description", Text),
    Column("is_active", Boolean, nullable=False, server_default="true"),
    Column("version", Integer, nullable=False, server_default="1"),
    moment("created_at"),
    moment("updated_at"),
)

monitored_items = Table(
    "monitored_items",
    metadata,
    primary_id(),
    Column("source", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("url", Text),
    reference("contact_id", "contacts", nullable=True, index=True),
    Column("captured_text", Text, nullable=False),
    moment("captured_at"),
    Column("alerts", JSONB, nullable=False, server_default="[]"),
    moment("created_at"),
    moment("updated_at"),
    UniqueConstraint("source", "external_id"),
    Index("ix_monitored_items_created", "created_at", "id"),
    one_of("kind", ("post", "profile")),
)
