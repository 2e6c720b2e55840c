"""What staff are told in the app."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.notifications import NotificationCounts, NotificationPage, NotificationsRead
from ticketdesk.services import notifications

router = APIRouter(prefix="/notifications", tags=["notifications"], route_class=IdempotentRoute)

Reader = Annotated[Actor, Depends(permitted(Permission.NOTIFICATIONS_READ))]


@router.get("", summary="List own notifications")
async def list_notifications(
    uow: Uow,
    actor: Reader,
    paging: Paging,
    request: Request,
    response: Response,
    unread: Annotated[bool, Query(description="only those that were not read yet")] = False,
) -> NotificationPage:
    """List the caller's notifications, newest first, with the number of all unread ones."""
    page, unread_count = await notifications.search(uow, actor, paging, is_unread_only=unread)
    return render_page(NotificationPage, page, request, response).model_copy(update={"unread_count": unread_count})


@router.post("/read", summary="Mark own notifications as read")
async def mark_notifications_read(data: NotificationsRead, uow: Uow, actor: Reader) -> NotificationCounts:
    """Mark some or all of the caller's notifications as read."""
    return await notifications.mark_read(uow, actor, data)
