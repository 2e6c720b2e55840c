"""The worksheet of a call with a client: every open ticket is spoken of or excused (spec: product.md section 5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from ticketdesk.domain.errors import Conflict, InvalidInput
from ticketdesk.domain.ticket_statuses import Status


class CallOutcome(StrEnum):
    """What became of one ticket on the worksheet: it was noted, or excused with a reason."""

    NOTED = "noted"
    EXCUSED = "excused"


class OutreachChannel(StrEnum):
    """How staff reached out to a client."""

    CALL = "call"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class WorksheetLine:
    """A ticket that was open when the call began, as it is now; no ``outcome``: nobody has touched it."""

    ticket_id: UUID
    number: int
    status: Status
    is_archived: bool
    outcome: CallOutcome | None

    @property
    def is_untouched(self) -> bool:
        """True if the call has to wait for it; a ticket closed or archived since then needs no word any more."""
        return self.outcome is None and self.status is not Status.CLOSED and not self.is_archived


def require_reason(outcome: CallOutcome, text: str | None) -> None:
    """Raise ``InvalidInput`` at ``/text`` for a ticket that is excused without saying why."""
    if outcome is CallOutcome.EXCUSED and not (text or "").strip():
        raise InvalidInput.at("/text", "reason_required", "Say why this ticket is not spoken of.")


def require_all_touched(lines: Iterable[WorksheetLine]) -> None:
    """Raise ``Conflict`` (``tickets_untouched``), which names each ticket that was neither noted nor excused."""
    left = [line for line in lines if line.is_untouched]
    if left:
        numbers = ", ".join(f"#{line.number}" for line in left)
        named = [{"ticket_id": str(line.ticket_id), "number": line.number} for line in left]
        raise Conflict(f"Neither noted nor excused yet: {numbers}.", code="tickets_untouched", tickets=named)


def require_under_way(*, is_completed: bool) -> None:
    """Raise ``Conflict`` (``call_completed``) for a call that is over: its worksheet stays as it was."""
    if is_completed:
        raise Conflict("The call is completed.", code="call_completed")
