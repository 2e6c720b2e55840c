"""When one ticket asks again: its own wishes, and what comes of them and the settings together."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, StrictBool, StrictInt

from ticketdesk.domain.reminders import NoReminder
from ticketdesk.schemas.base import Input, Schema
from ticketdesk.schemas.values import WHOLE, ClockTime

Days = Annotated[StrictInt, Field(ge=1, le=365), WHOLE]


class ReminderOverride(Input):
    """What this ticket has of its own; what is left out goes by the settings again.

    The interval of a task counts from its due date on.
    """

    every_days: Days | None = Field(None, description="null: the interval of the settings")
    is_paused: StrictBool = Field(False, description="no reminders for this ticket until it is lifted")


class ReminderPolicy(Schema):
    """What holds for this ticket: the settings, with its own interval where it has one."""

    enabled: bool
    days_before: list[int] = Field(description="of a task: so many days before its due date; empty for other kinds")
    every_days: int = Field(description="from the last message on; of a task from its due date on")
    max_days: int | None
    max_count: int | None = Field(description="of a task: after its due date")
    business_days_only: bool
    send_at: ClockTime
    time_zone: str


class Reminder(Schema):
    """The reminders of one ticket: its own wishes, when the next one goes, or why none does."""

    ticket_id: UUID
    every_days: int | None
    is_paused: bool
    next_reminder_at: AwareDatetime | None
    no_reminder_reason: NoReminder | None = Field(description="why `next_reminder_at` is null")
    reminders_sent: int = Field(
        description="since the ticket last became pending; a task since it was last sent or reopened"
    )
    policy: ReminderPolicy
    version: int = Field(description="of the ticket; also the `ETag`")
