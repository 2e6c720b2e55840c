"""What was unchecked when days ended: read page by page, or as a table that equals it (product.md section 5, guard)."""

from functools import partial

from ticketdesk.domain import ledgers
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.ledgers import LedgerDays
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.end_of_day_breaches import EndOfDayBreach, EndOfDayBreachQuery
from ticketdesk.services import page_series

HEADER = (
    "id", "ended_on", "ticket_id", "number", "title", "status", "completed_at", "worked_by_id", "worked_by",
    "checker_id", "checker", "checker_team_id", "checker_team", "recorded_at",
)  # fmt: skip


async def page(
    uow: UnitOfWork, actor: Actor, query: EndOfDayBreachQuery, days: LedgerDays, request: PageRequest
) -> Page[EndOfDayBreach]:
    """Return a page of the entries that match; raises ``InvalidInput`` for days in the wrong order."""
    days.require_order()
    return await uow.end_of_day_breaches.page(actor, query, days, request)


async def table(uow: UnitOfWork, actor: Actor, query: EndOfDayBreachQuery, days: LedgerDays) -> list[list[object]]:
    """Return every entry that matches as a row under ``HEADER``, oldest first.

    Raises ``InvalidInput`` as ``page`` does, and where there are too many rows for a table.
    """
    entries = await page_series.collect_all(partial(page, uow, actor, query, days), ledgers.require_table)
    return [_row(entry) for entry in entries]


def _row(entry: EndOfDayBreach) -> list[object]:
    named = [
        value
        for one in (entry.worked_by, entry.checker, entry.checker_team)
        for value in ((one.id, one.name) if one else (None, None))
    ]
    ticket, completed_at = entry.ticket, entry.completed_at.isoformat()
    first = (entry.id, entry.ended_on, ticket.id, ticket.number, ticket.title, entry.status.value, completed_at)
    return [*first, *named, entry.recorded_at.isoformat()]
