"""The people of a task: who they are as users and contacts, and which part each of them has."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from ticketdesk.domain.actors import Actor
from ticketdesk.models.answers import delegations
from ticketdesk.models.contacts import contact_addresses, contacts
from ticketdesk.models.task_contents import recipient_questionnaires
from ticketdesk.models.tickets import ticket_recipients
from ticketdesk.models.users import users
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.contacts import visible_to
from ticketdesk.repositories.id_arrays import one_of_found, one_of_ids

_ADDRESSES = func.array(
    select(contact_addresses.c.address)
    .where(contact_addresses.c.contact_id == contacts.c.id)
    .order_by(contact_addresses.c.position)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class KnownUser:
    """A user as somebody who may be written to; ``email`` is in its normal form."""

    id: UUID
    name: str
    email: str
    is_active: bool
    contact_id: UUID | None


@dataclass(frozen=True, slots=True)
class KnownContact:
    """A contact as somebody who may be written to, with all addresses in their order."""

    id: UUID
    name: str
    is_active: bool
    addresses: Sequence[str]


class TaskRecipientRepository(Repository):
    """Writes need the ticket's lock."""

    async def users(self, ids: Collection[UUID], emails: Collection[str] = ()) -> list[KnownUser]:
        """Return the users among these ids and these addresses, which are in their normal form."""
        u = users.c
        wanted = select(u.id, u.name, u.email, u.is_active, u.contact_id)
        rows = await self._all(wanted.where(or_(one_of_ids(u.id, ids), u.email.in_(emails))))
        return [KnownUser(**row) for row in rows]

    async def contacts(self, actor: Actor, ids: Collection[UUID], keys: Collection[str] = ()) -> list[KnownContact]:
        """Return the contacts among these ids and normalised addresses, of those that ``actor`` may know of."""
        owners = select(contact_addresses.c.contact_id).where(contact_addresses.c.address_key.in_(keys))
        are_named = or_(one_of_ids(contacts.c.id, ids), one_of_found(contacts.c.id, owners))
        wanted = select(contacts.c.id, contacts.c.name, contacts.c.is_active, _ADDRESSES.label("addresses"))
        return [KnownContact(**row) for row in await self._all(wanted.where(are_named, visible_to(actor)))]

    async def has_user(self, contact_id: UUID) -> bool:
        """Tell whether a contact is somebody's who signs in."""
        return await self._scalar(select(users.c.id).where(users.c.contact_id == contact_id)) is not None

    async def parts(self, ticket_id: UUID) -> Mapping[UUID, tuple[UUID, ...] | None]:
        """Return contact → part, as ``domain.tasks`` has it, for the recipients of a ticket in their order."""
        r, own = ticket_recipients.c, recipient_questionnaires.c
        questionnaire_ids = func.array(
            select(own.questionnaire_id)
            .where(own.ticket_id == r.ticket_id, own.contact_id == r.contact_id)
            .order_by(own.questionnaire_id)
            .scalar_subquery()
        )
        wanted = select(r.contact_id, r.has_all_questionnaires, questionnaire_ids.label("own"))
        rows = await self._all(wanted.where(r.ticket_id == ticket_id).order_by(r.position))
        return {row["contact_id"]: None if row["has_all_questionnaires"] else tuple(row["own"]) for row in rows}

    async def add_parts(self, ticket_id: UUID, parts: Mapping[UUID, Sequence[UUID] | None]) -> None:
        """Give recipients, who are there already and have no part yet, theirs; ``None`` for those who have all."""
        rows = (
            {"ticket_id": ticket_id, "contact_id": contact_id, "questionnaire_id": questionnaire_id}
            for contact_id, part in parts.items()
            for questionnaire_id in part or ()
        )
        await self._insert(recipient_questionnaires, *rows)

    async def clear(self, ticket_id: UUID) -> None:
        """Leave a draft without recipients."""
        await self._execute(delete(recipient_questionnaires).where(recipient_questionnaires.c.ticket_id == ticket_id))
        await self._execute(delete(ticket_recipients).where(ticket_recipients.c.ticket_id == ticket_id))

    async def next_position(self, ticket_id: UUID) -> int:
        """Return where the next recipient comes."""
        newest = select(func.max(ticket_recipients.c.position)).where(ticket_recipients.c.ticket_id == ticket_id)
        return int(await self._scalar(newest) or 0) + 1

    async def remove(self, ticket_id: UUID, contact_id: UUID) -> None:
        """Take a recipient with their part off a ticket, which they cannot see from then on."""
        for table in (recipient_questionnaires, ticket_recipients):
            await self._execute(delete(table).where(table.c.ticket_id == ticket_id, table.c.contact_id == contact_id))

    async def end_delegations(self, ticket_id: UUID, contact_id: UUID, now: datetime) -> list[UUID]:
        """End the standing delegations from and to somebody on a ticket; returns their ids."""
        d = delegations.c
        is_theirs: ColumnElement[bool] = or_(d.from_contact_id == contact_id, d.to_contact_id == contact_id)
        standing = and_(d.ticket_id == ticket_id, d.ended_at.is_(None), is_theirs)
        ended = await self._all(update(delegations).where(standing).values(ended_at=now).returning(d.id))
        return [row["id"] for row in ended]
