"""The portal: what a recipient who came through a link (or signed in as a guest) can see and do."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.etags import IfMatch, tag_document
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.portal import (
    PortalAction,
    PortalComment,
    PortalCommentCreate,
    PortalTicket,
    PortalTicketCreate,
    PortalTicketPage,
    PortalTransition,
)
from ticketdesk.schemas.ready_json import Resource
from ticketdesk.schemas.tickets import RequestedActionPatch
from ticketdesk.services import portal

router = APIRouter(prefix="/portal/tickets", tags=["portal"], route_class=IdempotentRoute)
Recipient = Annotated[Actor, Depends(permitted(Permission.PORTAL))]


@router.get("", summary="List my tickets")
async def list_portal_tickets(
    paging: Paging, uow: Uow, actor: Recipient, request: Request, response: Response
) -> PortalTicketPage:
    """Every ticket written to the caller, oldest first, closed ones included."""
    return render_page(PortalTicketPage, await portal.page(uow, actor, paging), request, response)


@router.post("", response_model=PortalTicket, summary="Ask the desk for something", status_code=201)
async def create_portal_ticket(
    data: PortalTicketCreate, uow: Uow, actor: Recipient, response: Response
) -> Resource[PortalTicket]:
    """A support ticket of the caller's and their account's; that it was received is confirmed by mail."""
    ticket = await portal.create(uow, actor, data)
    response.headers["Location"] = f"/api/v1/portal/tickets/{ticket.id}"
    tag_document(response, ticket)
    return ticket


@router.get("/{ticket_id}", response_model=PortalTicket, summary="Read one of my tickets")
async def get_portal_ticket(ticket_id: UUID, uow: Uow, actor: Recipient, response: Response) -> Resource[PortalTicket]:
    """The first look after each mail is recorded as `viewed`."""
    ticket = await portal.view(uow, actor, ticket_id)
    tag_document(response, ticket)
    return ticket


@router.post("/{ticket_id}/comments", summary="Comment on one of my tickets", status_code=201)
async def create_portal_comment(
    ticket_id: UUID, data: PortalCommentCreate, uow: Uow, actor: Recipient, expected: IfMatch
) -> PortalComment:
    """The desk is told at once."""
    return await portal.comment(uow, actor, ticket_id, data, expected)


@router.post(
    "/{ticket_id}/transitions", response_model=PortalTicket, summary="Complete, close or reopen one of my tickets"
)
async def transition_portal_ticket(
    ticket_id: UUID, data: PortalTransition, uow: Uow, actor: Recipient, expected: IfMatch, response: Response
) -> Resource[PortalTicket]:
    """`complete`: the desk verifies it then. `close`, `reopen`: of a task, for everybody on it; the others are mailed.

    `allowed_actions` of the ticket names what is open to you now. Completing or closing again changes nothing.
    """
    ticket = await portal.transition(uow, actor, ticket_id, data, expected)
    tag_document(response, ticket)
    return ticket


@router.patch("/{ticket_id}/requested-actions/{action_id}", summary="Tick or untick what is asked of me")
async def edit_portal_action(
    ticket_id: UUID, action_id: UUID, data: RequestedActionPatch, uow: Uow, actor: Recipient, expected: IfMatch
) -> PortalAction:
    """Possible until the ticket is closed."""
    return await portal.tick(uow, actor, ticket_id, action_id, data, expected)
