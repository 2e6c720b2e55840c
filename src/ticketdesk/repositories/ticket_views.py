"""Tickets as they are shown: one statement per view, whatever it contains."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.attention import AttentionFacts, reasons
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.ticket_workflow import (
    Action,
    ActorFacts,
    Status,
    TicketFacts,
    TicketKind,
    allowed_actions,
    color,
    label,
)
from ticketdesk.models.tickets import tickets
from ticketdesk.repositories import ticket_columns as columns
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.keyset import collect, in_order
from ticketdesk.repositories.statements import Row
from ticketdesk.repositories.ticket_search import TicketSearchRepository
from ticketdesk.repositories.visibility import visible_to
from ticketdesk.schemas.tickets import Ticket, TicketQuery, TicketSummary

_t = tickets.c
_SUMMARY = (
    _t.id,
    _t.number,
    _t.kind,
    _t.title,
    _t.status,
    _t.priority,
    _t.created_at,
    _t.updated_at,
    _t.sent_at,
    _t.completed_at,
    _t.closed_at,
    _t.resolution,
    _t.rework_count,
    _t.archived_at,
    _t.last_update_at,
    _t.last_update_by,
    _t.last_update_kind,
    _t.next_reminder_at,
    _t.delivery_failure,
    _t.requires_check,
    _t.assignee_id,
    _t.checker_id,
    _t.created_by_id,
    _t.version,
    columns.contact().label("contact"),
    columns.account().label("account"),
    columns.user(_t.assignee_id).label("assignee"),
    columns.open_action_count().label("open_action_count"),
)
_FULL = (
    *_SUMMARY,
    _t.description,
    _t.item,
    _t.verified_at,
    _t.evidence,
    _t.notifications_sent,
    _t.last_sent_at,
    _t.dispatch_id,
    _t.reminder_stopped_by.label("no_reminder_reason"),
    columns.absent("category"),
    columns.absent("product"),
    columns.user(_t.checker_id).label("checker"),
    columns.user(_t.worked_by_id).label("worked_by"),
    columns.user(_t.created_by_id).label("created_by"),
    columns.user(_t.verified_by_id).label("verified_by"),
    columns.recipients().label("recipients"),
    columns.actions().label("requested_actions"),
    columns.categories().label("violation_categories"),
)


def ticket_facts(row: Row) -> TicketFacts:
    """Return what the workflow asks about the ticket in ``row``."""
    return TicketFacts(
        TicketKind(row["kind"]),
        Status(row["status"]),
        row["archived_at"] is not None,
        row["requires_check"],
        row["completed_at"] is not None,
    )


def _actions(row: Row, actor: Actor) -> tuple[Action, ...]:
    is_self = actor.user_id is not None
    facts = ActorFacts.of(
        actor,
        is_creator=is_self and row["created_by_id"] == actor.user_id,
        is_checker=is_self and row["checker_id"] == actor.user_id,
    )
    return allowed_actions(ticket_facts(row), facts)


def _shown(row: Row, actor: Actor) -> dict[str, Any]:
    """Return the row with what the domain derives from it: label, colour, attention, allowed actions."""
    kind, status = TicketKind(row["kind"]), Status(row["status"])
    found = reasons(
        AttentionFacts(
            status,
            is_assigned=row["assignee_id"] is not None,
            is_archived=row["archived_at"] is not None,
            has_delivery_failed=row["delivery_failure"] is not None,
        )
    )
    return dict(row) | {
        "status_label": label(kind, status),
        "status_color": color(status),
        "archived": row["archived_at"] is not None,
        "attention": {"needed": bool(found), "reasons": found},
        "last_update": {"at": row["last_update_at"], "by": row["last_update_by"], "kind": row["last_update_kind"]},
        "allowed_actions": _actions(row, actor),
    }


class TicketViewRepository(Repository):
    """Reads for people: what is shown always passes ``visible_to``."""

    async def get(self, ticket_id: UUID, actor: Actor) -> Ticket | None:
        """Return the ticket in full, ``None`` if ``actor`` may not know of it."""
        row = await self._one(select(*_FULL).where(_t.id == ticket_id, visible_to(actor)))
        return Ticket.model_validate(_shown(row, actor)) if row else None

    async def page(self, query: TicketQuery, sort: str, request: PageRequest, actor: Actor) -> Page[TicketSummary]:
        """Return a page of matching tickets; ``sort`` is ``created_at`` or ``updated_at``."""
        page = (await TicketSearchRepository(self._connection).chosen(query, sort, request, actor)).subquery("page")
        statement = select(*_SUMMARY).join(page, page.c.id == _t.id)
        rows = await self._all(in_order(statement, page.c.at, page.c.id, request))
        return collect(rows, request, lambda row: TicketSummary.model_validate(_shown(row, actor)), sort)
