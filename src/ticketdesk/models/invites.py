"""Invites for people without a user, and the links by which somebody sets a new password."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text, Uuid, text

from ticketdesk.models.base import metadata, moment, primary_id, reference

invites = Table(
    "invites",
    metadata,
    primary_id(),
    reference("contact_id", "contacts", index=True),
    Column("address", Text, nullable=False),
    Column("address_key", Text, nullable=False),
    # The ticket whose mail brought it, if one did.
    reference("ticket_id", "tickets", nullable=True),
    # What the link names: another one with each resend, so that the older link is dead.
    Column("token_id", Uuid, nullable=False, unique=True),
    reference("created_by_id", "users"),
    moment("created_at"),
    moment("expires_at"),
    Column("sends", Integer, nullable=False, server_default="0"),
    moment("last_sent_at", nullable=True),
    moment("redeemed_at", nullable=True),
    reference("user_id", "users", nullable=True),
    moment("revoked_at", nullable=True),
    reference("revoked_by_id", "users", nullable=True),
    CheckConstraint("(redeemed_at IS NULL) = (user_id IS NULL)", name="redeemed_by_someone"),
    CheckConstraint("num_nonnulls(redeemed_at, revoked_at) <= 1", name="redeemed_or_revoked"),
    # An address has one link at a time.
    Index(
        "uq_invites_standing",
        "address_key",
        unique=True,
        postgresql_where=text("redeemed_at IS NULL AND revoked_at IS NULL"),
    ),
    Index("ix_invites_created", "created_at", "id"),
)

password_resets = Table(
    "password_resets",
    metadata,
    primary_id(),
    reference("user_id", "users", index=True),
    moment("created_at"),
    moment("expires_at"),
    moment("used_at", nullable=True),
)
