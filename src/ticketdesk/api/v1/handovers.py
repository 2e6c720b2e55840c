"""Tickets are offered to colleagues, who accept or decline."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.handovers import Handover, HandoverInput, HandoverPage, HandoverQuery
from ticketdesk.services import handovers

router = APIRouter(tags=["assignment"], route_class=IdempotentRoute)

Reader = Annotated[Actor, Depends(permitted(Permission.TICKETS_READ))]
Writer = Annotated[Actor, Depends(permitted(Permission.TICKETS_WRITE))]


@router.post("/tickets/{ticket_id}/handovers", summary="Offer a ticket to a colleague", status_code=201)
async def create_handover(
    ticket_id: UUID, data: HandoverInput, uow: Uow, actor: Writer, response: Response
) -> Handover:
    """The ticket stays where it is until the colleague accepts, or a lead does for them."""
    handover = await handovers.request(uow, actor, ticket_id, data)
    response.headers["Location"] = f"/api/v1/handovers/{handover.id}"
    return handover


@router.get("/tickets/{ticket_id}/handovers", summary="List to whom a ticket was offered")
async def list_ticket_handovers(
    ticket_id: UUID, uow: Uow, actor: Reader, paging: Paging, request: Request, response: Response
) -> HandoverPage:
    """All requests about the ticket with how they ended, oldest first."""
    page = await handovers.page_of_ticket(uow, actor, ticket_id, paging)
    return render_page(HandoverPage, page, request, response)


@router.get("/handovers", summary="List my hand-overs")
async def list_handovers(
    query: Annotated[HandoverQuery, Query()],
    uow: Uow,
    actor: Reader,
    paging: Paging,
    request: Request,
    response: Response,
) -> HandoverPage:
    """Requests to the caller and by the caller, oldest first."""
    return render_page(HandoverPage, await handovers.page_of_caller(uow, actor, query, paging), request, response)


@router.get("/handovers/{handover_id}", summary="Read a hand-over")
async def get_handover(handover_id: UUID, uow: Uow, actor: Reader) -> Handover:
    """Return a request with how it stands."""
    return await handovers.get(uow, actor, handover_id)


@router.post("/handovers/{handover_id}/accept", summary="Accept a hand-over")
async def accept_handover(handover_id: UUID, uow: Uow, actor: Writer) -> Handover:
    """The ticket is the named colleague's now. For them, or for a lead in their place."""
    return await handovers.accept(uow, actor, handover_id)


@router.post("/handovers/{handover_id}/decline", summary="Decline a hand-over")
async def decline_handover(handover_id: UUID, uow: Uow, actor: Writer) -> Handover:
    """The ticket stays where it is. For the named colleague, or for a lead in their place."""
    return await handovers.decline(uow, actor, handover_id)


@router.post("/handovers/{handover_id}/cancel", summary="Take a hand-over back")
async def cancel_handover(handover_id: UUID, uow: Uow, actor: Writer) -> Handover:
    """For whoever asked, or for a lead."""
    return await handovers.cancel(uow, actor, handover_id)
