"""Asking another recipient of a task to answer single questions, and taking them back (spec: product.md section 6)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from ticketdesk.domain import answers as rules
from ticketdesk.domain.activities import ActivityKind
from ticketdesk.domain.actors import Actor, Side
from ticketdesk.domain.answers import NOT_ASKED
from ticketdesk.domain.errors import FieldError, InvalidInput, NotFound, NotPermitted
from ticketdesk.domain.messages import Purpose
from ticketdesk.repositories.answers import AskedQuestion
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.answers import PortalPerson
from ticketdesk.schemas.delegations import DelegationBatch, DelegationCreate, PortalPeople
from ticketdesk.services import activities, messages, steps


async def people(uow: UnitOfWork, actor: Actor, ticket_id: UUID) -> PortalPeople:
    """Return the other recipients of a task that ``actor`` sees, of other tickets nobody; raises ``NotFound``."""
    if await uow.tickets.find(ticket_id, actor) is None:
        raise NotFound("Ticket")
    return PortalPeople(people=await uow.delegations.people(ticket_id, actor))


async def delegate(uow: UnitOfWork, actor: Actor, ticket_id: UUID, data: DelegationCreate) -> DelegationBatch:
    """Give questions to another recipient, all or none, and write to them with the note.

    Whoever was asked to answer instead cannot pass that on. Raises ``NotFound``, ``InvalidInput``, and ``Conflict``
    (``ticket_archived``, ``ticket_closed``, ``answer_accepted``, ``answer_delegated``).
    """
    ticket = await steps.lock(uow, actor, ticket_id)
    rules.require_open(ticket.facts)
    others = {person.contact_id: person for person in await uow.delegations.people(ticket.id, actor)}
    asked = await uow.answers.asked(ticket.id, data.question_ids, actor)
    errors = [*_unknown_person(data, others), *_unknown_questions(data.question_ids, asked)]
    if errors:
        raise InvalidInput(*errors)
    rules.require_not_delegated({question.id: question.facts for question in asked.values()})
    to = others[data.contact_id]
    made = await uow.delegations.add(ticket.id, data.question_ids, actor, to, data.note, uow.now())
    facts = {"question_ids": data.question_ids, "delegation_ids": [each.id for each in made]}
    whom = {"contact_id": to.contact_id, "name": to.name}
    after = await activities.record(uow, ticket, actor, ActivityKind.DELEGATED, **facts, to=whom, note=data.note)
    said = messages.Said(reason=data.note or None)
    await messages.post(uow, after, Purpose.DELEGATION, actor, said, contact_ids=[to.contact_id])
    await uow.tickets.save(ticket, after)
    return DelegationBatch(delegations=made)


async def end(uow: UnitOfWork, actor: Actor, ticket_id: UUID, delegation_id: UUID) -> None:
    """Take a question back, as whoever gave it away or as staff; what was answered meanwhile stays.

    Raises ``NotFound``, also for what was taken back before, ``NotPermitted`` for recipients who did not give it away,
    and ``Conflict`` (``ticket_archived``, ``ticket_closed``).
    """
    ticket = await steps.lock(uow, actor, ticket_id)
    found = await uow.delegations.find(ticket.id, delegation_id, actor)
    if found is None:
        raise NotFound("Delegation")
    if actor.side is Side.RECIPIENT and found.from_contact_id != actor.contact_id:
        raise NotPermitted("Whoever delegated a question takes it back, or the desk does.")
    rules.require_open(ticket.facts)
    await uow.delegations.end(found.id, uow.now())
    facts = {"delegation_id": found.id, "question_id": found.question_id}
    await uow.tickets.save(ticket, await activities.record(uow, ticket, actor, ActivityKind.DELEGATION_ENDED, **facts))


def _unknown_person(data: DelegationCreate, others: Mapping[UUID, PortalPerson]) -> list[FieldError]:
    if data.contact_id in others:
        return []
    return [FieldError("/contact_id", "unknown_reference", "No other recipient of this ticket.")]


def _unknown_questions(question_ids: Sequence[UUID], asked: Mapping[UUID, AskedQuestion]) -> list[FieldError]:
    unknown = [
        FieldError(f"/question_ids/{place}", NOT_ASKED.code, NOT_ASKED.detail)
        for place, question_id in enumerate(question_ids)
        if question_id not in asked
    ]
    repeated = [
        FieldError(f"/question_ids/{place}", "repeated_question", "This question is named twice.")
        for place, question_id in enumerate(question_ids)
        if question_id in question_ids[:place]
    ]
    return unknown + repeated
