"""What staff are told in the app, and in which words (spec: product.md sections 4 and 5)."""

from datetime import time
from enum import StrEnum


class NotificationKind(StrEnum):
    """What has happened to the ticket."""

    COMMENTED = "commented"
    COMPLETED = "completed"
    RETURNED = "returned"
    ANSWERED = "answered"
    MESSAGE_FAILED = "message_failed"
    END_OF_DAY_WARNING = "end_of_day_warning"
    ASSIGNED = "assigned"
    HANDOVER_REQUESTED = "handover_requested"
    HANDOVER_DECIDED = "handover_decided"


def commented(author_name: str, number: int, title: str) -> str:
    """Say that a recipient wrote a comment."""
    return f"{author_name} commented on #{number} {title}"


def completed(actor_name: str, number: int, title: str) -> str:
    """Say that a ticket waits to be verified."""
    return f"{actor_name} completed #{number} {title}"


def returned(actor_name: str, reason: str, number: int, title: str) -> str:
    """Say that the checker gave a ticket back, and why."""
    return f"{actor_name} returned #{number} {title}: {reason}"


def answered(author_name: str, number: int, title: str) -> str:
    """Say that every required question of a task is answered, and who gave the last answer."""
    return f"Every required question of #{number} {title} is answered, the last one by {author_name}"


def message_failed(reason: str, number: int, title: str) -> str:
    """Say that a mail of a ticket was given up, and why."""
    return f"A message about #{number} {title} could not be delivered: {reason}"


def end_of_day_warning(count: int, at: time, number: int, title: str) -> str:
    """Say how many tickets wait to be checked until the local time ``at``, and which is the oldest."""
    if count == 1:
        return f"#{number} {title} waits to be checked by {at:%H:%M}"
    return f"{count} tickets wait to be checked by {at:%H:%M}, the oldest is #{number} {title}"


def assigned(decider: str | None, number: int, title: str) -> str:
    """Say that a ticket is theirs now; ``decider`` is who gave it to them, ``None`` for the rules of the desk."""
    return f"#{number} {title} was given to you{f' by {decider}' if decider else ''}"


def handover_requested(asker: str, number: int, title: str, note: str) -> str:
    """Say that a colleague offers a ticket, with the colleague's words."""
    return f"{asker} asks you to take over #{number} {title}{f': {note}' if note else ''}"


def ticket_wanted(asker: str, number: int, title: str, note: str) -> str:
    """Say that a colleague would like to have a ticket, with their words."""
    return f"{asker} asks to be given #{number} {title}{f': {note}' if note else ''}"


def handover_decided(colleague: str, state: str, number: int, title: str) -> str:
    """Say how an offer ended: ``state`` is ``accepted``, ``declined`` or ``expired``."""
    if state == "expired":
        return f"{colleague} did not answer in time whether to take over #{number} {title}"
    return (
        f"{colleague} {state} to take over #{number} {title}"
        if state == "declined"
        else (f"{colleague} took over #{number} {title}")
    )
