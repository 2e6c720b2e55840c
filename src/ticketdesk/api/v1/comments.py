"""Words on a ticket, as staff read and write them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.etags import IfMatch
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.comments import Comment, CommentCreate, CommentPage
from ticketdesk.services import comments

router = APIRouter(prefix="/tickets/{ticket_id}/comments", tags=["comments"], route_class=IdempotentRoute)


@router.get("", summary="List the comments of a ticket")
async def list_comments(
    ticket_id: UUID,
    paging: Paging,
    uow: Uow,
    actor: Annotated[Actor, Depends(permitted(Permission.TICKETS_READ))],
    request: Request,
    response: Response,
) -> CommentPage:
    """Oldest first, internal ones included."""
    return render_page(CommentPage, await comments.page(uow, actor, ticket_id, paging), request, response)


@router.post("", summary="Comment on a ticket", status_code=201)
async def create_comment(
    ticket_id: UUID,
    data: CommentCreate,
    uow: Uow,
    actor: Annotated[Actor, Depends(permitted(Permission.TICKETS_WRITE))],
    expected: IfMatch,
) -> Comment:
    """A public comment is mailed to the recipients and answers a blue ticket; an internal one stays among staff.

    With `If-Match` nothing is said where somebody was quicker.
    """
    return await comments.post(uow, actor, ticket_id, data, expected)
