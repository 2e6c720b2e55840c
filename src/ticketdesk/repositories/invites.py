"""Invites: one row for each, one that stands for each address."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from ticketdesk.domain.invites import InviteState, InviteTimes, state
from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.models.contacts import contacts
from ticketdesk.models.invites import invites
from ticketdesk.models.users import users
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.keyset import collect, one_page
from ticketdesk.repositories.statements import Row
from ticketdesk.repositories.ticket_columns import named, user
from ticketdesk.schemas.invites import Invite, InviteQuery

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


_VIEW: Select[Any] = select(
    *(_i[name] for name in Invite.model_fields if name in _i),
    _i.address.label("email"),
    named(contacts, _i.contact_id).label("contact"),
    user(_i.created_by_id).label("created_by"),
    user(_i.revoked_by_id).label("revoked_by"),
)


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

    async def registered(self, people: Collection[Invited]) -> set[Invited]:
        """Return those of ``people`` who are a user already, or whose address is one's."""
        known = await self._all(
            select(users.c.contact_id, users.c.email).where(
                or_(
                    users.c.contact_id == any_(literal([one.contact_id for one in people], ARRAY(Uuid))),
                    users.c.email == any_(literal([one.address_key for one in people], ARRAY(Text))),
                )
            )
        )
        contact_ids, emails = {row["contact_id"] for row in known}, {row["email"] for row in known}
        return {one for one in people if one.contact_id in contact_ids or one.address_key in emails}

    async def invite(
        self, people: Collection[Invited], created_by_id: UUID, now: datetime, expires_at: datetime
    ) -> tuple[list[InviteRecord], set[UUID]]:
        """Return the invite that stands for each address from now on, and the ids of those made or renewed by this.

        One that can still be redeemed is left as it is. One that has expired, or was of another person who had the
        address, is that address's again under another token. Each counts as sent once more.
        """
        rows = [
            {
                "id": new_id(),
                "contact_id": one.contact_id,
                "address": one.address,
                "address_key": one.address_key,
                "ticket_id": one.ticket_id,
                "token_id": new_id(),
                "created_by_id": created_by_id,
                "created_at": now,
                "expires_at": expires_at,
                "sends": 1,
                "last_sent_at": now,
            }
            # In one order always, so that two who invite the same people never wait for each other in a circle.
            for one in sorted(people, key=attrgetter("address_key"))
        ]
        first = insert(invites).values(rows)
        given = first.excluded
        is_over = or_(_i.expires_at <= now, _i.contact_id != given.contact_id)
        renewed = {name: case((is_over, given[name]), else_=_i[name]) for name in ("token_id", "expires_at")}
        by_ticket = case((is_over, given.ticket_id), else_=func.coalesce(_i.ticket_id, given.ticket_id))
        sent = {"sends": _i.sends + 1, "last_sent_at": given.last_sent_at}
        statement = first.on_conflict_do_update(
            index_elements=[_i.address_key],
            index_where=_IS_OPEN,
            set_={"contact_id": given.contact_id, "ticket_id": by_ticket, **renewed, **sent},
        )
        found = [_record(row) for row in await self._all(statement.returning(*_RECORD))]
        made = {row["token_id"] for row in rows}
        return found, {invite.id for invite in found if invite.token_id in made}

    async def lock(self, invite_id: UUID) -> InviteRecord | None:
        """Return the invite, and make others who change or redeem it wait for the transaction's end."""
        row = await self._one(select(*_RECORD).where(_i.id == invite_id).with_for_update())
        return _record(row) if row else None

    async def renew(self, invite_id: UUID, now: datetime, expires_at: datetime) -> UUID:
        """Give a locked invite another token, which is returned, and count one more mail."""
        token_id = new_id()
        changed = {"token_id": token_id, "expires_at": expires_at, "sends": _i.sends + 1, "last_sent_at": now}
        await self._execute(update(invites).where(_i.id == invite_id).values(changed))
        return token_id

    async def revoke(self, invite_id: UUID, revoked_by_id: UUID | None, now: datetime) -> None:
        """End a locked invite."""
        ended = {"revoked_at": now, "revoked_by_id": revoked_by_id}
        await self._execute(update(invites).where(_i.id == invite_id).values(ended))

    async def redeem(self, invite: InviteRecord, user_id: UUID, now: datetime) -> None:
        """Note who registered with a locked invite, and end the others of the same person."""
        used = {"redeemed_at": now, "user_id": user_id}
        await self._execute(update(invites).where(_i.id == invite.id).values(used))
        others = update(invites).where(_i.contact_id == invite.contact_id, _IS_OPEN)
        await self._execute(others.values(revoked_at=now))

    async def get(self, invite_id: UUID, now: datetime) -> Invite | None:
        """Return an invite as staff see it."""
        row = await self._one(_VIEW.where(_i.id == invite_id))
        return _invite(row, now) if row else None

    async def page(self, query: InviteQuery, request: PageRequest, now: datetime) -> Page[Invite]:
        """Return a page of the invites that match."""
        statement = _VIEW
        if query.contact_id:
            statement = statement.where(_i.contact_id.in_(query.contact_id))
        if query.status:
            statement = statement.where(or_(*(_is_in(state, now) for state in query.status)))
        rows = await self._all(one_page(statement, _i.created_at, _i.id, request))
        return collect(rows, request, lambda row: _invite(row, now))


def _is_in(state: InviteState, now: datetime) -> ColumnElement[bool]:
    """Return in SQL what ``domain.invites.state`` says."""
    return {
        InviteState.PENDING: and_(_IS_OPEN, _i.expires_at > now),
        InviteState.REDEEMED: _i.redeemed_at.is_not(None),
        InviteState.EXPIRED: and_(_IS_OPEN, _i.expires_at <= now),
        InviteState.REVOKED: _i.revoked_at.is_not(None),
    }[state]


def _invite(row: Row, now: datetime) -> Invite:
    times = InviteTimes(row["expires_at"], row["redeemed_at"], row["revoked_at"])
    return Invite.model_validate({**row, "status": state(times, now)})
