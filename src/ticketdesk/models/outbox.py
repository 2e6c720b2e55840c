"""Work that leaves a transaction: events per subscriber, the slots of the ticks, and remembered answers."""

from sqlalchemy import Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from ticketdesk.models.base import metadata, moment, primary_id

outbox = Table(
    "outbox",
    metadata,
    primary_id(),
    Column("event", Text, nullable=False),
    Column("payload", JSONB, nullable=False),
    Column("subscriber", Text, nullable=False),
    moment("created_at"),
    moment("due_at"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("lease_token", Uuid),
    moment("leased_until", nullable=True),
    Column("last_error", Text),
    moment("done_at", nullable=True),
    moment("parked_at", nullable=True),
    Index("ix_outbox_due", "due_at", "id", postgresql_where=text("done_at IS NULL AND parked_at IS NULL")),
)

# The primary key makes any number of replicas run one slot of a tick once.
job_slots = Table(
    "job_slots",
    metadata,
    Column("job", Text, nullable=False),
    moment("slot"),
    moment("claimed_at"),
    PrimaryKeyConstraint("job", "slot"),
    Index("ix_job_slots_claimed_at", "claimed_at"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("caller", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("status", Integer),
    Column("headers", JSONB),
    Column("body", LargeBinary),
    moment("created_at"),
    PrimaryKeyConstraint("caller", "key"),
    Index("ix_idempotency_keys_created_at", "created_at"),
)
