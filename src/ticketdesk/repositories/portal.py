"""Tickets as their recipients see them, in statements of their own."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal, select, update

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.ticket_workflow import ActorFacts, Status, TicketKind, allowed_actions, color, label
from ticketdesk.models.tickets import comments, ticket_recipients, tickets
from ticketdesk.models.users import team_members, teams, users
from ticketdesk.repositories import ticket_columns as columns
from ticketdesk.repositories.base import Repository, utc_text
from ticketdesk.repositories.comments import readable_by
from ticketdesk.repositories.keyset import collect, one_page
from ticketdesk.repositories.statements import Row
from ticketdesk.repositories.ticket_views import ticket_facts
from ticketdesk.repositories.visibility import visible_to
from ticketdesk.schemas.portal import PortalTicket, PortalTicketSummary

_t = tickets.c
_SUMMARY = (
    _t.id,
    _t.number,
    _t.kind,
    _t.title,
    _t.status,
    _t.created_at,
    _t.sent_at,
    _t.updated_at,
    _t.closed_at,
    columns.open_action_count().label("open_action_count"),
)


def _comments(actor: Actor) -> Any:
    c = comments.c
    author = func.json_build_object(literal("name"), c.author_name, literal("side"), c.author_side)
    line = func.json_build_object(
        literal("id"), c.id, literal("body"), c.body, literal("author"), author,
        literal("created_at"), utc_text(c.created_at),
    )  # fmt: skip
    listed = func.coalesce(func.json_agg(line).aggregate_order_by(c.created_at, c.id), func.json_build_array())
    return select(listed).where(c.ticket_id == _t.id, readable_by(actor)).scalar_subquery()


def _sender() -> Any:
    team = (
        select(func.min(teams.c.name))
        .select_from(team_members.join(teams, teams.c.id == team_members.c.team_id))
        .where(team_members.c.user_id == users.c.id)
        .scalar_subquery()
    )
    person = func.json_build_object(literal("name"), users.c.name, literal("team"), team)
    return select(person).where(users.c.id == func.coalesce(_t.assignee_id, _t.created_by_id)).scalar_subquery()


def _shown(row: Row) -> dict[str, Any]:
    kind, status = TicketKind(row["kind"]), Status(row["status"])
    return dict(row) | {"status_label": label(kind, status), "status_color": color(status)}


class PortalRepository(Repository):
    """Reads for the outside of a ticket; every one passes ``visible_to``."""

    async def page(self, request: PageRequest, actor: Actor) -> Page[PortalTicketSummary]:
        """Return a page of the tickets written to ``actor``, oldest first."""
        rows = await self._all(one_page(select(*_SUMMARY).where(visible_to(actor)), _t.created_at, _t.id, request))
        return collect(rows, request, lambda row: PortalTicketSummary.model_validate(_shown(row)))

    async def get(self, ticket_id: UUID, actor: Actor) -> PortalTicket | None:
        """Return a ticket written to ``actor``, ``None`` for every other one."""
        statement = select(
            *_SUMMARY,
            _t.description,
            _t.item,
            _t.archived_at,
            _t.requires_check,
            _t.completed_at,
            _t.version,
            columns.actions().label("requested_actions"),
            columns.categories().label("violation_categories"),
            _comments(actor).label("comments"),
            _sender().label("sender"),
        ).where(_t.id == ticket_id, visible_to(actor))
        row = await self._one(statement)
        if row is None:
            return None
        allowed = allowed_actions(ticket_facts(row), ActorFacts.of(actor, is_recipient=True))
        return PortalTicket.model_validate(_shown(row) | {"allowed_actions": allowed})

    async def needs_viewing(self, ticket_id: UUID, actor: Actor) -> bool:
        """Tell whether ``actor`` has not looked at the ticket since the last mail about it."""
        r = ticket_recipients.c
        statement = select(r.viewed_at.is_(None) | (r.viewed_at < func.coalesce(_t.last_sent_at, _t.sent_at)))
        joined = statement.select_from(ticket_recipients.join(tickets, _t.id == r.ticket_id))
        return bool(await self._scalar(joined.where(r.ticket_id == ticket_id, r.contact_id == actor.contact_id)))

    async def set_viewed(self, ticket_id: UUID, actor: Actor, at: datetime) -> None:
        """Note that ``actor`` looked at the ticket."""
        r = ticket_recipients.c
        await self._execute(
            update(ticket_recipients)
            .where(r.ticket_id == ticket_id, r.contact_id == actor.contact_id)
            .values(viewed_at=at)
        )
