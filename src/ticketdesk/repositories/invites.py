"""Invites: one row for each, one that stands for each address."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, and_, any_, exists, literal, or_, select

from ticketdesk.domain.invites import InviteTimes
from ticketdesk.models.contacts import contacts
from ticketdesk.models.invites import invites
from ticketdesk.models.users import users
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.statements import Row

_i = invites.c
# In the words of the partial index that keeps them apart by address.
_IS_OPEN = and_(_i.redeemed_at.is_(None), _i.revoked_at.is_(None))
_HAS_USER = exists(select(users.c.id).where(or_(users.c.contact_id == _i.contact_id, users.c.email == _i.address_key)))
_IS_FOR_SOMEBODY = exists(select(contacts.c.id).where(contacts.c.id == _i.contact_id, contacts.c.is_active))


@dataclass(frozen=True, slots=True)
class InviteRecord:
    """An invite as the rules need it; ``token_id`` is what its only valid link names."""

    id: UUID
    contact_id: UUID
    address: str
    address_key: str
    ticket_id: UUID | None
    token_id: UUID
    expires_at: datetime
    redeemed_at: datetime | None
    revoked_at: datetime | None

    @property
    def times(self) -> InviteTimes:
        """What its state follows from."""
        return InviteTimes(self.expires_at, self.redeemed_at, self.revoked_at)


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody to be invited at an address, by the mail of a ticket or (``None``) by itself."""

    contact_id: UUID
    address: str
    address_key: str
    ticket_id: UUID | None = None


_RECORD = [_i[field.name] for field in fields(InviteRecord)]


def _record(row: Row) -> InviteRecord:
    return InviteRecord(**row)


class InviteRepository(Repository):
    """All SQL of invites."""

    async def standing(
        self, now: datetime, *, token_ids: Collection[UUID] = (), address_keys: Collection[str] = ()
    ) -> list[InviteRecord]:
        """Return those that can be redeemed now, by what their links name or by their addresses.

        None whose contact is inactive or has a user, or whose address is a user's.
        """
        asked = or_(
            _i.token_id == any_(literal(list(token_ids), ARRAY(Uuid))),
            _i.address_key == any_(literal(list(address_keys), ARRAY(Text))),
        )
        holds = (_IS_OPEN, _i.expires_at > now, ~_HAS_USER, _IS_FOR_SOMEBODY)
        return [_record(row) for row in await self._all(select(*_RECORD).where(asked, *holds))]
