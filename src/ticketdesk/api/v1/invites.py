"""Invites to register, and how somebody does."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response, status

from ticketdesk.api.deps import Public, ResourcesDep, Uow, claim_key, permitted
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.api.rate_limits import limited
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.domain.rate_limits import Limited
from ticketdesk.schemas.invites import Invite, InviteCreate, InvitePage, InviteQuery, InviteRedemption
from ticketdesk.schemas.sessions import Session
from ticketdesk.services import invites, registrations
from ticketdesk.services.registrations import Attempt

router = APIRouter(prefix="/invites", tags=["invites"], route_class=IdempotentRoute)

CAN_READ = [Depends(permitted(Permission.INVITES_READ))]
Writer = Annotated[Actor, Depends(permitted(Permission.INVITES_WRITE))]


async def attempted(data: InviteRedemption, resources: ResourcesDep) -> tuple[Attempt, str | None]:
    """Hash the password before the transaction that makes the guest is opened."""
    async with resources.unit_of_work() as uow:
        attempt = await registrations.begin(uow, resources.signer, data)
    return attempt, await registrations.hash_password(resources.hasher, attempt, data.password)


Attempted = Annotated[tuple[Attempt, str | None], Depends(attempted)]


@router.get("", dependencies=CAN_READ, summary="List invites")
async def list_invites(
    query: Annotated[InviteQuery, Query()], uow: Uow, paging: Paging, request: Request, response: Response
) -> InvitePage:
    """Newest first, those that are over included."""
    return render_page(InvitePage, await invites.page(uow, query, paging), request, response)


@router.post("", status_code=status.HTTP_201_CREATED, summary="Invite somebody to register")
async def create_invite(data: InviteCreate, uow: Uow, actor: Writer, response: Response) -> Invite:
    """A mail goes to the address with a link that works once. Tasks invite by themselves whoever they are sent to."""
    invite = await invites.create(uow, actor, data)
    response.headers["Location"] = f"/api/v1/invites/{invite.id}"
    return invite


@router.post(
    "/redeem",
    status_code=status.HTTP_201_CREATED,
    dependencies=[
        Depends(limited(Limited.INVITE_REDEMPTION)),
        Depends(Public("the link is the credential", credential="token")),
    ],
    summary="Register with the link of an invite",
)
async def redeem_invite(
    tried: Attempted, uow: Uow, resources: ResourcesDep, request: Request, response: Response
) -> Session:
    """Return the first session of a new guest, whose e-mail address is the one that was invited.

    Works once: 410 for a link that was used, revoked or replaced by a newer one, or has expired.
    """
    # Only now, so that no transaction waits for the hash; an answer that was lost is given again.
    await claim_key(request, resources, uow)
    response.headers["Location"] = "/api/v1/auth/sessions/current"
    # No cache may keep what holds a credential (RFC 6749 section 5.1).
    response.headers["Cache-Control"] = "no-store"
    return await registrations.settle(uow, resources.signer, *tried)


@router.get("/{invite_id}", dependencies=CAN_READ, summary="Read an invite")
async def get_invite(invite_id: UUID, uow: Uow) -> Invite:
    """Whom it is for and what became of it; its link is in the mail alone."""
    return await invites.get(uow, invite_id)


@router.post("/{invite_id}/resend", summary="Send an invite again")
async def resend_invite(invite_id: UUID, uow: Uow, actor: Writer) -> Invite:
    """A new mail with a new link, valid for as long as a new invite; every older link is dead."""
    return await invites.resend(uow, actor, invite_id)


@router.delete("/{invite_id}", status_code=status.HTTP_204_NO_CONTENT, summary="Revoke an invite")
async def delete_invite(invite_id: UUID, uow: Uow, actor: Writer) -> None:
    """Its link is dead at once; the invite stays in the list."""
    await invites.revoke(uow, actor, invite_id)
