"""How mails hang together: identifiers that never change for a row, threads per ticket, and subjects (RFC 5322 3.6.4).

A message keeps its Message-ID over every attempt, so that a mail that goes out twice after a crash is recognised as
one. Every mail of a ticket refers to a root that is derived from the ticket alone and was never sent: clients then
show one conversation even to those who missed the first mail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from ticketdesk.domain.messages import Purpose
from ticketdesk.domain.plain_text import one_line

SUBJECT_LENGTH = 200
PREFIX_LENGTH = 40
MAX_REFERENCES = 20

_LEADS = {
    Purpose.ASSIGNMENT: "",
    Purpose.REPLY: "Re: ",
    Purpose.RETURN: "Not completed: ",
    Purpose.CLOSE: "Closed: ",
    Purpose.REOPEN: "Reopened: ",
    Purpose.REMINDER: "Reminder: ",
    Purpose.ASSIGNED: "Assigned to you: ",
    Purpose.DIGEST: "Not checked: ",
    Purpose.DELEGATION: "Questions for you: ",
}
_SEVERAL = {
    Purpose.ASSIGNMENT: "{count} tickets for you",
    Purpose.REPLY: "New replies on {count} tickets",
    Purpose.RETURN: "{count} tickets are not completed yet",
    Purpose.CLOSE: "{count} tickets are closed",
    Purpose.REOPEN: "{count} tickets are open again",
    Purpose.REMINDER: "Reminder: {count} tickets wait for you",
    Purpose.ASSIGNED: "{count} tickets are assigned to you",
    Purpose.DIGEST: "{count} tickets were not checked by the end of the day",
    Purpose.DELEGATION: "Questions for you on {count} tickets",
}
WITHOUT_TICKETS = {
    Purpose.INVITATION: "You are invited to register",
    Purpose.PASSWORD_RESET: "Choose a new password",
}


@dataclass(frozen=True, slots=True)
class ThreadPlace:
    """Where a mail hangs: the values of ``In-Reply-To`` and ``References``, with their angle brackets."""

    in_reply_to: str | None
    references: tuple[str, ...]


def message_id(message: UUID, domain: str) -> str:
    """Return the Message-ID of the message row ``message``; the same row and domain give the same id for ever."""
    return f"<{message}@{_ascii(domain)}>"


def root_id(ticket: UUID, domain: str) -> str:
    """Return the id that every mail about ``ticket`` refers to, itself the id of no mail."""
    return f"<ticket-{ticket}@{_ascii(domain)}>"


def place(tickets: Sequence[UUID], domain: str, earlier: Sequence[str] = ()) -> ThreadPlace:
    """Return where a mail about ``tickets`` hangs, after the ``earlier`` mails (oldest first) of its one ticket.

    A mail about several tickets starts a thread of its own: with the roots of all of them it would glue their threads
    together in every client, for good.
    """
    if len(tickets) != 1:
        return ThreadPlace(None, ())
    references = bounded((root_id(tickets[0], domain), *earlier))
    return ThreadPlace(references[-1], references)


def bounded(references: Sequence[str]) -> tuple[str, ...]:
    """Return at most ``MAX_REFERENCES`` of ``references`` without repeats: the root and the newest (RFC 5537 3.4.4)."""
    unique = tuple(dict.fromkeys(references))
    if len(unique) <= MAX_REFERENCES:
        return unique
    return unique[:1] + unique[1 - MAX_REFERENCES :]


def subject(purpose: Purpose, prefix: str, tickets: Sequence[tuple[int, str]], others: int = 0) -> str:
    """Return the subject of a mail about ``tickets``, each its number and title: one line, ``SUBJECT_LENGTH`` at most.

    One ticket: ``Reminder: Prefix [#123] Title``; a reply differs from the first mail by ``Re:`` alone, because some
    clients thread by subject. Several: ``Prefix Reminder: 3 tickets wait for you``, ``others`` counted in. The
    prefix may be empty, and what is about no ticket names none.
    """
    prefix = one_line(prefix, PREFIX_LENGTH)
    count = len(tickets) + others
    if purpose in WITHOUT_TICKETS:
        text = f"{prefix} {WITHOUT_TICKETS[purpose]}"
    elif count == 1:
        number, title = tickets[0]
        text = f"{_LEADS[purpose]}{prefix} [#{number}] {title}"
    else:
        text = f"{prefix} {_SEVERAL[purpose].format(count=count)}"
    return one_line(text, SUBJECT_LENGTH)


def _ascii(domain: str) -> str:
    return domain if domain.isascii() else domain.encode("idna").decode("ascii")
