"""Tickets: create, read, list, count, edit, move on, archive, delete."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Query, Request, Response

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.etags import IfMatch, tag_content, tag_document
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.openapi_responses import tagged
from ticketdesk.api.pagination import Paging, render_documents
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.domain.views import ViewKey
from ticketdesk.schemas.ready_json import ReadyJson, Resource
from ticketdesk.schemas.ticket_creations import TicketCreate
from ticketdesk.schemas.ticket_filters import TicketSort
from ticketdesk.schemas.tickets import (
    RequestedAction,
    RequestedActionPatch,
    Ticket,
    TicketCounts,
    TicketPage,
    TicketPatch,
    TicketQuery,
    TransitionInput,
)
from ticketdesk.services import requested_actions, tickets, transitions, views

router = APIRouter(prefix="/tickets", tags=["tickets"], route_class=IdempotentRoute)

Reader = Annotated[Actor, Depends(permitted(Permission.TICKETS_READ))]
Writer = Annotated[Actor, Depends(permitted(Permission.TICKETS_WRITE))]
Deleter = Annotated[Actor, Depends(permitted(Permission.TICKETS_DELETE))]
Filter = Annotated[TicketQuery, Query()]
Sort = Annotated[
    TicketSort,
    Query(description="oldest first by creation unless told otherwise; `-` turns the order round"),
]
View = Annotated[
    ViewKey | UUID | None,
    Query(description="a view's key or id; other filters narrow it further, its order is a default"),
]


@router.get("", response_model=TicketPage, summary="List tickets, oldest first")
async def list_tickets(
    query: Filter,
    paging: Paging,
    uow: Uow,
    actor: Reader,
    request: Request,
    response: Response,
    view: View = None,
    sort: Sort = "created_at",
) -> ReadyJson[TicketPage]:
    """Every filter narrows the list; a filter given several times matches any of its values."""
    order = sort if "sort" in request.query_params else None
    return render_documents(await views.page(uow, actor, query, view, order, paging), request, response)


@router.post("", response_model=Ticket, summary="Create a ticket", status_code=201)
async def create_ticket(
    data: Annotated[TicketCreate, Body()], uow: Uow, actor: Writer, response: Response
) -> Resource[Ticket]:
    """A corrective ticket is held with `send: later` or sent with `send: now`; a support ticket is new at once."""
    ticket = await tickets.create(uow, actor, data)
    response.headers["Location"] = f"/api/v1/tickets/{ticket.id}"
    tag_document(response, ticket)
    return ticket


@router.get("/counts", summary="Count tickets by status and by need for attention", responses=tagged())
async def count_tickets(query: Filter, uow: Uow, actor: Reader, response: Response, view: View = None) -> TicketCounts:
    """The same filters as the list. Poll with `If-None-Match`: 304 while the counts are the same."""
    counts = await views.counts(uow, actor, query, view)
    tag_content(response, counts)
    return counts


@router.get("/{ticket_id}", response_model=Ticket, summary="Read a ticket")
async def get_ticket(ticket_id: UUID, uow: Uow, actor: Reader, response: Response) -> Resource[Ticket]:
    """`If-None-Match` with the `ETag` of an earlier answer gives 304 while nothing has changed."""
    ticket = await tickets.get(uow, actor, ticket_id)
    tag_document(response, ticket)
    return ticket


@router.patch("/{ticket_id}", response_model=Ticket, summary="Edit a ticket")
async def edit_ticket(
    ticket_id: UUID, data: TicketPatch, uow: Uow, actor: Writer, expected: IfMatch, response: Response
) -> Resource[Ticket]:
    """A merge-patch. What a recipient was told can only be edited while the ticket is held."""
    ticket = await tickets.edit(uow, actor, ticket_id, data, expected)
    tag_document(response, ticket)
    return ticket


@router.delete("/{ticket_id}", summary="Delete a held ticket", status_code=204)
async def delete_ticket(ticket_id: UUID, uow: Uow, actor: Deleter, expected: IfMatch) -> None:
    """A corrective ticket that was sent cannot be deleted: withdraw it with the action `close`."""
    await tickets.delete(uow, actor, ticket_id, expected)


@router.post("/{ticket_id}/transitions", response_model=Ticket, summary="Take a step of the workflow")
async def transition_ticket(
    ticket_id: UUID, data: TransitionInput, uow: Uow, actor: Writer, expected: IfMatch, response: Response
) -> Resource[Ticket]:
    """`allowed_actions` of the ticket names the steps that are open to you now. Repeating a step changes nothing."""
    await transitions.transition(uow, actor, ticket_id, data, expected)
    ticket = await tickets.get(uow, actor, ticket_id)
    tag_document(response, ticket)
    return ticket


@router.patch("/{ticket_id}/requested-actions/{action_id}", summary="Tick or untick a requested action")
async def edit_requested_action(
    ticket_id: UUID, action_id: UUID, data: RequestedActionPatch, uow: Uow, actor: Writer, expected: IfMatch
) -> RequestedAction:
    """Staff tick on behalf of the recipient; recipients do it in the portal."""
    return await requested_actions.tick(uow, actor, ticket_id, action_id, data, expected)


@router.put("/{ticket_id}/archive", response_model=Ticket, summary="Archive a ticket")
async def archive_ticket(
    ticket_id: UUID, uow: Uow, actor: Writer, expected: IfMatch, response: Response
) -> Resource[Ticket]:
    """An archived ticket is read-only, out of the default lists and gets no reminders."""
    ticket = await tickets.set_archived(uow, actor, ticket_id, is_archived=True, expected=expected)
    tag_document(response, ticket)
    return ticket


@router.delete("/{ticket_id}/archive", response_model=Ticket, summary="Reactivate an archived ticket")
async def reactivate_ticket(
    ticket_id: UUID, uow: Uow, actor: Writer, expected: IfMatch, response: Response
) -> Resource[Ticket]:
    """The ticket goes on where it stood."""
    ticket = await tickets.set_archived(uow, actor, ticket_id, is_archived=False, expected=expected)
    tag_document(response, ticket)
    return ticket
