"""What a support ticket is about and how it is routed (spec: product.md section 5, first rule)."""

from typing import Any
from uuid import UUID

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.addresses import normalise
from ticketdesk.domain.checks import CheckFacts
from ticketdesk.domain.errors import FieldError, InvalidInput
from ticketdesk.domain.tickets import Origin
from ticketdesk.repositories.support_contents import Routing
from ticketdesk.repositories.tickets import RecipientRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.ticket_creations import SupportTicketCreate
from ticketdesk.services import checks, contacts
from ticketdesk.services.contacts import ContactRef
from ticketdesk.services.ticket_contents import Content


async def complete(uow: UnitOfWork, actor: Actor, data: SupportTicketCreate, origin: Origin) -> Content:
    """Return everything the new ticket consists of.

    Raises ``InvalidInput``: ``category_or_product_required``, ``unknown_reference``, ``inactive_reference``,
    ``contact_inactive``, ``account_required``, ``account_mismatch``, ``recipient_required`` for a contact without an
    address, who could be told nothing.
    """
    routing = await route(uow, data.category_id, data.product_id)
    person = await contacts.resolve(uow, actor, contact_id=data.contact_id)
    account_id = _account(person, data.account_id)
    columns: dict[str, Any] = {
        **{name: getattr(data, name) for name in ("title", "description", "priority", "tags", "outreach_required")},
        "contact_id": person.id,
        "account_id": account_id,
        "category_id": data.category_id,
        "product_id": data.product_id,
        "origin": origin,
        "requires_check": routing.requires_check,
    }
    if routing.requires_check:
        columns |= await checks.appoint(uow, CheckFacts(origin, actor.user_id))
    return Content(columns, None, None, [_recipient(person)], data.requested_actions, [])


async def route(uow: UnitOfWork, category_id: UUID | None, product_id: UUID | None) -> Routing:
    """Return what category and product say of a ticket.

    Raises ``InvalidInput``: ``category_or_product_required``, ``unknown_reference``, ``inactive_reference``.
    """
    if category_id is None and product_id is None:
        detail = "Give a category, a product or both."
        raise InvalidInput.at("/category_id", "category_or_product_required", detail)
    routing = await uow.support_contents.routing(category_id, product_id)
    errors = [
        *_missing("category", category_id, is_active=routing.is_category_active),
        *_missing("product", product_id, is_active=routing.is_product_active),
    ]
    if errors:
        raise InvalidInput(*errors)
    return routing


def _missing(what: str, named: UUID | None, *, is_active: bool | None) -> list[FieldError]:
    if named is None or is_active:
        return []
    if is_active is None:
        return [FieldError(f"/{what}_id", "unknown_reference", f"No such {what}.")]
    return [FieldError(f"/{what}_id", "inactive_reference", f"This {what} takes no new tickets.")]


def _account(person: ContactRef, named: UUID | None) -> UUID:
    if person.account_id is None:
        raise InvalidInput.at("/contact_id", "account_required", "This contact belongs to no account.")
    if named not in {None, person.account_id}:
        raise InvalidInput.at("/account_id", "account_mismatch", "This is not the contact's account.")
    return person.account_id


def _recipient(person: ContactRef) -> RecipientRecord:
    if person.address is None:
        raise InvalidInput.at("/contact_id", "recipient_required", "No address of this contact is known; add one.")
    return RecipientRecord(person.id, person.name, person.address, normalise(person.address))
