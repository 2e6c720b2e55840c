"""What a support ticket is about and how it is routed (spec: product.md section 5, first rule)."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.addresses import normalise
from ticketdesk.domain.checks import CheckFacts
from ticketdesk.domain.errors import Conflict, DomainError, FieldError, InvalidInput
from ticketdesk.domain.tickets import Origin
from ticketdesk.repositories.support_contents import Routing
from ticketdesk.repositories.tickets import RecipientRecord, TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.ticket_creations import SupportTicketCreate
from ticketdesk.services import checks, contacts
from ticketdesk.services.contacts import ContactRef
from ticketdesk.services.ticket_contents import Content, require_fields

ROUTED_BY = frozenset({"category_id", "product_id"})
# What staff may change of a support ticket at any time; the request itself stays as it was made.
EDITABLE = ROUTED_BY | {"tags", "outreach_required"}


async def complete(uow: UnitOfWork, actor: Actor, data: SupportTicketCreate, origin: Origin) -> Content:
    """Return everything the new ticket consists of.

    Raises ``InvalidInput``: ``category_or_product_required``, ``unknown_reference``, ``inactive_reference``,
    ``contact_inactive``, ``account_mismatch``, ``account_required``, ``recipient_required`` for a contact without an
    address, who could be told nothing. In the portal the last two are a ``Conflict``
    (``contact_incomplete``): a contact names nobody.
    """
    routing = await route(uow, data.category_id, data.product_id)
    person = await contacts.resolve(uow, actor, contact_id=data.contact_id)
    account_id = account_of(person, data.account_id, origin)
    columns: dict[str, Any] = {
        **{name: getattr(data, name) for name in ("title", "description", "priority", "tags", "outreach_required")},
        "contact_id": person.id,
        "account_id": account_id,
        "category_id": data.category_id,
        "product_id": data.product_id,
        "origin": origin,
        **await checks.demand(uow, CheckFacts(origin, actor.staff_id), routing.requires_check),
    }
    return Content(columns, None, None, [recipient_of(person, origin)], data.requested_actions, [])


async def edit(uow: UnitOfWork, ticket: TicketRecord, given: Mapping[str, Any]) -> TicketRecord:
    """Return a support ticket with the fields of a patch, as it has to be saved.

    Another category decides anew whether a check is needed, unless somebody has completed the work already. Raises
    ``InvalidInput``: ``not_for_this_kind``, and as ``route`` does.
    """
    require_fields(ticket.kind, given, EDITABLE | {"priority"})
    after = ticket.with_columns(**given)
    if not given.keys() & ROUTED_BY:
        return after
    routing = await route(uow, after.category_id, after.product_id, judged=given.keys())
    if after.category_id == ticket.category_id or ticket.completed_at is not None:
        return after
    return after.with_columns(**await checks.demand(uow, await checks.facts(uow, ticket), routing.requires_check))


async def route(
    uow: UnitOfWork, category_id: UUID | None, product_id: UUID | None, judged: Collection[str] = ROUTED_BY
) -> Routing:
    """Return what category and product say of a ticket; what is not ``judged`` may have been retired since.

    Raises ``InvalidInput``: ``category_or_product_required``, ``unknown_reference``, ``inactive_reference``.
    """
    if category_id is None and product_id is None:
        detail = "Give a category, a product or both."
        raise InvalidInput.at("/category_id", "category_or_product_required", detail)
    routing = await uow.support_contents.routing(category_id, product_id)
    found = {
        "category_id": (category_id, routing.is_category_active),
        "product_id": (product_id, routing.is_product_active),
    }
    errors = [error for name in found if name in judged for error in _missing(name, *found[name])]
    if errors:
        raise InvalidInput(*errors)
    return routing


def _missing(name: str, named: UUID | None, is_active: bool | None) -> list[FieldError]:
    if named is None or is_active:
        return []
    what = name.removesuffix("_id")
    if is_active is None:
        return [FieldError(f"/{name}", "unknown_reference", f"No such {what}.")]
    return [FieldError(f"/{name}", "inactive_reference", f"This {what} takes no new tickets.")]


def account_of(person: ContactRef, named: UUID | None, origin: Origin = Origin.STAFF) -> UUID:
    """Return the account that a contact's ticket is about: their own, which may be ``named``.

    Raises ``InvalidInput``: ``account_required``, ``account_mismatch``; in the portal ``Conflict`` for the former.
    """
    if person.account_id is None:
        raise _incomplete("account_required", "This contact belongs to no account.", origin)
    if named not in {None, person.account_id}:
        raise InvalidInput.at("/account_id", "account_mismatch", "This is not the contact's account.")
    return person.account_id


def recipient_of(person: ContactRef, origin: Origin = Origin.STAFF) -> RecipientRecord:
    """Return a contact as the recipient of a ticket.

    Raises ``InvalidInput`` (``recipient_required``) without an address; in the portal ``Conflict``.
    """
    if person.address is None:
        raise _incomplete("recipient_required", "No address of this contact is known.", origin)
    return RecipientRecord(person.id, person.name, person.address, normalise(person.address))


def _incomplete(code: str, detail: str, origin: Origin) -> DomainError:
    """Return the refusal of a contact whom the desk has to complete; only staff have named them in a field."""
    if origin is Origin.PORTAL:
        return Conflict(detail, code="contact_incomplete")
    return InvalidInput.at("/contact_id", code, detail)
