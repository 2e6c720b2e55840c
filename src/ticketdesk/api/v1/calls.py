"""Calls with clients: begin, go through the worksheet, complete."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response, status

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.etags import IfMatch, tag_shown
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.calls import Call, CallCompletion, CallCreate, CallPage, CallQuery, CallTicketInput
from ticketdesk.services import calls

router = APIRouter(prefix="/calls", tags=["calls"], route_class=IdempotentRoute)

CAN_READ = [Depends(permitted(Permission.TICKETS_READ))]
Reader = Annotated[Actor, Depends(permitted(Permission.TICKETS_READ))]
Writer = Annotated[Actor, Depends(permitted(Permission.TICKETS_WRITE))]


@router.get("", dependencies=CAN_READ, summary="List calls")
async def list_calls(
    query: Annotated[CallQuery, Query()], uow: Uow, paging: Paging, request: Request, response: Response
) -> CallPage:
    """Newest first, without their worksheets."""
    return render_page(CallPage, await calls.page(uow, query, paging), request, response)


@router.post("", summary="Begin a call with a contact", status_code=status.HTTP_201_CREATED)
async def create_call(data: CallCreate, uow: Uow, actor: Writer, response: Response) -> Call:
    """The account's open support tickets and all open ones of the contact become the worksheet; held ones do not."""
    call = await calls.start(uow, actor, data)
    response.headers["Location"] = f"/api/v1/calls/{call.id}"
    tag_shown(response, call.version, call)
    return call


@router.get("/{call_id}", summary="Read a call")
async def get_call(call_id: UUID, uow: Uow, actor: Reader, response: Response) -> Call:
    """The call with its worksheet; the tickets on it are shown as they are now."""
    call = await calls.get(uow, actor, call_id)
    tag_shown(response, call.version, call)
    return call


@router.put("/{call_id}/tickets/{ticket_id}", summary="Note or excuse a ticket in a call")
async def replace_call_ticket(
    call_id: UUID,
    ticket_id: UUID,
    data: CallTicketInput,
    uow: Uow,
    actor: Writer,
    expected: IfMatch,
    response: Response,
) -> Call:
    """Any staff user may, whoever the ticket is assigned to; to excuse it takes a reason. Its record says so."""
    call = await calls.touch(uow, actor, call_id, ticket_id, data, expected)
    tag_shown(response, call.version, call)
    return call


@router.post("/{call_id}/complete", summary="Complete a call")
async def complete_call(
    call_id: UUID, data: CallCompletion, uow: Uow, actor: Writer, expected: IfMatch, response: Response
) -> Call:
    """Refused as `tickets_untouched` while a ticket is neither noted nor excused, unless it was closed since.

    `tickets` of the refusal names each of them. Every noted ticket counts as reached out for.
    """
    call = await calls.complete(uow, actor, call_id, data, expected)
    tag_shown(response, call.version, call)
    return call
