"""Which handler follows which event: one line each. Handlers run after the commit and are idempotent."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ticketdesk.domain import events
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.services import assignment_notices, assignments, notifications, password_resets, reminders

Handler = Callable[[UnitOfWork, Mapping[str, Any]], Awaitable[None]]

HANDLERS: Mapping[type[events.Event], Mapping[str, Handler]] = {
    events.TicketCommented: {"notifications": notifications.on_ticket_commented},
    events.TicketCompleted: {"notifications": notifications.on_ticket_completed},
    events.TicketReturned: {"notifications": notifications.on_ticket_returned},
    events.AnswersCompleted: {"notifications": notifications.on_answers_completed},
    events.TicketAssigned: {"assignment-notices": assignment_notices.on_ticket_assigned},
    events.StaffFreed: {"assignments": assignments.on_staff_freed},
    events.HandoverRequested: {"assignment-notices": assignment_notices.on_handover_requested},
    events.HandoverDecided: {"assignment-notices": assignment_notices.on_handover_decided},
    events.MessageFailed: {"notifications": notifications.on_message_failed},
    events.PasswordResetRequested: {"password-resets": password_resets.on_password_reset_requested},
    events.RemindersReconfigured: {"reminders": reminders.on_reminders_reconfigured},
}

SUBSCRIBERS: Mapping[type[events.Event], tuple[str, ...]] = {event: tuple(named) for event, named in HANDLERS.items()}


def handler_of(event: str, subscriber: str) -> Handler | None:
    """Return the handler for a row of the outbox; ``None`` where a later version no longer has it."""
    return next((named.get(subscriber) for kind, named in HANDLERS.items() if kind.__name__ == event), None)
