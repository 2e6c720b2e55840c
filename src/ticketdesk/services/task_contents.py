"""What a task asks and whom: completed, edited while a draft, copied when it is sent (spec: product.md section 6)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ticketdesk.domain import tasks
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.compilations import Frozen
from ticketdesk.domain.tasks import Addressee, Part
from ticketdesk.repositories.tickets import RecipientRecord, TicketRecord
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.tasks import AddresseeInput
from ticketdesk.schemas.ticket_creations import TaskTicketCreate
from ticketdesk.services import addressees, compilations, reminders
from ticketdesk.services.ticket_contents import Content, require_fields

# Staff change these of a task at any time; the rest only while it is a draft.
ALWAYS_EDITABLE = frozenset({"priority", "due_on"})
_COLUMNS = ("title", "description", "priority", "due_on")
EDITABLE = ALWAYS_EDITABLE | {"title", "description", "addressees", "compilation_ids"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskContent(Content):
    """A task's content: the part of each recipient, its compilations, and what they ask if it is sent at once."""

    parts: Mapping[UUID, Part]
    compilation_ids: Sequence[UUID]
    frozen: Sequence[Frozen]


async def complete(uow: UnitOfWork, actor: Actor, data: TaskTicketCreate, *, is_chosen: bool = True) -> TaskContent:
    """Return everything the new task consists of; a draft may lack people and compilations.

    ``is_chosen`` is false where the body does not say which compilation it is. Raises ``InvalidInput``
    (``recipient_required``, ``compilation_required``, as ``addressees.resolve`` does, and for what a compilation lacks
    to be sent) and ``Conflict``.
    """
    is_sent = data.send == "now"
    if is_sent:
        tasks.require_sendable(len(data.addressees), len(data.compilation_ids), "/addressees", "/compilation_ids")
    ids = await _require(uow, actor, data.compilation_ids)
    frozen = await _freeze(uow, actor, ids, "/compilation_ids" if is_chosen else None) if is_sent else []
    people = await _resolve(uow, actor, data.addressees, await uow.task_contents.standing_questionnaires(ids))
    columns = {name: getattr(data, name) for name in _COLUMNS}
    facts = {"due_on": data.due_on.isoformat() if data.due_on else None}
    parts = {person.contact_id: person.part for person in people}
    return TaskContent(
        columns=columns | {"contact_id": people[0].contact_id if people else None},
        monitored_item_id=None,
        item=None,
        recipients=[record_of(person) for person in people],
        actions=[],
        category_ids=[],
        facts=facts | _asked(frozen, parts),
        parts=parts,
        compilation_ids=ids,
        frozen=frozen,
    )


def record_of(person: Addressee) -> RecipientRecord:
    """Return the row of a recipient."""
    return RecipientRecord(person.contact_id, person.name, person.address, person.address_key, person.part is None)


async def write(uow: UnitOfWork, ticket_id: UUID, content: TaskContent) -> None:
    """Write the rows that only a task has; its recipients are there already."""
    await uow.task_recipients.add_parts(ticket_id, content.parts)
    await uow.task_contents.set_compilations(ticket_id, content.compilation_ids)
    await uow.task_contents.copy(ticket_id, content.frozen)


async def copy(uow: UnitOfWork, actor: Actor, ticket: TicketRecord) -> Mapping[str, Any]:
    """Give a draft that is being sent its own copy of what it asks, and return what the record says of that.

    Raises ``InvalidInput`` (``recipient_required``, ``compilation_required``), and ``Conflict`` (``part_removed``, or
    what a compilation lacks to be sent).
    """
    ids = await uow.task_contents.compilation_ids(ticket.id)
    parts = await uow.task_recipients.parts(ticket.id)
    tasks.require_sendable(len(parts), len(ids), "/action", "/action")
    frozen = await _freeze(uow, actor, ids, None)
    tasks.require_standing_parts(parts.values(), _questionnaires(frozen))
    await uow.task_contents.copy(ticket.id, frozen)
    people = await uow.tickets.recipients([ticket.id])
    return {"recipients": [person.address for person in people[ticket.id]], **_asked(frozen, parts)}


async def edit(uow: UnitOfWork, actor: Actor, ticket: TicketRecord, given: Mapping[str, Any]) -> TicketRecord:
    """Write the fields of a patch and return the task as it has to be saved.

    Raises ``InvalidInput`` (``not_for_this_kind``, and as ``complete`` does) and ``Conflict`` (``part_removed``) for a
    compilation that is left out while somebody has a questionnaire of it.
    """
    require_fields(ticket.kind, given, EDITABLE)
    after = ticket.with_columns(**{name: given[name] for name in _COLUMNS if name in given})
    if "due_on" in given:
        after = await reminders.replan(uow, after)
    if given.keys() <= set(_COLUMNS):
        return after
    known = await uow.task_contents.standing_questionnaires(await _edit_compilations(uow, actor, ticket, given))
    if "addressees" in given:
        return await _edit_people(uow, after, await _resolve(uow, actor, given["addressees"], known))
    tasks.require_standing_parts((await uow.task_recipients.parts(ticket.id)).values(), known)
    return after


async def _edit_compilations(
    uow: UnitOfWork, actor: Actor, ticket: TicketRecord, given: Mapping[str, Any]
) -> Sequence[UUID]:
    if "compilation_ids" not in given:
        return await uow.task_contents.compilation_ids(ticket.id)
    ids = await _require(uow, actor, given["compilation_ids"])
    await uow.task_contents.set_compilations(ticket.id, ids)
    return ids


async def _edit_people(uow: UnitOfWork, ticket: TicketRecord, people: Sequence[Addressee]) -> TicketRecord:
    await uow.task_recipients.clear(ticket.id)
    uow.tickets.add_recipients(ticket.id, [record_of(person) for person in people])
    await uow.task_recipients.add_parts(ticket.id, {person.contact_id: person.part for person in people})
    return ticket.with_columns(contact_id=people[0].contact_id if people else None)


async def _require(uow: UnitOfWork, actor: Actor, compilation_ids: Sequence[UUID]) -> list[UUID]:
    """Return the compilations of a body once each; raises ``InvalidInput`` for those that cannot be asked."""
    if compilation_ids:
        await compilations.require(uow, actor, compilation_ids, "/compilation_ids")
    return list(dict.fromkeys(compilation_ids))


async def _resolve(
    uow: UnitOfWork, actor: Actor, named: Sequence[AddresseeInput], known: Collection[UUID]
) -> list[Addressee]:
    pointers = [f"/addressees/{index}" for index in range(len(named))]
    parts = [person.questionnaire_ids for person in named]
    tasks.require_parts([(at, tuple(part or ())) for at, part in zip(pointers, parts, strict=True)], known)
    return await addressees.resolve(uow, actor, named, pointers)


async def _freeze(uow: UnitOfWork, actor: Actor, compilation_ids: Sequence[UUID], pointer: str | None) -> list[Frozen]:
    """Return what compilations ask, in their order; they are locked in the order of their ids."""
    pointers = {one: None if pointer is None else f"{pointer}/{at}" for at, one in enumerate(compilation_ids)}
    found = {one: await compilations.freeze(uow, actor, one, pointers[one]) for one in sorted(compilation_ids)}
    return [found[one] for one in compilation_ids]


def _questionnaires(frozen: Sequence[Frozen]) -> set[UUID]:
    return {questionnaire.questionnaire_id for one in frozen for questionnaire in one.questionnaires}


def _asked(frozen: Sequence[Frozen], parts: Mapping[UUID, Part]) -> dict[str, Any]:
    """Return what the record says of a sending: which revisions were asked, and who was asked but a part of them."""
    if not frozen:
        return {}
    own = [{"contact_id": one, "questionnaire_ids": part} for one, part in parts.items() if part is not None]
    asked = [{"id": one.compilation_id, "name": one.name, "revision": one.revision} for one in frozen]
    return {"compilations": asked, "parts": own or None}
