"""Tasks: made from a compilation, and people who come to one or leave it; the rest is in ``tickets``."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.etags import IfMatch, tag_document
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.ready_json import Resource
from ticketdesk.schemas.tasks import AddresseeInput, CompilationTicketCreate
from ticketdesk.schemas.tickets import Ticket
from ticketdesk.services import task_recipients, tickets

router = APIRouter(tags=["tickets"], route_class=IdempotentRoute)

Writer = Annotated[Actor, Depends(permitted(Permission.TICKETS_WRITE))]


@router.post(
    "/compilations/{compilation_id}/tickets",
    response_model=Ticket,
    summary="Create a task that asks a compilation",
    status_code=201,
)
async def create_compilation_ticket(
    compilation_id: UUID, data: CompilationTicketCreate, uow: Uow, actor: Writer, response: Response
) -> Resource[Ticket]:
    """A draft with `send: later`, or sent with `send: now`; from the sending on the ticket keeps its own copy."""
    ticket = await tickets.create_from_compilation(uow, actor, compilation_id, data)
    response.headers["Location"] = f"/api/v1/tickets/{ticket.id}"
    tag_document(response, ticket)
    return ticket


@router.post(
    "/tickets/{ticket_id}/recipients", response_model=Ticket, summary="Add a recipient to a task", status_code=201
)
async def create_recipient(
    ticket_id: UUID, data: AddresseeInput, uow: Uow, actor: Writer, expected: IfMatch, response: Response
) -> Resource[Ticket]:
    """If the task was sent, the new recipient is mailed at once, and nobody else."""
    await task_recipients.add(uow, actor, ticket_id, data, expected)
    ticket = await tickets.get(uow, actor, ticket_id)
    tag_document(response, ticket)
    return ticket


@router.delete(
    "/tickets/{ticket_id}/recipients/{contact_id}", response_model=Ticket, summary="Remove a recipient from a task"
)
async def delete_recipient(
    ticket_id: UUID, contact_id: UUID, uow: Uow, actor: Writer, expected: IfMatch, response: Response
) -> Resource[Ticket]:
    """They see the task no more from that moment; what was delegated by or to them no longer is."""
    await task_recipients.remove(uow, actor, ticket_id, contact_id, expected)
    ticket = await tickets.get(uow, actor, ticket_id)
    tag_document(response, ticket)
    return ticket
