"""Users: read by staff, written by admins; whether they are there is theirs to say."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from ticketdesk.api.deps import ResourcesDep, Uow, permitted
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.api.pagination import Paging, render_page
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.availability import AvailabilityUpdate
from ticketdesk.schemas.users import User, UserCreate, UserPage, UserPatch, UserQuery, UserUpgrade
from ticketdesk.services import availability, upgrades, users

router = APIRouter(prefix="/users", tags=["users"], route_class=IdempotentRoute)

MayBeAway = Annotated[Actor, Depends(permitted(Permission.AVAILABILITY_WRITE))]
CAN_READ = [Depends(permitted(Permission.USERS_READ))]
CAN_WRITE = [Depends(permitted(Permission.USERS_WRITE))]


@router.get("", dependencies=CAN_READ, summary="List users")
async def list_users(
    uow: Uow, paging: Paging, query: Annotated[UserQuery, Query()], request: Request, response: Response
) -> UserPage:
    """Return users in the order in which they were created."""
    return render_page(UserPage, await users.search(uow, query, paging), request, response)


@router.post("", status_code=201, dependencies=CAN_WRITE, summary="Create a user")
async def create_user(data: UserCreate, resources: ResourcesDep, uow: Uow, response: Response) -> User:
    """Create a user who can sign in at once."""
    user = await users.create(uow, resources.hasher, data)
    response.headers["Location"] = f"/api/v1/users/{user.id}"
    return user


@router.get("/{user_id}", dependencies=CAN_READ, summary="Read a user")
async def get_user(user_id: UUID, uow: Uow) -> User:
    """Return one user."""
    return await users.get(uow, user_id)


@router.patch("/{user_id}", dependencies=CAN_WRITE, summary="Change a user")
async def update_user(user_id: UUID, data: UserPatch, resources: ResourcesDep, uow: Uow) -> User:
    """Change a user; a new password or role and deactivation end their sessions.

    The last active admin can be neither demoted nor deactivated: 409 `last_admin`. A guest's links from mails go by
    the contact, who is deactivated apart.
    """
    return await users.change(uow, resources.hasher, user_id, data)


@router.post("/{user_id}/upgrade", dependencies=CAN_WRITE, summary="Make a guest one of the desk")
async def upgrade_user(user_id: UUID, data: UserUpgrade, uow: Uow) -> User:
    """The same person with the same history; every session of theirs ends. 409 `not_a_guest` for anybody else."""
    return await upgrades.upgrade(uow, user_id, data)


@router.put("/{user_id}/availability", summary="Say whether somebody is there to work tickets")
async def replace_availability(user_id: UUID, data: AvailabilityUpdate, uow: Uow, actor: MayBeAway) -> User:
    """Say whether somebody is there, until when not, and when they work: of oneself, and as a lead of others."""
    return await availability.replace(uow, actor, user_id, data)
