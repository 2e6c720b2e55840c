"""Tickets that were unchecked when a business day ended."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, Field

from ticketdesk.domain.ticket_statuses import Status
from ticketdesk.schemas.base import Input, PageSchema, Schema
from ticketdesk.schemas.rework_entries import LedgerTicket
from ticketdesk.schemas.tickets import Named


class EndOfDayBreach(Schema):
    """A ticket that was completed and not checked at the cut-off of a day. Entries are never changed."""

    id: UUID
    ended_on: date = Field(description="the business day that ended, by the desk's calendar")
    ticket: LedgerTicket
    status: Status = Field(description="at the cut-off")
    completed_at: AwareDatetime
    worked_by: Named | None
    checker: Named | None
    checker_team: Named | None
    recorded_at: AwareDatetime


class EndOfDayBreachPage(PageSchema[EndOfDayBreach]):
    """One page of what was unchecked when days ended."""


class EndOfDayBreachQuery(Input):
    """What the list is narrowed by; a parameter given several times means any of its values."""

    ticket_id: list[UUID] = []
    worked_by_id: list[UUID] = []
    checker_id: list[UUID] = []
    checker_team_id: list[UUID] = []

    # Unknown parameters are refused for the whole route at once.
    model_config = {"extra": "ignore"}
