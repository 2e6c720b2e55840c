"""Outbound mail with its delivery."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.messages import Message, MessagePage, MessageQuery
from ticketdesk.services import messages

router = APIRouter(tags=["messages"], route_class=IdempotentRoute)
Reader = Annotated[Actor, Depends(permitted(Permission.MESSAGES_READ))]
Writer = Annotated[Actor, Depends(permitted(Permission.MESSAGES_WRITE))]
Sort = Annotated[Literal["created_at", "-created_at"], Query(description="oldest first; `-` for newest first")]


@router.get("/messages", summary="List outbound messages")
async def list_messages(
    query: Annotated[MessageQuery, Query()],
    paging: Paging,
    uow: Uow,
    actor: Reader,
    request: Request,
    response: Response,
    sort: Sort = "created_at",  # noqa: ARG001 - read by the paging, declared here for the contract
) -> MessagePage:
    """Each row is one message to one address, however many tickets it lists."""
    return render_page(MessagePage, await messages.page(uow, actor, query, paging), request, response)


@router.get("/messages/{message_id}", summary="Read a message")
async def get_message(message_id: UUID, uow: Uow, actor: Reader) -> Message:
    """What was said, to whom, and what became of it."""
    return await messages.get(uow, actor, message_id)


@router.post("/messages/{message_id}/retry", summary="Try a failed message again")
async def retry_message(message_id: UUID, uow: Uow, actor: Writer) -> Message:
    """Only for messages outside of a dispatch; a dispatch that failed is repeated as a dispatch."""
    return await messages.retry(uow, actor, message_id)


@router.get("/tickets/{ticket_id}/messages", summary="List the messages about a ticket")
async def list_ticket_messages(
    ticket_id: UUID, paging: Paging, uow: Uow, actor: Reader, request: Request, response: Response
) -> MessagePage:
    """Oldest first."""
    page = await messages.page_of_ticket(uow, actor, ticket_id, paging)
    return render_page(MessagePage, page, request, response)
