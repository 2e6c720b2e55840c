"""What every operation over many tickets shares: which ones, and a result for each."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from ticketdesk.domain.bulk import BulkOutcome
from ticketdesk.domain.ticket_workflow import Action, Status
from ticketdesk.schemas.base import Schema
from ticketdesk.schemas.keywords import says

MAX_ITEMS = 200


def _refuse_repeated(ids: Sequence[UUID]) -> Sequence[UUID]:
    if len(set(ids)) < len(ids):
        raise PydanticCustomError("ticket_repeated", "Each ticket is named once")
    return ids


TicketIds = Annotated[
    list[UUID], Field(min_length=1, max_length=MAX_ITEMS), AfterValidator(_refuse_repeated), says(uniqueItems=True)
]


class BulkItem(Schema):
    """What became of one ticket. A refusal says why by ``code``, as a problem document of that ticket alone would."""

    ticket_id: UUID
    outcome: BulkOutcome
    status: Status | None = Field(description="where the ticket stands now; null for one that is not there")
    code: str | None = Field(description="the code of the refusal, or of the first field that it names")
    detail: str | None
    allowed_actions: list[Action] | None = Field(description="of a refusal: the steps that are open to you instead")


class BulkResult(Schema):
    """A result for each item, in the order in which they were named."""

    results: list[BulkItem]
