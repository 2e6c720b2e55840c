"""The card of a contact: who they are, and what is open about them (spec: product.md section 4)."""

from uuid import UUID

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.paging import MAX_LIMIT, Page, PageRequest
from ticketdesk.domain.permissions import Permission
from ticketdesk.domain.ticket_workflow import Status
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.contact_cards import CardTicket, ContactCard
from ticketdesk.schemas.ready_json import Resource
from ticketdesk.schemas.tickets import TicketQuery, TicketSummary
from ticketdesk.services import contacts, tickets

_WHOLE = PageRequest(limit=MAX_LIMIT)


async def get(uow: UnitOfWork, actor: Actor, contact_id: UUID) -> ContactCard:
    """Return the card; raises ``NotFound``, and ``NotPermitted`` for who may read contacts but no tickets."""
    actor.require(Permission.TICKETS_READ)
    contact = await contacts.get(uow, actor, contact_id)
    is_open = TicketQuery(contact_id=[contact_id], open=True)
    is_held = TicketQuery(contact_id=[contact_id], status=[Status.SEND_LATER])
    counted = await uow.contact_cards.counts(is_open, actor)
    held = await uow.contact_cards.counts(is_held, actor)
    return ContactCard(
        contact=contact,
        open_ticket_count=counted.tickets,
        open_action_count=counted.open_actions,
        held_ticket_count=held.tickets,
        tickets=await _listed(uow, actor, is_open) if counted.tickets else [],
        held_tickets=await _listed(uow, actor, is_held) if held.tickets else [],
    )


async def _listed(uow: UnitOfWork, actor: Actor, query: TicketQuery) -> list[CardTicket]:
    found = await tickets.page(uow, actor, query, "created_at", _WHOLE)
    return [_on_card(ticket.read(TicketSummary)) for ticket in found.items]


def _on_card(ticket: TicketSummary) -> CardTicket:
    return CardTicket.model_construct(**{name: getattr(ticket, name) for name in CardTicket.model_fields})


async def page(uow: UnitOfWork, actor: Actor, contact_id: UUID, request: PageRequest) -> Page[Resource[TicketSummary]]:
    """Return a page of all tickets about a contact, held and closed ones included; raises ``NotFound``."""
    await contacts.get(uow, actor, contact_id)
    return await tickets.page(uow, actor, TicketQuery(contact_id=[contact_id]), "created_at", request)
