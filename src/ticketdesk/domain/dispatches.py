"""One act of sending held tickets: one message per mailbox, and a result per ticket (spec: product.md section 4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from ticketdesk.domain.addresses import normalise
from ticketdesk.domain.messages import MessageState


class DispatchState(StrEnum):
    """Where a dispatch is: waiting for its time, under way, or with every message accepted or refused.

    ``cancelled``: called off before its time, so that nothing was sent.
    """

    SCHEDULED = "scheduled"
    SENDING = "sending"
    DONE = "done"
    CANCELLED = "cancelled"


class TicketOutcome(StrEnum):
    """What became of one ticket of a dispatch.

    ``failed``: no address took it, so that it stays held; ``withdrawn``: it was called back before its message went;
    ``skipped``: it was not held any more when the dispatch began.
    """

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Batch:
    """What one message carries: the tickets of one mailbox, in their order. ``address`` is its first spelling."""

    address_key: str
    address: str
    ticket_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class AddressResult:
    """What became of the message to one address of a ticket; ``reason`` is why, where it failed."""

    address: str
    state: MessageState
    reason: str | None = None


def group(pairs: Iterable[tuple[UUID, str]]) -> tuple[Batch, ...]:
    """Return one batch per mailbox for pairs of ticket and address, each ticket once in a batch.

    Keeps the order of the pairs, both of the mailboxes and of the tickets in each: give the oldest ticket first.
    """
    spellings: dict[str, str] = {}
    tickets: dict[str, dict[UUID, None]] = {}
    for ticket_id, address in pairs:
        key = normalise(address)
        spellings.setdefault(key, address)
        tickets.setdefault(key, {})[ticket_id] = None
    return tuple(Batch(key, spellings[key], tuple(ids)) for key, ids in tickets.items())


_REFUSED = {MessageState.FAILED, MessageState.BOUNCED, MessageState.SUPPRESSED}


def judge(results: Sequence[AddressResult]) -> tuple[TicketOutcome, str | None]:
    """Return what became of a ticket, and for a failed one the reason of each address.

    It is sent as soon as one address accepted, pending while none did but one still may, failed when every address
    that was tried refused, and withdrawn when nothing was tried.
    """
    states = {result.state for result in results}
    if MessageState.SENT in states:
        return TicketOutcome.SENT, None
    if states & {MessageState.QUEUED, MessageState.SENDING}:
        return TicketOutcome.PENDING, None
    refused = [result for result in results if result.state in _REFUSED]
    if not refused:
        return TicketOutcome.WITHDRAWN, None
    return TicketOutcome.FAILED, "; ".join(f"{result.address}: {result.reason or 'refused'}" for result in refused)


def progress(outcomes: Iterable[TicketOutcome]) -> DispatchState:
    """Return the state of a dispatch that has begun: done once none of its tickets is pending."""
    return DispatchState.SENDING if TicketOutcome.PENDING in outcomes else DispatchState.DONE
