"""Reminders: which tickets are due, when they were last written about, and who writes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    DateTime,
    Text,
    Uuid,
    and_,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    update,
)

from ticketdesk.domain.messages import MessageState, Purpose
from ticketdesk.domain.ticket_workflow import Status, TicketKind
from ticketdesk.models.messages import message_tickets, messages
from ticketdesk.models.tickets import ticket_recipients, tickets
from ticketdesk.models.users import team_members, teams, users
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.id_arrays import OfIds, one_of_ids

_t = tickets.c
_r = ticket_recipients.c
_m = messages.c
_UNDER_WAY = (MessageState.QUEUED, MessageState.SENDING)


@dataclass(frozen=True, slots=True)
class LastMessage:
    """When a ticket's newest message to a recipient was queued, and whether any of its messages has still to go out.

    ``reminded_at`` is when the newest of those that are reminders was.
    """

    at: datetime
    is_under_way: bool
    reminded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Writer:
    """A user as mails name them; ``team`` is the first of their teams by name."""

    name: str
    team: str | None


@dataclass(frozen=True, slots=True)
class Plan:
    """When a ticket asks again, or the reason why it does not."""

    ticket_id: UUID
    at: datetime | None
    stopped_by: str | None


_listed = message_tickets.c
_LAST_MESSAGES = OfIds(
    select(
        _listed.ticket_id,
        func.max(_m.created_at).label("at"),
        func.bool_or(or_(*(_m.state == literal_column(f"'{state}'") for state in _UNDER_WAY))).label("is_under_way"),
        func.max(_m.created_at).filter(_m.purpose == literal_column(f"'{Purpose.REMINDER}'")).label("reminded_at"),
    )
    .select_from(message_tickets)
    .join(messages, and_(_m.id == _listed.message_id, _m.state != literal_column(f"'{MessageState.CANCELLED}'")))
    .where(_listed.is_included, _m.user_id.is_(None))
    .group_by(_listed.ticket_id),
    _listed.ticket_id,
)


class ReminderRepository(Repository):
    """A due ticket that somebody else has locked is left for the next run, so that nobody waits for anybody."""

    async def lock_due(self, now: datetime, limit: int) -> Sequence[UUID]:
        """Lock due tickets and return their ids.

        The ``limit`` that have been due the longest and with them all other due tickets of the same people at the
        same addresses, so that one run writes to an address once.
        """
        is_due = _t.next_reminder_at <= now
        longest = select(_t.id).where(is_due).order_by(_t.next_reminder_at, _t.id).limit(limit).cte("longest")
        chosen = select(longest.c.id)
        mailboxes = select(_r.contact_id, _r.address_key).where(_r.ticket_id.in_(chosen))
        theirs = select(_r.ticket_id).where(tuple_(_r.contact_id, _r.address_key).in_(mailboxes))
        rows = await self._all(
            select(_t.id)
            .where(is_due, or_(_t.id.in_(chosen), _t.id.in_(theirs)))
            .order_by(_t.id)
            .with_for_update(of=tickets, skip_locked=True)
        )
        return [row["id"] for row in rows]

    async def pending_ids(self, after: UUID | None, limit: int) -> Sequence[UUID]:
        """Return the next tickets by id whose recipients may have to be reminded."""
        has_due_date = and_(_t.kind == TicketKind.TASK, _t.due_on.is_not(None), _t.status != Status.SEND_LATER)
        may_wait = or_(_t.status == Status.PENDING_CORRECTION, and_(has_due_date, _t.status != Status.CLOSED))
        waiting = (may_wait, _t.deleted_at.is_(None), _t.archived_at.is_(None))
        statement = select(_t.id).where(*waiting).order_by(_t.id).limit(limit)
        rows = await self._all(statement.where(_t.id > after) if after else statement)
        return [row["id"] for row in rows]

    async def last_messages(self, ticket_ids: Collection[UUID]) -> Mapping[UUID, LastMessage]:
        """Return the newest message of each ticket that has one; those that were never to go out do not count."""
        statement, values = _LAST_MESSAGES.given(ticket_ids)
        rows = await self._all(statement, **values)
        return {row["ticket_id"]: LastMessage(row["at"], row["is_under_way"], row["reminded_at"]) for row in rows}

    async def save_plans(self, plans: Collection[Plan]) -> None:
        """Write when locked tickets ask again, or why they do not; the version grows, because both are shown."""
        ids, moments, reasons = zip(*((plan.ticket_id, plan.at, plan.stopped_by) for plan in plans), strict=True)
        planned = (
            func.unnest(
                literal(list(ids), ARRAY(Uuid)),
                literal(list(moments), ARRAY(DateTime(timezone=True))),
                literal(list(reasons), ARRAY(Text)),
            )
            .table_valued(column("id", Uuid), column("at", DateTime(timezone=True)), column("reason", Text))
            .render_derived("planned")
        )
        values = {
            "next_reminder_at": planned.c.at,
            "reminder_stopped_by": planned.c.reason,
            "version": _t.version + 1,
        }
        await self._execute(update(tickets).where(_t.id == planned.c.id).values(values))

    async def writers(self, user_ids: Collection[UUID]) -> Mapping[UUID, Writer]:
        """Return name and team of each user."""
        team = (
            select(func.min(teams.c.name))
            .join(team_members, team_members.c.team_id == teams.c.id)
            .where(team_members.c.user_id == users.c.id)
            .scalar_subquery()
        )
        rows = await self._all(
            select(users.c.id, users.c.name, team.label("team")).where(one_of_ids(users.c.id, user_ids))
        )
        return {row["id"]: Writer(row["name"], row["team"]) for row in rows}
