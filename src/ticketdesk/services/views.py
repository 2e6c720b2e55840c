"""Lists of tickets by name: those of every desk and the saved ones (spec: product.md section 5, views)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any
from uuid import UUID

from ticketdesk.domain import views as rules
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.calendars import at_local_time, local_date
from ticketdesk.domain.errors import InvalidInput
from ticketdesk.domain.paging import MAX_LIMIT, Page, PageRequest
from ticketdesk.domain.ticket_workflow import Status
from ticketdesk.domain.views import ViewKey
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.ready_json import Resource
from ticketdesk.schemas.tickets import TicketCounts, TicketQuery, TicketSummary
from ticketdesk.schemas.views import BuiltInView, Views
from ticketdesk.services import settings, tickets

OLDEST_FIRST = "created_at"


@dataclass(frozen=True, slots=True)
class _Definition:
    """A view of every desk; ``filters`` takes the moment at which the desk's day began."""

    name: str
    filters: Callable[[datetime], TicketQuery]
    asks_for: tuple[str, ...] = ()


_BUILT_IN: Mapping[ViewKey, _Definition] = {
    ViewKey.MINE: _Definition("Mine", lambda _: TicketQuery(assignee_id=["me"], open=True)),
    ViewKey.TO_CHECK: _Definition("Mine to check", lambda _: TicketQuery(to_check=True)),
    ViewKey.CLOSED_TODAY: _Definition(
        "Closed today", lambda today: TicketQuery(status=[Status.CLOSED], closed_after=today)
    ),
    ViewKey.UNASSIGNED: _Definition("Unassigned", lambda _: TicketQuery(assignee_id=["none"], open=True)),
    ViewKey.QUESTIONS: _Definition("Questions from clients", lambda _: TicketQuery(question=True)),
    ViewKey.BY_PERSON: _Definition("By person", lambda _: TicketQuery(open=True), ("person",)),
}


async def listed(uow: UnitOfWork, actor: Actor) -> Views:
    """Return every view that the caller can apply, those of every desk with the number of their tickets."""
    today = await _beginning_of_today(uow)
    built_in = [await _shown(uow, actor, key, definition, today) for key, definition in _BUILT_IN.items()]
    saved = await uow.saved_views.page(PageRequest(MAX_LIMIT), actor)
    return Views(built_in=built_in, saved=saved.items)


async def page(
    uow: UnitOfWork,
    actor: Actor,
    query: TicketQuery,
    view: UUID | ViewKey | None,
    sort: str | None,
    request: PageRequest,
) -> Page[Resource[TicketSummary]]:
    """Return a page of the tickets of ``view`` that match ``query`` as well, in its order unless told otherwise.

    Raises ``InvalidInput``: ``unknown_reference``, ``contradicts_view``, ``parameter_required``.
    """
    applied, saved_order = await _applied(uow, actor, query, view)
    order = sort or saved_order
    return await tickets.page(uow, actor, applied, order, replace(request, is_descending=order.startswith("-")))


async def counts(uow: UnitOfWork, actor: Actor, query: TicketQuery, view: UUID | ViewKey | None) -> TicketCounts:
    """Count the tickets of ``view`` that match ``query`` as well; raises as ``page`` does."""
    applied, _ = await _applied(uow, actor, query, view)
    return await tickets.counts(uow, actor, applied)


async def _applied(
    uow: UnitOfWork, actor: Actor, query: TicketQuery, view: UUID | ViewKey | None
) -> tuple[TicketQuery, str]:
    if view is None:
        return query, OLDEST_FIRST
    filters, order = await _of(uow, actor, view)
    narrowed = rules.narrow(_given(filters), _given(query))
    missing = [name for name in _asked_for(view) if name not in narrowed]
    if missing:
        raise InvalidInput.at(missing[0], "parameter_required", "This view has to be told this along with it.")
    return TicketQuery.model_construct(**narrowed), order


async def _of(uow: UnitOfWork, actor: Actor, view: UUID | ViewKey) -> tuple[TicketQuery, str]:
    """Return the filters and the order of a view."""
    if isinstance(view, ViewKey):
        return _BUILT_IN[view].filters(await _beginning_of_today(uow)), OLDEST_FIRST
    saved = await uow.saved_views.find(view, actor)
    if saved is None:
        raise InvalidInput.at("view", "unknown_reference", "No such view.")
    return TicketQuery.model_validate(saved.filters), saved.sort


async def _shown(uow: UnitOfWork, actor: Actor, key: ViewKey, definition: _Definition, today: datetime) -> BuiltInView:
    query = definition.filters(today)
    is_whole = not definition.asks_for
    found = sum((await tickets.counts(uow, actor, query)).by_status.values()) if is_whole else None
    filters = query.model_dump(mode="json", exclude_unset=True)
    return BuiltInView(key=key, name=definition.name, filters=filters, asks_for=list(definition.asks_for), count=found)


def _asked_for(view: UUID | ViewKey) -> tuple[str, ...]:
    return _BUILT_IN[view].asks_for if isinstance(view, ViewKey) else ()


def _given(query: TicketQuery) -> dict[str, Any]:
    """Return the filters that narrow anything; what is left out or ``null`` does not."""
    given = {name: getattr(query, name) for name in query.model_fields_set}
    return {name: value for name, value in given.items() if value is not None and value != []}


async def _beginning_of_today(uow: UnitOfWork) -> datetime:
    """Return the moment at which the present day began on the desk's clocks."""
    zone = (await settings.get_calendar(uow)).zone
    return at_local_time(local_date(uow.now(), zone), time(0), zone)
