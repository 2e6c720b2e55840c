"""Tickets as they are shown: one statement per view, whatever it contains.

PostgreSQL writes each ticket down as JSON, and what the domain derives from it is added to the text: nothing is taken
apart and put together again on the way.
"""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Select, bindparam, select

from ticketdesk.domain.actors import Actor, Side
from ticketdesk.domain.attention import AttentionFacts, reasons
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.domain.permissions import Permission
from ticketdesk.domain.ticket_workflow import ActorFacts, Status, TicketFacts, TicketKind, allowed_actions
from ticketdesk.models.catalogue import categories, products
from ticketdesk.models.tickets import tickets
from ticketdesk.models.users import teams
from ticketdesk.repositories import next_tickets
from ticketdesk.repositories import ticket_columns as columns
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.keyset import collect, in_order
from ticketdesk.repositories.statements import Row, Statement, StatementCache
from ticketdesk.repositories.ticket_counters import TicketCounterRepository
from ticketdesk.repositories.ticket_documents import FACTS, completed, shown
from ticketdesk.repositories.ticket_search import TicketSearchRepository
from ticketdesk.repositories.ticket_shapes import shape_of
from ticketdesk.repositories.ticket_walks import chosen
from ticketdesk.repositories.visibility import Audience, audience_of, visible_in
from ticketdesk.schemas.ready_json import Resource
from ticketdesk.schemas.tickets import Ticket, TicketQuery, TicketSummary

_t = tickets.c
_LAST_UPDATE = columns.json_object(at=_t.last_update_at, by=_t.last_update_by, kind=_t.last_update_kind)
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
    _t.archived_at.is_not(None).label("archived"),
    _LAST_UPDATE.label("last_update"),
    _t.next_reminder_at,
    _t.due_on,
    _t.version,
    columns.contact().label("contact"),
    columns.account().label("account"),
    columns.named(categories, _t.category_id).label("category"),
    columns.named(products, _t.product_id).label("product"),
    _t.tags,
    columns.user(_t.assignee_id).label("assignee"),
    columns.open_action_count().label("open_action_count"),
)
_FULL = (
    *_SUMMARY,
    _t.description,
    _t.item,
    _t.requires_check,
    _t.delivery_failure,
    _t.verified_at,
    _t.evidence,
    _t.notifications_sent,
    _t.last_sent_at,
    _t.dispatch_id,
    _t.reminder_stopped_by.label("no_reminder_reason"),
    _t.origin,
    _t.outreach_required,
    _t.newest_words_by,
    _t.first_response_at,
    columns.user(_t.checker_id).label("checker"),
    columns.named(teams, _t.checker_team_id).label("checker_team"),
    columns.user(_t.worked_by_id).label("worked_by"),
    columns.user(_t.created_by_id).label("created_by"),
    columns.user(_t.verified_by_id).label("verified_by"),
    columns.recipients().label("recipients"),
    columns.actions().label("requested_actions"),
    columns.categories().label("violation_categories"),
    _t.sendings,
    _t.last_sending_at,
    columns.compilations().label("compilations"),
)
_MORE_FACTS = (
    *FACTS,
    _t.assignee_id.is_not(None).label("is_assigned"),
    _t.delivery_failure.is_not(None).label("has_failed"),
    _t.had_nobody_eligible,
    _t.created_by_id,
    _t.checker_id,
    _t.checker_team_id,
    _t.worked_by_id,
)
_derived_from = itemgetter(
    "kind", "status", "is_archived", "requires_check", "has_completed", "is_assigned", "has_failed",
    "had_nobody_eligible",
)  # fmt: skip
_people_of = itemgetter("created_by_id", "checker_id", "checker_team_id", "worked_by_id")
_LISTED = select(columns.document(*_SUMMARY), *_MORE_FACTS)
_lists = StatementCache(512)


def _written_for(actor: Actor) -> Callable[[Row], Resource[Any]]:
    """Return what makes a row of ``_MORE_FACTS`` the document that ``actor`` gets."""
    own, side, permissions = actor.user_id, actor.side, actor.permissions

    def write(row: Row) -> Resource[Any]:
        creator_id, checker_id, team_id, worker_id = _people_of(row)
        is_creator = own is not None and creator_id == own
        is_checker = own is not None and (checker_id == own or team_id in actor.team_ids)
        is_worker = own is not None and worker_id == own
        return completed(row, _derived(*_derived_from(row), side, permissions, is_creator, is_checker, is_worker))

    return write


@lru_cache(4096)
def _derived(
    kind: str,
    status: str,
    is_archived: bool,
    requires_check: bool,
    has_completed: bool,
    is_assigned: bool,
    has_failed: bool,
    had_nobody_eligible: bool,
    side: Side,
    permissions: frozenset[Permission],
    is_creator: bool,
    is_checker: bool,
    is_worker: bool,
) -> bytes:
    """Return what the domain adds to a document, kept because it is the same for many tickets.

    Takes plain values: the facts that they make are not made where the answer is kept already.
    """
    actor = ActorFacts(side, permissions, is_creator=is_creator, is_checker=is_checker, is_worker=is_worker)
    facts = TicketFacts(TicketKind(kind), Status(status), is_archived, requires_check, has_completed)
    found = reasons(
        AttentionFacts(
            facts.status,
            is_assigned=is_assigned,
            is_archived=is_archived,
            has_delivery_failed=has_failed,
            had_nobody_eligible=had_nobody_eligible,
        )
    )
    attention = {"needed": bool(found), "reasons": found}
    members = {"attention": attention, "allowed_actions": allowed_actions(facts, actor)}
    return orjson.dumps(shown(facts.kind, facts.status) | members)


@cache
def _one(audience: Audience) -> Statement:
    document = select(columns.document(*_FULL), *_MORE_FACTS)
    return Statement(document.where(_t.id == bindparam("ticket_id"), visible_in(audience)))


@cache
def _next(audience: Audience) -> Statement:
    document = select(columns.document(*_FULL), *_MORE_FACTS)
    return Statement(document.where(_t.id == next_tickets.oldest_waiting(audience).scalar_subquery()))


class TicketViewRepository(Repository):
    """Reads for people: what is shown always passes ``visible_to``."""

    async def get(self, ticket_id: UUID, actor: Actor) -> Resource[Ticket] | None:
        """Return the ticket in full, ``None`` if ``actor`` may not know of it."""
        row = await self._one(_one(audience_of(actor)), ticket_id=ticket_id, reader_id=actor.contact_id)
        return _written_for(actor)(row) if row else None

    async def next(self, actor: Actor) -> Resource[Ticket] | None:
        """Return the oldest ticket that waits for ``actor`` in full, ``None`` if none does."""
        if actor.user_id is None:
            return None
        row = await self._one(_next(audience_of(actor)), user_id=actor.user_id, reader_id=actor.contact_id)
        return _written_for(actor)(row) if row else None

    async def page(
        self, query: TicketQuery, sort: str, request: PageRequest, actor: Actor
    ) -> Page[Resource[TicketSummary]]:
        """Return a page of matching tickets; ``sort`` is ``created_at`` or ``updated_at``."""
        if await TicketCounterRepository(self._connection).are_none_of_both(query, actor):
            return Page([], None)
        rows = await self._rows_of_page(query, sort, request, actor)
        return collect(rows, request, _written_for(actor), "at")

    async def _rows_of_page(self, query: TicketQuery, sort: str, request: PageRequest, actor: Actor) -> Sequence[Row]:
        shape = shape_of(query, sort, request, actor)
        if shape is None:
            chosen_rows = await TicketSearchRepository(self._connection).chosen(query, sort, request, actor)
            return await self._all(_in_full(chosen_rows, request))

        def compose() -> Select[Any]:
            return _in_full(chosen(shape.query, sort, shape.request, shape.actor), request)

        return await self._all(_lists.get(shape.key, compose), **shape.values)


def _in_full(page: Select[Any], request: PageRequest) -> Select[Any]:
    """Return the documents of the tickets that ``page`` names, in its order, with their place in it as ``at``."""
    found = page.subquery("page")
    return in_order(_LISTED.add_columns(found.c.at).join(found, found.c.id == _t.id), found.c.at, found.c.id, request)
