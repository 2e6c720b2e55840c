"""How often somebody asked for what is limited."""

from sqlalchemy import Column, Integer, LargeBinary, Table

from ticketdesk.models.base import metadata, moment

# By keyed digest: neither addresses nor credentials can be read from it, or guessed without the signing key.
rate_limits = Table(
    "rate_limits",
    metadata,
    Column("subject", LargeBinary, primary_key=True),
    Column("used", Integer, nullable=False),
    moment("ends_at"),
)
