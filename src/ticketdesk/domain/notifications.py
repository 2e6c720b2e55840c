"""What staff are told in the app, and in which words (spec: product.md section 4, notifications)."""

from datetime import time
from enum import StrEnum


class NotificationKind(StrEnum):
    """What has happened to the ticket."""

    COMMENTED = "commented"
    COMPLETED = "completed"
    RETURNED = "returned"
    MESSAGE_FAILED = "message_failed"
    END_OF_DAY_WARNING = "end_of_day_warning"


def commented(author_name: str, number: int, title: str) -> str:
    """Say that a recipient wrote a comment."""
    return f"{author_name} commented on #{number} {title}"


def completed(actor_name: str, number: int, title: str) -> str:
    """Say that a ticket waits to be verified."""
    return f"{actor_name} completed #{number} {title}"


def returned(actor_name: str, reason: str, number: int, title: str) -> str:
    """Say that the checker gave a ticket back, and why."""
    return f"{actor_name} returned #{number} {title}: {reason}"


def message_failed(reason: str, number: int, title: str) -> str:
    """Say that a mail of a ticket was given up, and why."""
    return f"A message about #{number} {title} could not be delivered: {reason}"


def end_of_day_warning(count: int, at: time, number: int, title: str) -> str:
    """Say how many tickets wait to be checked until the local time ``at``, and which is the oldest."""
    if count == 1:
        return f"#{number} {title} waits to be checked by {at:%H:%M}"
    return f"{count} tickets wait to be checked by {at:%H:%M}, the oldest is #{number} {title}"
