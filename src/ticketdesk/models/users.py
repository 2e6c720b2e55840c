"""People who sign in, the teams they share work in, and their credentials."""

from sqlalchemy import Boolean, CheckConstraint, Column, Integer, LargeBinary, Table, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from ticketdesk.domain.permissions import Role
from ticketdesk.models.base import metadata, moment, one_of, primary_id, reference

users = Table(
    "users",
    metadata,
    primary_id(),
    Column("email", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password_hash", Text),
    Column("is_active", Boolean, nullable=False, server_default="true"),
    reference("contact_id", "contacts", nullable=True),
    # Whether tickets are given to them, and how many open ones they have at most; null: any number.
    Column("works_tickets", Boolean, nullable=False, server_default="true"),
    Column("capacity", Integer),
    # Away until they say otherwise, or until a time.
    Column("is_away", Boolean, nullable=False, server_default="false"),
    moment("away_until", nullable=True),
    # Zone, hours by weekday and holidays; null: they go by the desk's calendar.
    Column("working_hours", JSONB(none_as_null=True)),
    moment("created_at"),
    moment("updated_at"),
    one_of("role", Role),
    CheckConstraint("capacity >= 0", name="capacity_not_negative"),
    CheckConstraint("away_until IS NULL OR is_away", name="away_until_while_away"),
    UniqueConstraint("contact_id"),
)

teams = Table(
    "teams",
    metadata,
    primary_id(),
    Column("name", Text, nullable=False, unique=True),
    moment("created_at"),
    moment("updated_at"),
)

team_members = Table(
    "team_members",
    metadata,
    reference("team_id", "teams"),
    reference("user_id", "users", index=True),
    UniqueConstraint("team_id", "user_id"),
)

sessions = Table(
    "sessions",
    metadata,
    primary_id(),
    reference("user_id", "users", nullable=True, index=True),
    reference("contact_id", "contacts", nullable=True, index=True),
    reference("link_id", "portal_links", nullable=True),
    moment("created_at"),
    moment("expires_at"),
    moment("revoked_at", nullable=True),
    Column("revoked_reason", Text),
    CheckConstraint("num_nonnulls(user_id, contact_id) = 1", name="one_person"),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    primary_id(),
    reference("session_id", "sessions", index=True),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    moment("created_at"),
    moment("expires_at"),
    moment("used_at", nullable=True),
)

api_keys = Table(
    "api_keys",
    metadata,
    primary_id(),
    reference("user_id", "users", index=True),
    Column("name", Text, nullable=False),
    Column("prefix", Text, nullable=False),
    Column("key_hash", LargeBinary, nullable=False, unique=True),
    Column("scopes", ARRAY(Text), nullable=False),
    moment("created_at"),
    moment("expires_at", nullable=True),
    moment("last_used_at", nullable=True),
    moment("revoked_at", nullable=True),
)

portal_links = Table(
    "portal_links",
    metadata,
    primary_id(),
    reference("contact_id", "contacts", index=True),
    moment("created_at"),
    moment("expires_at"),
    moment("revoked_at", nullable=True),
)

# By the digest of the address that was typed, whether or not it is anybody's: so an unknown address is locked out just
# as a known one is, and nothing is kept of what people type into the wrong field.
sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("address_hash", LargeBinary, primary_key=True),
    Column("failures", Integer, nullable=False),
    moment("last_failed_at"),
)
