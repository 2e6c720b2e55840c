"""Who the caller is."""

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.errors import NotFound
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.me import Me


async def describe(uow: UnitOfWork, actor: Actor) -> Me:
    """Return who the actor is and what they may do; raises ``NotFound`` for the system, which is nobody."""
    if actor.id is None:
        raise NotFound("Person")
    email_of = uow.authentication.email_of_user if actor.user_id else uow.authentication.email_of_contact
    return Me(
        kind=actor.kind,
        id=actor.id,
        name=actor.name,
        email=await email_of(actor.id),
        role=actor.role,
        team=actor.team,
        permissions=sorted(actor.permissions),
    )
