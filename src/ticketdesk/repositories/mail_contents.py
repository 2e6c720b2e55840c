"""What mails say of their tickets, read for many mails at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from ticketdesk.domain.messages import Listed
from ticketdesk.domain.ticket_workflow import Status, TicketKind
from ticketdesk.models.messages import message_tickets, messages
from ticketdesk.models.tickets import requested_actions, ticket_recipients, tickets
from ticketdesk.models.users import portal_links, users
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.id_arrays import one_of_named
from ticketdesk.repositories.statements import Row, Statement

_m = messages.c
_mt = message_tickets.c
_t = tickets.c


@dataclass(frozen=True, slots=True)
class TicketText:
    """What a mail says of a ticket, and what decides whether it says it at all."""

    id: UUID
    version: int
    number: int
    title: str
    description: str
    kind: str
    status: str
    item_url: str | None
    due_on: date | None
    requested_actions: tuple[str, ...]
    standing: Listed


@dataclass(frozen=True, slots=True)
class EarlierMail:
    """A mail that was sent to a recipient of one ticket."""

    message_id: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NewLink:
    """The row that the token of a message's links names and that revokes it."""

    id: UUID
    contact_id: UUID
    created_at: datetime
    expires_at: datetime


_a = requested_actions.c
_LINES = (
    select(func.coalesce(func.array_agg(_a.text).aggregate_order_by(_a.position), []))
    .where(_a.ticket_id == _t.id, _a.done_at.is_(None))
    .scalar_subquery()
)
_RECIPIENTS = func.array(
    select(ticket_recipients.c.contact_id).where(ticket_recipients.c.ticket_id == _t.id).scalar_subquery()
)
_STANDING = (
    _t.archived_at,
    _t.deleted_at,
    _t.reminder_is_paused,
    _t.dispatch_id,
    _t.pending_since,
    _RECIPIENTS.label("recipient_ids"),
)
_TEXTS = Statement(
    select(
        _t.id,
        _t.version,
        _t.number,
        _t.title,
        _t.description,
        _t.kind,
        _t.status,
        _t.item["url"].astext.label("item_url"),
        _t.due_on,
        _LINES.label("requested_actions"),
        *_STANDING,
    ).where(one_of_named(_t.id, "ticket_ids"))
)
_EARLIER = Statement(
    select(_mt.ticket_id, _m.message_id, _m.created_at)
    .join(messages, _m.id == _mt.message_id)
    .where(one_of_named(_mt.ticket_id, "ticket_ids"), _mt.is_included, _m.sent_at.is_not(None))
    # What staff were told is no part of the conversation.
    .where(_m.user_id.is_(None))
    .order_by(_m.sent_at, _m.id)
)

_INACTIVE = Statement(select(users.c.id).where(one_of_named(users.c.id, "user_ids"), users.c.is_active.is_(False)))


def _text(row: Row) -> TicketText:
    return TicketText(
        row["id"],
        row["version"],
        row["number"],
        row["title"],
        row["description"],
        row["kind"],
        row["status"],
        row["item_url"],
        row["due_on"],
        tuple(row["requested_actions"]),
        Listed(
            Status(row["status"]),
            row["archived_at"] is not None,
            row["deleted_at"] is not None,
            row["reminder_is_paused"],
            row["dispatch_id"],
            row["pending_since"],
            TicketKind(row["kind"]),
            frozenset(row["recipient_ids"]),
        ),
    )


class MailContentRepository(Repository):
    """The statements do not grow with the number of mails."""

    async def texts(self, ticket_ids: Collection[UUID]) -> dict[UUID, TicketText]:
        """Return what a mail says of each ticket."""
        rows = await self._all(_TEXTS, ticket_ids=list(ticket_ids))
        return {row["id"]: _text(row) for row in rows}

    async def earlier(self, ticket_ids: Collection[UUID]) -> Mapping[UUID, Sequence[EarlierMail]]:
        """Return the mails sent to the recipients of each ticket so far, oldest first, for the thread."""
        found: dict[UUID, list[EarlierMail]] = {}
        for row in await self._all(_EARLIER, ticket_ids=list(ticket_ids)):
            found.setdefault(row["ticket_id"], []).append(EarlierMail(row["message_id"], row["created_at"]))
        return found

    async def inactive(self, user_ids: Collection[UUID]) -> set[UUID]:
        """Return those of the users who may no longer be written to."""
        return {row["id"] for row in await self._all(_INACTIVE, user_ids=list(user_ids))}

    async def add_links(self, links: Sequence[NewLink]) -> None:
        """Insert the rows; they are bound to their messages once these go out."""
        rows = [
            {"id": link.id, "contact_id": link.contact_id, "created_at": link.created_at, "expires_at": link.expires_at}
            for link in links
        ]
        await self._insert(portal_links, *rows)
