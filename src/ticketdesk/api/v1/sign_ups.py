"""Sign-ups of accounts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, status

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.sign_ups import SignUp, SignUpCreate
from ticketdesk.services import sign_ups

router = APIRouter(prefix="/accounts/{account_id}/sign-up", tags=["accounts"], route_class=IdempotentRoute)

Writer = Annotated[Actor, Depends(permitted(Permission.TICKETS_WRITE))]


@router.post("", status_code=status.HTTP_201_CREATED, summary="Sign an account up")
async def sign_account_up(account_id: UUID, data: SignUpCreate, uow: Uow, actor: Writer) -> SignUp:
    """Make a support ticket from each active template for sign-ups; an account signs up once."""
    return await sign_ups.create(uow, actor, account_id, data)
