"""A ticket goes to where it belongs: staff, account, product and a word about it, all or nothing (product.md 5)."""

from typing import Any
from uuid import UUID

from ticketdesk.domain.activities import ActivityKind
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.assignment import AssignmentCause
from ticketdesk.domain.errors import FieldError, InvalidInput
from ticketdesk.domain.permissions import Permission
from ticketdesk.domain.ticket_workflow import TicketKind
from ticketdesk.domain.tickets import Visibility
from ticketdesk.domain.versions import Expected
from ticketdesk.repositories.tickets import TicketRecord, changed_columns
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.transfers import PARTS, TransferInput
from ticketdesk.services import accounts, activities, contacts, placements, support_contents, users

# What only support tickets are routed by.
_ROUTING = ("account_id", "product_id", "category_id", "contact_id")


async def transfer(
    uow: UnitOfWork, actor: Actor, ticket_id: UUID, data: TransferInput, expected: Expected = None
) -> None:
    """Change all that ``data`` names, each part with its entry.

    Raises ``InvalidInput`` (``nothing_to_transfer``, ``not_for_this_kind``, ``account_mismatch``, unknown or inactive
    references), ``NotPermitted`` for a user named by others than leads, and as ``placements.lock_open`` does.
    """
    if all(getattr(data, part) is None for part in PARTS):
        raise InvalidInput.at("", "nothing_to_transfer", f"Give at least one of {', '.join(PARTS)}.")
    if data.user_id is not None:
        actor.require(Permission.TICKETS_ASSIGN)
        await users.require_active_staff(uow, data.user_id, "/user_id")
    ticket = await placements.lock_open(uow, actor, ticket_id, expected)
    after = await _reroute(uow, actor, ticket, data)
    if data.comment is not None:
        comment = await uow.comments.add(ticket.id, actor, data.comment, Visibility.INTERNAL, uow.now())
        after = await activities.record(uow, after, actor, ActivityKind.NOTED, comment_id=comment.id)
    if data.user_id is None:
        await uow.tickets.save(ticket, after)
    else:
        await placements.place(uow, actor, ticket, data.user_id, AssignmentCause.TRANSFERRED, changed=after)


async def _reroute(uow: UnitOfWork, actor: Actor, ticket: TicketRecord, data: TransferInput) -> TicketRecord:
    given = {name: value for name in _ROUTING if (value := getattr(data, name)) is not None}
    if given and ticket.kind is not TicketKind.SUPPORT:
        detail = "Only support tickets have this."
        raise InvalidInput(*(FieldError(f"/{name}", "not_for_this_kind", detail) for name in given))
    routed = {name: value for name, value in given.items() if name in support_contents.ROUTED_BY}
    after = await support_contents.edit(uow, ticket, routed) if routed else ticket
    after = after.with_columns(**await _client(uow, actor, ticket, data))
    changed = changed_columns(ticket, after)
    if not changed:
        return ticket
    before = {name: getattr(ticket, name) for name in changed}
    return await activities.record(uow, after, actor, ActivityKind.TRANSFERRED, before=before, after=changed)


async def _client(uow: UnitOfWork, actor: Actor, ticket: TicketRecord, data: TransferInput) -> dict[str, Any]:
    """Return the columns of a new contact or account; a new contact is written to from now on."""
    if data.contact_id is None:
        await accounts.require(uow, data.account_id)
        return {"account_id": data.account_id} if data.account_id else {}
    person = await contacts.resolve(uow, actor, contact_id=data.contact_id)
    columns = {"contact_id": person.id, "account_id": support_contents.account_of(person, data.account_id)}
    if person.id != ticket.contact_id:
        await uow.tickets.set_recipients(ticket.id, [support_contents.recipient_of(person)])
    return columns
