"""Dispatches: send held tickets, now or later, and see what became of each."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.dispatches import Dispatch, DispatchCreate, DispatchPage
from ticketdesk.services import dispatches

router = APIRouter(prefix="/dispatches", tags=["dispatches"], route_class=IdempotentRoute)

CAN_WRITE = [Depends(permitted(Permission.DISPATCHES_WRITE))]
Reader = Annotated[Actor, Depends(permitted(Permission.DISPATCHES_READ))]
Writer = Annotated[Actor, Depends(permitted(Permission.DISPATCHES_WRITE))]


@router.post("", summary="Send held tickets", status_code=202)
async def create_dispatch(data: DispatchCreate, uow: Uow, actor: Writer, response: Response) -> Dispatch:
    """One message per address lists all its tickets. Read the dispatch again for the result of each."""
    dispatch = await dispatches.create(uow, actor, data)
    response.headers["Location"] = f"/api/v1/dispatches/{dispatch.id}"
    return dispatch


@router.get("", summary="List dispatches", dependencies=[Depends(permitted(Permission.DISPATCHES_READ))])
async def list_dispatches(paging: Paging, uow: Uow, request: Request, response: Response) -> DispatchPage:
    """Newest first."""
    return render_page(DispatchPage, await dispatches.page(uow, paging), request, response)


@router.get("/{dispatch_id}", summary="Read a dispatch")
async def get_dispatch(dispatch_id: UUID, uow: Uow, actor: Reader) -> Dispatch:
    """With the result of each ticket and of the message to each address."""
    return await dispatches.get(uow, actor, dispatch_id)


@router.delete("/{dispatch_id}", summary="Cancel a scheduled dispatch", status_code=204, dependencies=CAN_WRITE)
async def cancel_dispatch(dispatch_id: UUID, uow: Uow) -> None:
    """Possible until it starts; its tickets stay held."""
    await dispatches.cancel(uow, dispatch_id)
