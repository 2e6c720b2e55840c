"""What a corrective ticket says and to whom: completed from a monitored item, checked, written, edited."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from ticketdesk.domain.actors import Actor
from ticketdesk.domain.addresses import normalise
from ticketdesk.domain.errors import FieldError, InvalidInput
from ticketdesk.domain.ticket_workflow import TicketKind
from ticketdesk.repositories.tickets import RecipientRecord, TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.monitored_items import Prefill
from ticketdesk.schemas.ticket_creations import CorrectiveTicketCreate
from ticketdesk.schemas.tickets import RecipientInput, RequestedActionInput
from ticketdesk.services import contacts, monitored_items

# Staff edit these of a corrective ticket: all of them while it is held.
EDITABLE = frozenset(
    {"title", "description", "priority", "contact_id", "recipient", "requested_actions", "violation_category_ids"}
)


@dataclass(frozen=True, slots=True)
class Content:
    """A ticket's columns, what it keeps of a monitored item, and the rows that belong to it.

    ``facts`` are what the record says of it beside that.
    """

    columns: dict[str, Any]
    monitored_item_id: UUID | None
    item: dict[str, Any] | None
    recipients: Sequence[RecipientRecord]
    actions: Sequence[RequestedActionInput]
    category_ids: Sequence[UUID]
    facts: Mapping[str, Any] = field(default_factory=dict)


async def complete(uow: UnitOfWork, actor: Actor, data: CorrectiveTicketCreate) -> Content:
    """Return everything the new ticket consists of; what the caller left out comes from the monitored item.

    Raises ``InvalidInput``: ``recipient_required``, ``title_required``, unknown references.
    """
    item = await monitored_items.snapshot(uow, data.monitored_item_id) if data.monitored_item_id else None
    if item is not None and data.apply_prefill:
        data = _merge(data, await monitored_items.prefill(uow, item.id))
    if data.title is None:
        raise InvalidInput.at("/title", "title_required", "A ticket without a monitored item needs a title.")
    await _require_categories(uow, data.violation_category_ids)
    person = await _addressee(uow, actor, data.contact_id, data.recipient)
    columns: dict[str, Any] = {
        "title": data.title,
        "description": data.description,
        "priority": data.priority,
        "contact_id": person.contact_id,
        "account_id": person.account_id,
    }
    return Content(
        columns,
        data.monitored_item_id,
        item.model_dump(mode="json") if item else None,
        [person.recipient],
        data.requested_actions,
        data.violation_category_ids,
    )


def _merge(data: CorrectiveTicketCreate, prefill: Prefill) -> CorrectiveTicketCreate:
    """Return ``data`` with the prefill for what it leaves out; actions and categories that it gives are added to."""
    filled: dict[str, Any] = {}
    if data.title is None:
        filled["title"] = prefill.title
    if data.contact_id is None and data.recipient is None:
        filled["contact_id"] = prefill.contact_id
    asked = {action.text for action in data.requested_actions}
    alerts = [
        RequestedActionInput(text=line.text, note=line.note, source=line.source) for line in prefill.requested_actions
    ]
    filled["requested_actions"] = [*data.requested_actions, *(line for line in alerts if line.text not in asked)]
    filled["violation_category_ids"] = list(
        dict.fromkeys([*data.violation_category_ids, *prefill.violation_category_ids])
    )
    return data.model_copy(update=filled)


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a ticket is about: contact, account, and the address to write to."""

    contact_id: UUID
    account_id: UUID | None
    recipient: RecipientRecord


async def _addressee(
    uow: UnitOfWork, actor: Actor, contact_id: UUID | None, recipient: RecipientInput | None
) -> Addressee:
    if contact_id is None and recipient is None:
        raise InvalidInput.at("/contact_id", "recipient_required", "Give a contact_id or a recipient with an address.")
    person = await contacts.resolve(uow, actor, contact_id=contact_id, recipient=recipient)
    if person.address is None:
        raise InvalidInput.at("/recipient", "recipient_required", "No address of this person is known; give one.")
    record = RecipientRecord(person.id, person.name, person.address, normalise(person.address))
    return Addressee(person.id, person.account_id, record)


async def _require_categories(uow: UnitOfWork, ids: Sequence[UUID]) -> None:
    known = await uow.violation_categories.known(ids)
    unknown = [
        FieldError(f"/violation_category_ids/{index}", "unknown_reference", "No such violation category.")
        for index, category_id in enumerate(ids)
        if category_id not in known
    ]
    if unknown:
        raise InvalidInput(*unknown)


def lay_out(uow: UnitOfWork, ticket_id: UUID, content: Content) -> None:
    """Prepare the rows that belong to a ticket, which are written along with it."""
    uow.ticket_contents.add_actions(ticket_id, content.actions)
    uow.tickets.add_recipients(ticket_id, content.recipients)
    uow.ticket_contents.add_categories(ticket_id, content.category_ids)


def require_fields(kind: TicketKind, given: Iterable[str], known: Collection[str]) -> None:
    """Raise ``InvalidInput`` (``not_for_this_kind``) for each given field that tickets of this kind do not have."""
    detail = f"A {kind.value} ticket has no such field."
    errors = [FieldError(f"/{name}", "not_for_this_kind", detail) for name in given if name not in known]
    if errors:
        raise InvalidInput(*errors)


async def edit(uow: UnitOfWork, actor: Actor, ticket: TicketRecord, given: Mapping[str, Any]) -> TicketRecord:
    """Write the fields of a patch and return the ticket as it has to be saved.

    Raises ``InvalidInput`` for unknown references, a person without an address, and fields of other kinds.
    """
    require_fields(ticket.kind, given, EDITABLE)
    changed = {name: given[name] for name in ("title", "description", "priority") if name in given}
    if given.keys() & {"contact_id", "recipient"}:
        person = await _addressee(uow, actor, given.get("contact_id"), given.get("recipient"))
        # Whoever could not be reached is no longer who is written to.
        changed |= {"contact_id": person.contact_id, "account_id": person.account_id, "delivery_failure": None}
        # A dispatch has its messages addressed already; this ticket is no longer for those.
        changed["dispatch_id"] = None
        await uow.tickets.set_recipients(ticket.id, [person.recipient])
    if "requested_actions" in given:
        await uow.ticket_contents.set_actions(ticket.id, given["requested_actions"])
    if "violation_category_ids" in given:
        await _require_categories(uow, given["violation_category_ids"])
        await uow.ticket_contents.set_categories(ticket.id, given["violation_category_ids"])
    return ticket.with_columns(**changed)
