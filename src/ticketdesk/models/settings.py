"""What a desk's admin edits through the API, and the record of who changed what."""

from sqlalchemy import Column, Index, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from ticketdesk.models.base import metadata, moment, primary_id, reference

settings = Table(
    "settings",
    metadata,
    Column("section", Text, primary_key=True),
    Column("value", JSONB, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    moment("updated_at"),
)

setting_changes = Table(
    "setting_changes",
    metadata,
    primary_id(),
    Column("section", Text, nullable=False),
    moment("changed_at"),
    reference("user_id", "users", nullable=True),
    Column("actor_name", Text, nullable=False),
    Column("before", JSONB, nullable=False),
    Column("after", JSONB, nullable=False),
    Index("ix_setting_changes_section", "section", "changed_at"),
)
