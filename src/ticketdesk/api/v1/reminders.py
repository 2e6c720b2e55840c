"""The reminders of one ticket."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from ticketdesk.api.deps import Uow, permitted
from ticketdesk.api.etags import IfMatch, tag_shown
from ticketdesk.api.idempotency import IdempotentRoute
from ticketdesk.domain.actors import Actor
from ticketdesk.domain.permissions import Permission
from ticketdesk.schemas.reminders import Reminder, ReminderOverride
from ticketdesk.services import reminder_overrides

router = APIRouter(prefix="/tickets/{ticket_id}/reminder", tags=["reminders"], route_class=IdempotentRoute)


@router.get("", summary="Read when a ticket asks again")
async def get_ticket_reminder(
    ticket_id: UUID,
    uow: Uow,
    actor: Annotated[Actor, Depends(permitted(Permission.TICKETS_READ))],
    response: Response,
) -> Reminder:
    """With the policy that holds for this ticket, or why no reminder goes out."""
    reminder = await reminder_overrides.get(uow, actor, ticket_id)
    tag_shown(response, reminder.version, reminder)
    return reminder


@router.put("", summary="Give a ticket its own reminders")
async def replace_ticket_reminder(
    ticket_id: UUID,
    data: ReminderOverride,
    uow: Uow,
    actor: Annotated[Actor, Depends(permitted(Permission.TICKETS_WRITE))],
    expected: IfMatch,
    response: Response,
) -> Reminder:
    """Another interval than the settings have, or a pause; an empty object takes both away."""
    reminder = await reminder_overrides.replace_override(uow, actor, ticket_id, data, expected)
    tag_shown(response, reminder.version, reminder)
    return reminder
