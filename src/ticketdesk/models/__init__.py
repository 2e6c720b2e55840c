"""SQLAlchemy tables, one module per feature; importing this package fills ``metadata``."""

from ticketdesk.models import (
    assignments,
    attachments,
    calls,
    catalogue,
    checks,
    contacts,
    messages,
    monitored_items,
    notifications,
    outbox,
    rate_limits,
    saved_views,
    settings,
    ticket_counters,
    tickets,
    users,
)
from ticketdesk.models.base import metadata

__all__ = [
    "assignments",
    "attachments",
    "calls",
    "catalogue",
    "checks",
    "contacts",
    "messages",
    "metadata",
    "monitored_items",
    "notifications",
    "outbox",
    "rate_limits",
    "saved_views",
    "settings",
    "ticket_counters",
    "tickets",
    "users",
]
