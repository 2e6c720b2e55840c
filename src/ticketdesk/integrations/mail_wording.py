"""What a mail says around its tickets, by purpose and kind: one table, so that all sentences are read side by side."""

from dataclasses import dataclass

from ticketdesk.domain.messages import Purpose
from ticketdesk.domain.ticket_workflow import TicketKind


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentences of one purpose.

    ``{sender}`` is the person with their team, ``{count}`` how many tickets there are, ``{day}`` the business day,
    ``{until}`` the last day of the link into an account.
    ``one`` and ``several`` are the headline, ``next_step`` says what to do, ``reason`` introduces a reason.
    ``asked`` introduces the requested actions, ``shows_request``: whether description and actions are repeated.
    ``opens_without_password``: whether the links do, of which the mail warns then.
    """

    one: str
    several: str
    next_step: str
    button: str = "View or reply"
    reason: str = "Reason"
    asked: str = "What is asked of you"
    shows_request: bool = True
    opens_without_password: bool = True


@dataclass(frozen=True, slots=True)
class Offer:
    """What stands beside tickets for somebody without an account: why they may want one, and what the link says."""

    words: str
    button: str


REGISTRATION = Offer(
    words="You need no account for this. If you would like one, so that you can sign in and see everything that was "
    "sent to you, register here. The link works once, for you alone, until {until}.",
    button="Register",
)
_INVITED = "{sender} invites you to register."
_RESET = "You can choose a new password."

WORDINGS = {
    Purpose.ASSIGNMENT: Wording(
        one="{sender} sent you a ticket.",
        several="{sender} sent you {count} tickets.",
        next_step="Please do what is asked below, then open the ticket and mark it completed. "
        "If something is unclear, ask there.",
    ),
    Purpose.REMINDER: Wording(
        one="A ticket from {sender} still waits for you.",
        several="{count} tickets from {sender} still wait for you.",
        next_step="Already done? Then open the ticket and mark it completed, so that it can be checked. "
        "If something holds you up, say so there.",
    ),
    Purpose.REPLY: Wording(
        one="{sender} replied to you.",
        several="{sender} replied to you on {count} tickets.",
        next_step="Open the ticket to answer, or to mark it completed once it is done.",
    ),
    Purpose.RETURN: Wording(
        one="{sender} checked your ticket: it is not completed yet.",
        several="{sender} checked {count} of your tickets: they are not completed yet.",
        next_step="Please see what is missing, and mark the ticket completed again when that is done.",
        reason="What is missing",
    ),
    Purpose.CLOSE: Wording(
        one="{sender} closed your ticket.",
        several="{sender} closed {count} of your tickets.",
        next_step="Nothing more is asked of you. The whole record can still be read.",
        button="View ticket",
        shows_request=False,
    ),
    Purpose.REOPEN: Wording(
        one="{sender} opened your ticket again.",
        several="{sender} opened {count} of your tickets again.",
        next_step="Please look at it once more, and mark it completed when it is done.",
        reason="Why it is open again",
    ),
    Purpose.ASSIGNED: Wording(
        one="{sender} assigned a ticket to you.",
        several="{sender} assigned {count} tickets to you.",
        next_step="It stands in your list by its age: the oldest comes first.",
        button="Open ticket",
        opens_without_password=False,
    ),
    Purpose.DIGEST: Wording(
        one="A ticket was not checked by the end of {day}.",
        several="{count} tickets were not checked by the end of {day}.",
        next_step="The work is done, and nobody has checked it yet. Nothing was closed.",
        button="Open ticket",
        shows_request=False,
        opens_without_password=False,
    ),
    Purpose.DELEGATION: Wording(
        one="{sender} asks you to answer questions.",
        several="{sender} asks you to answer questions on {count} tickets.",
        next_step="Open the ticket and answer the questions that were given to you.",
        reason="Why you are asked",
        shows_request=False,
    ),
    Purpose.INVITATION: Wording(
        one=_INVITED,
        several=_INVITED,
        next_step="Choose a password, and from then on you can sign in and see everything that was sent to you. The "
        "link works once, for you alone, until {until}.",
        button="Register",
        opens_without_password=False,
    ),
    Purpose.PASSWORD_RESET: Wording(
        one=_RESET,
        several=_RESET,
        next_step="The link works once and for a short time. If it was not you who asked for it, do nothing: your "
        "password stays as it is.",
        button="Choose a password",
        opens_without_password=False,
    ),
}

_TO_BE_DONE = "What is to be done"
# Where a client asks and staff do, nothing is asked of whom the mail is for.
_OF_KIND = {
    (Purpose.ASSIGNMENT, TicketKind.SUPPORT): Wording(
        one="We have received your request.",
        several="We have received {count} requests of yours.",
        next_step="Somebody will look after it and write to you. Open the ticket to see how it stands, or to add "
        "something.",
        asked=_TO_BE_DONE,
    ),
    (Purpose.REPLY, TicketKind.SUPPORT): Wording(
        one="{sender} replied to your request.",
        several="{sender} replied to {count} of your requests.",
        next_step="Open the ticket to answer.",
        asked=_TO_BE_DONE,
    ),
    (Purpose.CLOSE, TicketKind.SUPPORT): Wording(
        one="{sender} closed your request: it is done.",
        several="{sender} closed {count} of your requests: they are done.",
        next_step="If something is missing, write so on the ticket, and it is open again.",
        shows_request=False,
    ),
    (Purpose.ASSIGNMENT, TicketKind.TASK): Wording(
        one="{sender} asks you to answer questions.",
        several="{sender} asks you to answer the questions of {count} tasks.",
        next_step="Open the task and answer what is asked of you there. What you enter is kept, so you can stop and go "
        "on later. If something is unclear, ask there.",
        button="Open the task",
    ),
    (Purpose.REMINDER, TicketKind.TASK): Wording(
        one="A task from {sender} still waits for answers.",
        several="{count} tasks from {sender} still wait for answers.",
        next_step="Open the task to see what is missing. If something holds you up, say so there.",
        button="Open the task",
    ),
    (Purpose.REPLY, TicketKind.TASK): Wording(
        one="{sender} replied to you.",
        several="{sender} replied to you on {count} tasks.",
        next_step="Open the task to answer.",
        button="Open the task",
    ),
    # To everybody on the task, the desk's people among them.
    (Purpose.CLOSE, TicketKind.TASK): Wording(
        one="{sender} closed a task.",
        several="{sender} closed {count} tasks.",
        next_step="No more answers are asked for. The whole record can still be read, and the task opened again.",
        button="View the task",
        shows_request=False,
    ),
    (Purpose.REOPEN, TicketKind.TASK): Wording(
        one="{sender} opened a task again.",
        several="{sender} opened {count} tasks again.",
        next_step="Answers can be given and changed again.",
        button="Open the task",
        reason="Why it is open again",
    ),
}


def wording_of(purpose: Purpose, kind: TicketKind | None) -> Wording:
    """Return the sentences for mails of ``purpose`` about tickets of one kind, or of several (``None``)."""
    return _OF_KIND[purpose, kind] if kind and (purpose, kind) in _OF_KIND else WORDINGS[purpose]
