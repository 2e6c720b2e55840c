"""A ticket as the database wrote it down, completed by what only the domain knows."""

from typing import Any

from ticketdesk.domain.ticket_workflow import Status, TicketKind, color, label
from ticketdesk.models.tickets import tickets
from ticketdesk.repositories.statements import Row
from ticketdesk.schemas.ready_json import Resource

_t = tickets.c
# What a statement selects beside a document, so that the rest can be derived.
FACTS = (
    _t.id,
    _t.version,
    _t.kind,
    _t.status,
    _t.archived_at.is_not(None).label("is_archived"),
    _t.requires_check,
    _t.completed_at.is_not(None).label("has_completed"),
)


def shown(kind: TicketKind, status: Status) -> dict[str, Any]:
    """Return how a status is shown."""
    return {"status_label": label(kind, status), "status_color": color(status)}


def completed(row: Row, derived: bytes) -> Resource[Any]:
    """Return the row's ``document`` with the members of the object ``derived`` added to it."""
    return Resource(b"%b,%b" % (row["document"].encode()[:-1], derived[1:]), row["id"], row["version"])
