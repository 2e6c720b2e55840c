"""Questions given to another recipient of the same ticket. They change under the lock of the ticket."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, bindparam, literal, literal_column, or_, select, true, update

from ticketdesk.domain.actors import Actor, Side
from ticketdesk.domain.ticket_workflow import TicketKind
from ticketdesk.models.answers import delegations
from ticketdesk.models.contacts import contacts
from ticketdesk.models.task_contents import ticket_questions
from ticketdesk.models.tickets import ticket_recipients, tickets
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.statements import Statement
from ticketdesk.repositories.visibility import visible_questions
from ticketdesk.schemas.answers import PortalPerson
from ticketdesk.schemas.delegations import Delegation

_d = delegations.c
_r = ticket_recipients.c
_PEOPLE = Statement(
    select(_r.contact_id, contacts.c.name)
    .join(contacts, contacts.c.id == _r.contact_id)
    .join(tickets, tickets.c.id == _r.ticket_id)
    .where(_r.ticket_id == bindparam("ticket_id"), _r.contact_id != bindparam("reader_id", type_=Uuid))
    # Recipients of other kinds are not told of one another.
    .where(tickets.c.kind == literal_column(f"'{TicketKind.TASK}'"))
    .order_by(_r.position, _r.contact_id)
)
_END = Statement(update(delegations).where(_d.id == bindparam("delegation_id")).values(ended_at=bindparam("now")))


@dataclass(frozen=True, slots=True)
class StandingDelegation:
    """A delegation that was not taken back: of which question, and by whom."""

    id: UUID
    question_id: UUID
    from_contact_id: UUID


class DelegationRepository(Repository):
    """A question has one standing delegation at most; the index sees to it."""

    async def people(self, ticket_id: UUID, actor: Actor) -> list[PortalPerson]:
        """Return the recipients of a task but ``actor``, in their order; whether they see it is asked before."""
        rows = await self._all(_PEOPLE, ticket_id=ticket_id, reader_id=actor.contact_id)
        return [PortalPerson.model_construct(contact_id=row["contact_id"], name=row["name"]) for row in rows]

    async def add(
        self, ticket_id: UUID, question_ids: Sequence[UUID], actor: Actor, to: PortalPerson, note: str, now: datetime
    ) -> list[Delegation]:
        """Give questions that nobody else was asked to answer from ``actor`` to ``to``."""
        made = [
            Delegation(id=new_id(), question_id=each, to=to, from_name=actor.name, note=note, created_at=now)
            for each in question_ids
        ]
        shared = {"ticket_id": ticket_id, "from_contact_id": actor.contact_id, "to_contact_id": to.contact_id}
        rows = ({"id": each.id, "ticket_question_id": each.question_id} for each in made)
        await self._insert(delegations, *(row | shared | {"note": note, "created_at": now} for row in rows))
        return made

    async def find(self, ticket_id: UUID, delegation_id: UUID, actor: Actor) -> StandingDelegation | None:
        """Return a standing delegation of a ticket that ``actor`` sees: of a question they see, or their own."""
        reader = literal(actor.contact_id, Uuid)
        seen = select(ticket_questions.c.id).where(visible_questions(reader))
        is_seen = or_(_d.from_contact_id == reader, _d.ticket_question_id.in_(seen))
        statement = select(_d.id, _d.ticket_question_id, _d.from_contact_id).where(
            _d.id == delegation_id,
            _d.ticket_id == ticket_id,
            _d.ended_at.is_(None),
            is_seen if actor.side is Side.RECIPIENT else true(),
        )
        row = await self._one(statement)
        return StandingDelegation(row["id"], row["ticket_question_id"], row["from_contact_id"]) if row else None

    async def end(self, delegation_id: UUID, now: datetime) -> None:
        """Note that a delegation was taken back."""
        await self._execute(_END, delegation_id=delegation_id, now=now)
