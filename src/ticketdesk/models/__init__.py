"""SQLAlchemy tables, one module per feature; importing this package fills ``metadata``."""

from ticketdesk.models import (
    contacts,
    messages,
    monitored_items,
    notifications,
    outbox,
    rate_limits,
    settings,
    ticket_counters,
    tickets,
    users,
)
from ticketdesk.models.base import metadata

__all__ = [
    "contacts",
    "messages",
    "metadata",
    "monitored_items",
    "notifications",
    "outbox",
    "rate_limits",
    "settings",
    "ticket_counters",
    "tickets",
    "users",
]
