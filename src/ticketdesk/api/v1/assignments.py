"""Who works a ticket: given out, taken, and why it is theirs."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.etags import IfMatch, tag_document
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.assignments import AssignmentDecisionPage, AssignmentInput
from ticketdesk.schemas.ready_json import Resource
from ticketdesk.schemas.tickets import Ticket
from ticketdesk.schemas.transfers import TransferInput
from ticketdesk.services import assignment_decisions, placements, tickets, transfers

router = APIRouter(prefix="/tickets/{ticket_id}", tags=["assignment"], route_class=IdempotentRoute)

Reader = Annotated[Actor, Depends(permitted(Permission.TICKETS_READ))]
Writer = Annotated[Actor, Depends(permitted(Permission.TICKETS_WRITE))]
Assigner = Annotated[Actor, Depends(permitted(Permission.TICKETS_ASSIGN))]


@router.post("/assignment", response_model=Ticket, summary="Give a ticket to a colleague")
async def assign_ticket(
    ticket_id: UUID, data: AssignmentInput, uow: Uow, actor: Assigner, expected: IfMatch, response: Response
) -> Resource[Ticket]:
    """To `user_id`, whatever the rules say of them, or with `auto: true` to whom the rules choose."""
    await placements.assign(uow, actor, ticket_id, data, expected)
    ticket = await tickets.get(uow, actor, ticket_id)
    tag_document(response, ticket)
    return ticket


@router.post("/take", response_model=Ticket, summary="Take a ticket")
async def take_ticket(
    ticket_id: UUID, uow: Uow, actor: Writer, expected: IfMatch, response: Response
) -> Resource[Ticket]:
    """Agents take what nobody has, where its category allows that; leads take every ticket."""
    await placements.take(uow, actor, ticket_id, expected)
    ticket = await tickets.get(uow, actor, ticket_id)
    tag_document(response, ticket)
    return ticket


@router.post("/transfer", response_model=Ticket, summary="Transfer a ticket")
async def transfer_ticket(
    ticket_id: UUID, data: TransferInput, uow: Uow, actor: Writer, expected: IfMatch, response: Response
) -> Resource[Ticket]:
    """Staff, account, product, category, contact and an internal comment in one action: all of it or nothing."""
    await transfers.transfer(uow, actor, ticket_id, data, expected)
    ticket = await tickets.get(uow, actor, ticket_id)
    tag_document(response, ticket)
    return ticket


@router.get("/assignments", summary="List why a ticket has its assignee")
async def list_ticket_assignments(
    ticket_id: UUID, uow: Uow, actor: Reader, paging: Paging, request: Request, response: Response
) -> AssignmentDecisionPage:
    """Every decision as it was made, oldest first: in words, and with all that it went by."""
    page = await assignment_decisions.page(uow, actor, ticket_id, paging)
    return render_page(AssignmentDecisionPage, page, request, response)
