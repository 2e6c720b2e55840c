"""Sending a task again."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from ticketdesk.schemas.base import Input


class TicketResend(Input):
    """Whom to send a task to again."""

    contact_ids: Annotated[list[UUID], Field(min_length=1, max_length=200)] | None = Field(
        None, description="those of its recipients; null: all of them"
    )
