"""The rework ledger: read page by page, or as a table that equals it (spec: product.md section 5, check)."""

from functools import partial

from ticketdesk.domain import ledgers
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.ledgers import LedgerDays
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.rework_entries import ReworkEntry, ReworkEntryQuery
from ticketdesk.services import page_series, settings

HEADER = (
    "id", "created_at", "ticket_id", "number", "title", "cause", "worker_id", "worker", "checker_id", "checker",
    "assignee_id", "assignee", "reason",
)  # fmt: skip


async def page(
    uow: UnitOfWork, actor: Actor, query: ReworkEntryQuery, days: LedgerDays, request: PageRequest
) -> Page[ReworkEntry]:
    """Return a page of the entries that match; raises ``InvalidInput`` for days in the wrong order."""
    days.require_order()
    zone = (await uow.once(settings.get_calendar)).zone
    return await uow.rework_entries.page(actor, query, *days.moments(zone), request)


async def table(uow: UnitOfWork, actor: Actor, query: ReworkEntryQuery, days: LedgerDays) -> list[list[object]]:
    """Return every entry that matches as a row under ``HEADER``, oldest first.

    Raises ``InvalidInput`` as ``page`` does, and where there are too many rows for a table.
    """
    entries = await page_series.collect_all(partial(page, uow, actor, query, days), ledgers.require_table)
    return [_row(entry) for entry in entries]


def _row(entry: ReworkEntry) -> list[object]:
    people = (entry.worker, entry.checker, entry.assignee)
    named = [value for one in people for value in ((one.id, one.name) if one else (None, None))]
    ticket = entry.ticket
    at = entry.created_at.isoformat()
    return [entry.id, at, ticket.id, ticket.number, ticket.title, entry.cause.value, *named, entry.reason]
