"""Lists of tickets that somebody gave a name."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB

from ticketdesk.models.base import metadata, moment, primary_id, reference

saved_views = Table(
    "saved_views",
    metadata,
    primary_id(),
    reference("owner_id", "users"),
    Column("name", Text, nullable=False),
    Column("is_shared", Boolean, nullable=False, server_default="false"),
    # The filters, as the list of tickets takes them; ``me`` stays ``me``, so that a shared view fits whoever looks.
    Column("filters", JSONB, nullable=False),
    Column("sort", Text, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    moment("created_at"),
    moment("updated_at"),
    UniqueConstraint("owner_id", "name"),
    Index("ix_saved_views_created", "created_at", "id"),
)
