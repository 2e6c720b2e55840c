"""What has happened, in the past tense: the facts that subscribers react to after the transaction.

Every field is a JSON value or has one (UUID as text), because events travel through the outbox.
"""

from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events; the class name is the event's name on the wire."""

    def payload(self) -> dict[str, Any]:
        """Return the facts as JSON values."""
        facts = ((each.name, getattr(self, each.name)) for each in fields(self))
        return {name: str(value) if isinstance(value, UUID) else value for name, value in facts}


@dataclass(frozen=True, slots=True)
class TicketCommented(Event):
    """A recipient wrote a comment. ``audience`` is an ``Audience`` of the workflow, as in the events below."""

    ticket_id: UUID
    comment_id: UUID
    author_name: str
    audience: str = "staff"


@dataclass(frozen=True, slots=True)
class TicketCompleted(Event):
    """A recipient (or for support the worker) says that all is done; somebody has to verify it.

    ``seq`` is the entry of the ticket's record that says so: the same ticket can be completed again. ``actor_id`` is
    the user who said it, ``None`` for a recipient.
    """

    ticket_id: UUID
    seq: int
    actor_name: str
    actor_id: UUID | None = None
    audience: str = "staff"


@dataclass(frozen=True, slots=True)
class TicketReturned(Event):
    """The checker gave work back; ``seq`` and ``actor_id`` as for ``TicketCompleted``."""

    ticket_id: UUID
    seq: int
    actor_name: str
    actor_id: UUID | None
    reason: str
    audience: str


@dataclass(frozen=True, slots=True)
class TicketAssigned(Event):
    """It was decided who works the ticket; the decision says who, if anybody."""

    ticket_id: UUID
    decision_id: UUID


@dataclass(frozen=True, slots=True)
class HandoverRequested(Event):
    """A ticket was offered to a colleague."""

    handover_id: UUID


@dataclass(frozen=True, slots=True)
class HandoverDecided(Event):
    """An offer was accepted or declined, or nobody answered it in time."""

    handover_id: UUID


@dataclass(frozen=True, slots=True)
class AnswersCompleted(Event):
    """A recipient gave the last required answer of a task that was missing; ``audience`` as for ``TicketCommented``."""

    ticket_id: UUID
    author_name: str
    audience: str = "staff"


@dataclass(frozen=True, slots=True)
class MessageFailed(Event):
    """A message was given up; ``ticket_ids`` are those whose mail it was."""

    message_id: UUID
    ticket_ids: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class StaffFreed(Event):
    """Somebody may have tickets that they could not have before: they are back, permitted, in a team, or take more.

    ``user_id`` says who; ``None`` where it may be anybody.
    """

    user_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PasswordResetRequested(Event):
    """Somebody asked for a new password at an address (in its normal form), which may be nobody's."""

    email: str


@dataclass(frozen=True, slots=True)
class RemindersReconfigured(Event):
    """The reminder settings changed, so every planned reminder has to be planned anew.

    Done in batches by id: ``after`` is where the last one ended, ``None`` at first.
    """

    after: UUID | None = None
