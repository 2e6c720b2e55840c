"""Choosing a new password by mail."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, status

from ticketdesk.api.deps import Public, ResourcesDep, Uow, claim_key
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.rate_limits import limited
from ticketdesk.domain.rate_limits import Limited
from ticketdesk.schemas.password_resets import PasswordResetAnswer, PasswordResetCreate, PasswordResetRedemption
from ticketdesk.services import password_resets
from ticketdesk.services.password_resets import Attempt

router = APIRouter(prefix="/auth/password-resets", tags=["auth"], route_class=IdempotentRoute)


async def attempted(data: PasswordResetRedemption, resources: ResourcesDep) -> tuple[Attempt, str | None]:
    """Hash the password before the transaction that replaces it is opened."""
    async with resources.unit_of_work() as uow:
        attempt = await password_resets.begin(uow, resources.signer, data)
    return attempt, await password_resets.hash_password(resources.hasher, attempt, data.password)


Attempted = Annotated[tuple[Attempt, str | None], Depends(attempted)]


@router.post(
    "",
    status_code=status.HTTP_202_ACCEPTED,
    dependencies=[
        Depends(limited(Limited.PASSWORD_RESET)),
        Depends(Public("who forgot a password has no credential", credential="email")),
        Depends(claim_key),
    ],
    summary="Ask for a link to choose a new password",
)
async def create_password_reset(data: PasswordResetCreate, uow: Uow) -> PasswordResetAnswer:
    """The answer is the same for every address. A mail goes to whoever signs in with it; its link works for an hour."""
    return await password_resets.ask(uow, data)


@router.post(
    "/redeem",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[
        Depends(limited(Limited.PASSWORD_RESET_REDEMPTION)),
        Depends(Public("the link is the credential", credential="token")),
    ],
    summary="Choose a new password with the link of a mail",
)
async def redeem_password_reset(tried: Attempted, uow: Uow, resources: ResourcesDep, request: Request) -> None:
    """Works once: 410 for a link that was used, has expired, or was followed by a newer one. All sessions end."""
    # Only now, so that no transaction waits for the hash; an answer that was lost is given again.
    await claim_key(request, resources, uow)
    await password_resets.settle(uow, *tried)
