"""Messages as the worker needs them: claimed under a lease, begun, accepted (spec: architecture.md, Side effects).

What happens once for each mail is one small statement: that the server took it. All else is done for many at once.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    Select,
    TableValuedAlias,
    Text,
    Uuid,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.types import TypeEngine

from ticketdesk.domain.messages import MessageState, Purpose
from ticketdesk.models.messages import message_tickets, messages
from ticketdesk.models.tickets import tickets
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.id_arrays import one_of_named
from ticketdesk.repositories.row_arrays import given_rows
from ticketdesk.repositories.statements import Row, Statement

_m = messages.c
_mt = message_tickets.c
_t = tickets.c
# In the words of the partial index, which serves it then.
IS_UNDER_WAY = literal_column("messages.state IN ('queued', 'sending')", Boolean)


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that this worker may send while its lease lasts; the token fences off whoever held it before."""

    id: UUID
    lease_token: UUID


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message that the server took: when (UTC), and with which code."""

    claim: Claim
    at: datetime
    smtp_code: int | None


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """A message that is claimed until ``leased_until`` (UTC).

    ``sent_at``: the server took it, which may still have to be recorded on its tickets.
    """

    id: UUID
    purpose: Purpose
    contact_id: UUID | None
    user_id: UUID | None
    recipient_name: str
    address: str
    dispatch_id: UUID | None
    sender_name: str
    sender_team: str | None
    facts: dict[str, Any]
    link_id: UUID | None
    message_id: str | None
    attempts: int
    smtp_code: int | None
    lease_token: UUID
    leased_until: datetime
    created_at: datetime
    sent_at: datetime | None
    # The tickets it lists, in its order, and those that its mail really spoke of.
    listed: list[UUID]
    included: list[UUID]

    @property
    def claim(self) -> Claim:
        """What proves that this worker holds it."""
        return Claim(self.id, self.lease_token)


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a mail says, as it is kept with the message, and the versions of the tickets that it says it of."""

    message_id: str
    link_id: UUID | None
    subject: str
    text_body: str
    versions: dict[UUID, int]


def _tickets(*conditions: ColumnElement[bool]) -> ColumnElement[list[UUID]]:
    ordered = select(_mt.ticket_id).where(_mt.message_id == _m.id, *conditions).order_by(_mt.position)
    return func.array(ordered.correlate(messages).scalar_subquery())


_RECORD = [
    *(_m[name] for name in DeliveryRecord.__slots__ if name in _m),
    _tickets().label("listed"),
    _tickets(_mt.is_included).label("included"),
]


def _record(row: Row) -> DeliveryRecord:
    return DeliveryRecord(**dict(row) | {"purpose": Purpose(row["purpose"])})


_HELD = (one_of_named(_m.id, "ids"), one_of_named(_m.lease_token, "tokens"))
_CLAIM = Statement(
    update(messages)
    .where(
        _m.id.in_(
            select(_m.id)
            .where(IS_UNDER_WAY, _m.due_at <= bindparam("now"))
            .where(or_(_m.leased_until.is_(None), _m.leased_until < bindparam("now")))
            .order_by(_m.due_at, _m.id)
            .limit(bindparam("limit", type_=Integer))
            .with_for_update(skip_locked=True)
        )
    )
    .values(lease_token=bindparam("token"), leased_until=bindparam("until"))
    .returning(*_RECORD)
)
# What is locked is being noted by this very worker, in an order of its own: that is not waited for.
_RENEW = Statement(
    update(messages)
    .where(
        _m.id.in_(select(_m.id).where(*_HELD, _m.leased_until < bindparam("enough")).with_for_update(skip_locked=True))
    )
    .values(leased_until=bindparam("until"))
    .returning(_m.id, _m.lease_token)
)
_LOCK = Statement(select(*_RECORD).where(*_HELD).order_by(_m.id).with_for_update())


_ACCEPT = Statement(
    update(messages)
    .where(_m.id == bindparam("id"), _m.lease_token == bindparam("token"))
    .values(sent_at=bindparam("now"), smtp_code=bindparam("code"), last_error=None)
)


def _given(name: str, **columns: TypeEngine[Any]) -> TableValuedAlias:
    return given_rows(name, columns, [f"{name}_{each}" for each in columns])


def _begin() -> Statement:
    """Compose the statement that begins mails, except those about a ticket that changed after they were rendered.

    The tickets are locked for as long as it runs: a change under way is waited for, and one that comes after it finds
    the message being sent.
    """
    mail = _given("mail", id=Uuid(), token=Uuid(), message_id=Text(), link_id=Uuid(), subject=Text(), text_body=Text())
    said = _given("said", mail_id=Uuid(), ticket_id=Uuid(), version=Integer())
    unchanging = (
        select(_t.id, _t.version)
        .where(one_of_named(_t.id, "said_ticket_id"))
        .order_by(_t.id)
        .with_for_update(read=True)
    )
    locked = unchanging.cte("locked")
    changed: Select[Any] = (
        select(literal_column("1"))
        .select_from(said.outerjoin(locked, locked.c.id == said.c.ticket_id))
        .where(said.c.mail_id == _m.id, locked.c.version.is_distinct_from(said.c.version))
    )
    rendered: dict[str, Any] = {name: mail.c[name] for name in ("message_id", "link_id", "subject", "text_body")}
    return Statement(
        update(messages)
        .where(_m.id == mail.c.id, _m.lease_token == mail.c.token, ~exists(changed))
        .values(state=MessageState.SENDING.value, attempts=_m.attempts + 1, **rendered)
        .returning(_m.id)
    )


_BEGIN = _begin()


class DeliveryRepository(Repository):
    """The worker's SQL. Who finds a claim no longer theirs leaves the message alone."""

    async def claim(self, now: datetime, leased_until: datetime, limit: int) -> list[DeliveryRecord]:
        """Lease up to ``limit`` due messages, oldest first, that no live worker holds."""
        rows = await self._all(_CLAIM, now=now, until=leased_until, limit=limit, token=new_id())
        return sorted((_record(row) for row in rows), key=lambda message: message.id)

    async def renew(self, claims: Collection[Claim], leased_until: datetime, enough: datetime) -> set[Claim]:
        """Prolong the leases of messages that are not yet settled, except those that last until ``enough`` or longer.

        Returns the prolonged ones. One that is locked now waits for the next time.
        """
        rows = await self._all(_RENEW, **_named(claims), until=leased_until, enough=enough)
        return {Claim(row["id"], row["lease_token"]) for row in rows}

    async def lock(self, claim: Claim) -> DeliveryRecord | None:
        """Return the message locked, ``None`` if another worker has taken it over."""
        found = await self.lock_all([claim])
        return found[0] if found else None

    async def lock_all(self, claims: Collection[Claim]) -> list[DeliveryRecord]:
        """Return the messages locked, in the order of their ids, without those that others have taken over."""
        return [_record(row) for row in await self._all(_LOCK, **_named(claims))]

    async def include(self, message: DeliveryRecord, wanted: Sequence[UUID]) -> None:
        """Note which of its tickets a mail will speak of."""
        if list(wanted) != message.included:
            changed = update(message_tickets).where(_mt.message_id == message.id)
            await self._execute(changed.values(is_included=_mt.ticket_id.in_(wanted)))

    async def begin(self, mails: Mapping[Claim, Rendered]) -> set[Claim]:
        """Note that the mails go on the wire now; return those that may: no ticket has changed, no claim is lost."""
        said = [(claim.id, *each) for claim, rendered in mails.items() for each in rendered.versions.items()]
        begun = await self._all(
            _BEGIN,
            mail_id=[claim.id for claim in mails],
            mail_token=[claim.lease_token for claim in mails],
            mail_message_id=[rendered.message_id for rendered in mails.values()],
            mail_link_id=[rendered.link_id for rendered in mails.values()],
            mail_subject=[rendered.subject for rendered in mails.values()],
            mail_text_body=[rendered.text_body for rendered in mails.values()],
            said_mail_id=[mail_id for mail_id, _, _ in said],
            said_ticket_id=[ticket_id for _, ticket_id, _ in said],
            said_version=[version for _, _, version in said],
        )
        ids = {row["id"] for row in begun}
        return {claim for claim in mails if claim.id in ids}

    async def begin_unrendered(self, message: DeliveryRecord) -> None:
        """Count an attempt that ended before there was a mail."""
        counted = {"state": MessageState.SENDING, "attempts": _m.attempts + 1}
        await self._execute(update(messages).where(_m.id == message.id).values(counted))

    async def accept(self, accepted: Accepted) -> bool:
        """Note that the server took the mail, so that nobody sends it again; false if the claim is lost.

        A transaction of its own, unless there is one already.
        """
        claim = accepted.claim
        values = {"id": claim.id, "token": claim.lease_token, "now": accepted.at, "code": accepted.smtp_code}
        return await self._connection.run_alone(_ACCEPT, values) == 1

    async def settle(self, message_id: UUID, state: MessageState, **values: Any) -> None:
        """Give the lease back with the outcome."""
        await self._execute(
            update(messages)
            .where(_m.id == message_id)
            .values(state=state, lease_token=None, leased_until=None, **values)
        )


def _named(claims: Collection[Claim]) -> dict[str, Any]:
    return {"ids": [claim.id for claim in claims], "tokens": list({claim.lease_token for claim in claims})}
