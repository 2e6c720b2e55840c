"""Contacts with their addresses, and the accounts they belong to."""

from sqlalchemy import Boolean, Column, Computed, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

from ticketdesk.models.base import metadata, moment, primary_id, reference

accounts = Table(
    "accounts",
    metadata,
    primary_id(),
    Column("name", Text, nullable=False),
    Column("external_ids", JSONB, nullable=False, server_default="{}"),
    Column("is_active", Boolean, nullable=False, server_default="true"),
    # What the account is found by, as plain words (see domain/search_words.py).
    Column("search_words", Text, nullable=False, server_default=""),
    Column("search", TSVECTOR, Computed("to_tsvector('simple', search_words)", persisted=True)),
    Column("version", Integer, nullable=False, server_default="1"),
    moment("created_at"),
    moment("updated_at"),
    Index("ix_accounts_search", "search", postgresql_using="gin"),
    Index("ix_accounts_created", "created_at", "id"),
)

contacts = Table(
    "contacts",
    metadata,
    primary_id(),
    Column("name", Text, nullable=False),
    Column("job_title", Text),
    Column("phone", Text),
    Column("external_id", Text, unique=True),
    reference("account_id", "accounts", nullable=True, index=True),
    Column("is_active", Boolean, nullable=False, server_default="true"),
    # The words of name and addresses, which a generated column could not collect from another table.
    Column("search_words", Text, nullable=False, server_default=""),
    Column("search", TSVECTOR, Computed("to_tsvector('simple', search_words)", persisted=True)),
    Column("version", Integer, nullable=False, server_default="1"),
    moment("created_at"),
    moment("updated_at"),
    Index("ix_contacts_search", "search", postgresql_using="gin"),
    Index("ix_contacts_created", "created_at", "id"),
    # Nearly all are active.
    Index("ix_contacts_inactive", "created_at", "id", postgresql_where=text("NOT is_active")),
)

# An address belongs to one contact only, so that an address always resolves to a person.
contact_addresses = Table(
    "contact_addresses",
    metadata,
    primary_id(),
    reference("contact_id", "contacts", index=True),
    Column("address", Text, nullable=False),
    Column("address_key", Text, nullable=False, unique=True),
    Column("position", Integer, nullable=False, server_default="0"),
    moment("created_at"),
)
Index(
    "uq_contact_addresses_primary",
    contact_addresses.c.contact_id,
    unique=True,
    postgresql_where=text("position = 0"),
)
