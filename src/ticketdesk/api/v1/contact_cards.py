"""What is open about a contact."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.pagination import Paging, render_documents
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.contact_cards import ContactCard
from ticketdesk.schemas.ready_json import ReadyJson
from ticketdesk.schemas.tickets import TicketPage
from ticketdesk.services import contact_cards

router = APIRouter(prefix="/contacts/{contact_id}", tags=["contacts"], route_class=IdempotentRoute)


@router.get("/card", summary="Read the card of a contact")
async def get_contact_card(
    contact_id: UUID, uow: Uow, actor: Annotated[Actor, Depends(permitted(Permission.CONTACTS_READ))]
) -> ContactCard:
    """The contact with counts, and with the open and held tickets, oldest first."""
    return await contact_cards.get(uow, actor, contact_id)


@router.get("/tickets", response_model=TicketPage, summary="List the tickets of a contact")
async def list_contact_tickets(
    contact_id: UUID,
    paging: Paging,
    uow: Uow,
    actor: Annotated[Actor, Depends(permitted(Permission.TICKETS_READ))],
    request: Request,
    response: Response,
) -> ReadyJson[TicketPage]:
    """Oldest first, held and closed ones included, archived ones not."""
    return render_documents(await contact_cards.page(uow, actor, contact_id, paging), request, response)
