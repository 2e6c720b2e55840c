"""Guests become one of the desk: the same person, who has to come in anew (spec: product.md section 6)."""

from uuid import UUID

from ticketdesk.domain.errors import Conflict, NotFound
from ticketdesk.domain.events import StaffFreed
from ticketdesk.domain.permissions import Role
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.users import User, UserUpgrade
from ticketdesk.services import users

REASON = "upgraded"


async def upgrade(uow: UnitOfWork, user_id: UUID, data: UserUpgrade) -> User:
    """Give a guest a role of the desk, and end every session they have, those through links included.

    They stay the user and the contact that they were, so that tickets, comments and answers stay theirs. Raises
    ``NotFound``, and ``Conflict`` (``not_a_guest``) for somebody who has such a role already.
    """
    role = await uow.users.lock(user_id)
    if role is None:
        raise NotFound("User")
    if role is not Role.GUEST:
        raise Conflict("Only a guest can be upgraded; the role of others is changed.", code="not_a_guest")
    await uow.users.change(user_id, {"role": data.role}, uow.now())
    upgraded = await users.find(uow, user_id)
    await uow.sessions.revoke_of_user(user_id, REASON, uow.now())
    if upgraded.contact_id is not None:
        await uow.sessions.revoke_of_contact(upgraded.contact_id, REASON, uow.now())
    if upgraded.readiness(uow.now()).may_work:
        await uow.emit(StaffFreed(user_id))
    return await users.get(uow, user_id)
