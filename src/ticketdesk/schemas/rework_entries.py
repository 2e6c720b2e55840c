"""The rework ledger: work that had to be done again."""

from uuid import UUID

from pydantic import AwareDatetime, Field

from ticketdesk.domain.checks import ReworkCause
from ticketdesk.schemas.base import Input, PageSchema, Schema
from ticketdesk.schemas.tickets import Named


class LedgerTicket(Schema):
    """The ticket that an entry is about, under its present title."""

    id: UUID
    number: int
    title: str


class ReworkEntry(Schema):
    """One time that a ticket came back to whoever works it. Entries are never changed."""

    id: UUID
    ticket: LedgerTicket
    cause: ReworkCause
    worker: Named | None = Field(description="who had completed it; `null` where nobody of the desk had")
    checker: Named | None = Field(description="who sent it back; `null` for a recipient")
    assignee: Named | None = Field(description="who has to work it again")
    reason: str
    created_at: AwareDatetime


class ReworkEntryPage(PageSchema[ReworkEntry]):
    """One page of the rework ledger."""


class ReworkEntryQuery(Input):
    """What the ledger is narrowed by; a parameter given several times means any of its values."""

    ticket_id: list[UUID] = []
    worker_id: list[UUID] = []
    checker_id: list[UUID] = []
    assignee_id: list[UUID] = []
    cause: list[ReworkCause] = []

    # Unknown parameters are refused for the whole route at once.
    model_config = {"extra": "ignore"}
