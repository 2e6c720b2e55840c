"""Everything that happened to one ticket, for an examiner (spec: product.md section 4, activity report)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from ticketdesk.domain.activities import verify
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.ticket_statuses import Status
from ticketdesk.domain.turnarounds import measure
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.activities import Activity
from ticketdesk.schemas.ticket_reports import TicketReport, TicketTurnaround
from ticketdesk.schemas.tickets import Ticket
from ticketdesk.services import activities, attachments, comments, messages, tickets
from ticketdesk.services.page_series import collect_all

# The facts of an entry that have a column of their own in the table.
COLUMN_FACTS = ("from", "to", "address", "smtp_code", "reason", "message_id")
HEADER = ("number", "title", "seq", "at", "actor", "actor_kind", "kind", *COLUMN_FACTS, "comment", "hash")


async def build(uow: UnitOfWork, actor: Actor, ticket_id: UUID) -> TicketReport:
    """Return the whole report; raises ``NotFound``."""
    ticket = (await tickets.get(uow, actor, ticket_id)).read(Ticket)
    head = await uow.activities.head(ticket_id)
    chain = (await uow.activities.chains([head]))[ticket_id]
    entries = await collect_all(lambda request: activities.page(uow, actor, ticket_id, request))
    return TicketReport(
        generated_at=uow.now(),
        is_intact=verify(chain, head.seq, head.hash) is None,
        ticket=ticket,
        turnaround=_turnaround(ticket, entries, uow.now()),
        activity=entries,
        comments=await collect_all(lambda request: comments.page(uow, actor, ticket_id, request)),
        messages=await collect_all(lambda request: messages.page_of_ticket(uow, actor, ticket_id, request)),
        attachments=await collect_all(lambda request: attachments.page(uow, actor, ticket_id, request)),
    )


def _turnaround(ticket: Ticket, entries: Sequence[Activity], now: datetime) -> TicketTurnaround:
    """Return whom the ticket waited for; while it was held, it waited for nobody."""
    sent = ((entry.kind, entry.at) for entry in entries if entry.facts.get("to") != Status.SEND_LATER)
    found = measure(ticket.kind, sent, now)
    waited = {"staff_hours": found.staff, "client_hours": found.client, "check_hours": found.check}
    hours = {name: round(time / timedelta(hours=1), 2) for name, time in waited.items()}
    return TicketTurnaround(**hours, round_trips=found.round_trips)


def table(report: TicketReport) -> list[list[object]]:
    """Return the report as one row per entry of the record under ``HEADER``, with the words of comments in place."""
    words = {str(comment.id): comment.body for comment in report.comments}
    return [_row(report.ticket, entry, words) for entry in report.activity]


def _row(ticket: Ticket, entry: Activity, words: Mapping[str, str]) -> list[object]:
    facts = [entry.facts.get(name) for name in COLUMN_FACTS]
    said = words.get(str(entry.facts.get("comment_id")))
    who = (entry.actor.name, entry.actor.kind.value)
    return [
        ticket.number,
        ticket.title,
        entry.seq,
        entry.at.isoformat(),
        *who,
        entry.kind.value,
        *facts,
        said,
        entry.hash,
    ]
