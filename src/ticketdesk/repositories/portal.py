"""Tickets as their recipients see them, in statements of their own."""

from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ScalarSelect, bindparam, func, select, update

from ticketdesk.domain.actors import Actor, Side
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.permissions import Permission
from ticketdesk.domain.ticket_workflow import ActorFacts, Status, TicketFacts, TicketKind, allowed_actions
from ticketdesk.models.catalogue import categories, products
from ticketdesk.models.tickets import comments, ticket_recipients, tickets
from ticketdesk.models.users import team_members, teams, users
from ticketdesk.repositories import ticket_columns as columns
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.comments import readable_outside
from ticketdesk.repositories.keyset import collect, one_page
from ticketdesk.repositories.statements import Row, Statement
from ticketdesk.repositories.ticket_documents import FACTS, completed, shown
from ticketdesk.repositories.visibility import READER, Audience, visible_in, visible_to
from ticketdesk.schemas.portal import PortalTicket, PortalTicketSummary
from ticketdesk.schemas.ready_json import Resource

_t = tickets.c
_r = ticket_recipients.c
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
    _t.due_on,
    columns.open_action_count().label("open_action_count"),
)

_derived_from = itemgetter("kind", "status", "is_archived", "requires_check", "has_completed")


def _comments() -> ScalarSelect[Any]:
    c = comments.c
    author = columns.json_object(name=c.author_name, side=c.author_side)
    line = columns.json_object(id=c.id, body=c.body, author=author, created_at=c.created_at)
    listed = columns.listed(line, c.created_at, c.id)
    return select(listed).where(c.ticket_id == _t.id, readable_outside()).scalar_subquery()


def _sender() -> ScalarSelect[Any]:
    team = (
        select(func.min(teams.c.name))
        .select_from(team_members.join(teams, teams.c.id == team_members.c.team_id))
        .where(team_members.c.user_id == users.c.id)
        .scalar_subquery()
    )
    person = columns.json_object(name=users.c.name, team=team)
    return select(person).where(users.c.id == func.coalesce(_t.assignee_id, _t.created_by_id)).scalar_subquery()


def _needs_viewing() -> ScalarSelect[Any]:
    """Whether the reader has not looked at the ticket since the last mail about it."""
    is_news = _r.viewed_at.is_(None) | (_r.viewed_at < func.coalesce(_t.last_sent_at, _t.sent_at))
    return select(is_news).where(_r.ticket_id == _t.id, _r.contact_id == READER).scalar_subquery()


_ONE = Statement(
    select(
        columns.document(
            *_SUMMARY,
            _t.description,
            _t.item,
            _t.version,
            columns.actions_outside().label("requested_actions"),
            columns.categories().label("violation_categories"),
            _comments().label("comments"),
            columns.named(categories, _t.category_id).label("category"),
            columns.named(products, _t.product_id).label("product"),
            _sender().label("sender"),
        ),
        *FACTS,
        _needs_viewing().label("needs_viewing"),
    ).where(_t.id == bindparam("ticket_id"), visible_in(Audience.RECIPIENT))
)


@lru_cache(1024)
def _derived(
    kind: str,
    status: str,
    is_archived: bool,
    requires_check: bool,
    has_completed: bool,
    side: Side,
    permissions: frozenset[Permission],
) -> bytes:
    """Return what the domain adds to a document; the same for many tickets."""
    facts = TicketFacts(TicketKind(kind), Status(status), is_archived, requires_check, has_completed)
    actions = allowed_actions(facts, ActorFacts(side, permissions, is_recipient=True))
    return orjson.dumps(shown(facts.kind, facts.status) | {"allowed_actions": actions})


def _summary(row: Row) -> PortalTicketSummary:
    status = shown(TicketKind(row["kind"]), Status(row["status"]))
    return PortalTicketSummary.model_validate(dict(row) | status)


class PortalRepository(Repository):
    """Reads for the outside of a ticket; every one asks for what was written to the reader."""

    async def page(self, request: PageRequest, actor: Actor) -> Page[PortalTicketSummary]:
        """Return a page of the tickets written to ``actor``, oldest first."""
        rows = await self._all(one_page(select(*_SUMMARY).where(visible_to(actor)), _t.created_at, _t.id, request))
        return collect(rows, request, _summary)

    async def get(self, ticket_id: UUID, actor: Actor) -> tuple[Resource[PortalTicket], bool] | None:
        """Return a ticket written to ``actor``, and whether they have not seen its last mail; else ``None``."""
        row = await self._one(_ONE, ticket_id=ticket_id, reader_id=actor.contact_id)
        if row is None:
            return None
        derived = _derived(*_derived_from(row), actor.side, actor.permissions)
        return completed(row, derived), bool(row["needs_viewing"])

    async def set_viewed(self, ticket_id: UUID, actor: Actor, at: datetime) -> None:
        """Note that ``actor`` looked at the ticket."""
        r = ticket_recipients.c
        await self._execute(
            update(ticket_recipients)
            .where(r.ticket_id == ticket_id, r.contact_id == actor.contact_id)
            .values(viewed_at=at)
        )
