"""What a step of the workflow is made of: action, guards, effects and audience; the table is in ``ticket_steps``."""

from dataclasses import dataclass
from enum import StrEnum

from ticketdesk.domain.activities import ActivityKind
from ticketdesk.domain.actors import Side
from ticketdesk.domain.messages import Purpose
from ticketdesk.domain.permissions import Permission
from ticketdesk.domain.ticket_statuses import Resolution, Status, TicketKind


class Action(StrEnum):
    """What somebody does to a ticket's status. ``comment`` and ``reply`` are taken by posting public words."""

    CREATE = "create"
    CREATE_HELD = "create_held"
    SEND = "send"
    START = "start"
    COMMENT = "comment"
    REPLY = "reply"
    COMPLETE = "complete"
    RETURN = "return"
    CLOSE = "close"
    REOPEN = "reopen"


class Guard(StrEnum):
    """What must hold beside status and permission: the first four of the ticket, the others of the actor."""

    REQUIRES_CHECK = "requires_check"
    REQUIRES_NO_CHECK = "requires_no_check"
    COMPLETION_STANDS = "completion_stands"
    NO_COMPLETION_STANDS = "no_completion_stands"
    CHECKER = "checker"
    CREATOR_OR_RECIPIENT = "creator_or_recipient"


class Effect(StrEnum):
    """What a step writes beside the status.

    ``assignment``: the assignment rules run. ``completion``: completed_at, and worked_by if staff completed.
    ``verification``: verified_by and verified_at, and evidence may be given. ``rework``: one more round of work.
    ``rework_entry``: a row in the ledger says why. ``checker_appointment``: it is decided anew who checks.
    ``worker_assignment``: whoever did the work has it again. ``content``: the ticket gets its own copy of what it asks,
    and the sending counts. ``invitation``: addresses without a user get an invite.
    """

    ASSIGNMENT = "assignment"
    COMPLETION = "completion"
    VERIFICATION = "verification"
    REWORK = "rework"
    REWORK_ENTRY = "rework_entry"
    CHECKER_APPOINTMENT = "checker_appointment"
    WORKER_ASSIGNMENT = "worker_assignment"
    CONTENT = "content"
    INVITATION = "invitation"


class Audience(StrEnum):
    """Who hears of a step. ``staff``: the assignee or else the creator; ``involved``: recipients and that staff.

    ``leads``: those of the team that works tickets of the category; without any, all leads and admins. The actor is
    never part of the audience.
    """

    RECIPIENTS = "recipients"
    STAFF = "staff"
    ASSIGNEE = "assignee"
    CHECKER = "checker"
    LEADS = "leads"
    INVOLVED = "involved"


_RECORDED_AS = {
    Action.CREATE: ActivityKind.CREATED,
    Action.CREATE_HELD: ActivityKind.CREATED,
    Action.SEND: ActivityKind.SENT,
    Action.START: ActivityKind.STARTED,
    Action.COMMENT: ActivityKind.COMMENTED,
    Action.REPLY: ActivityKind.REPLIED,
    Action.COMPLETE: ActivityKind.COMPLETED,
    Action.RETURN: ActivityKind.RETURNED,
    Action.CLOSE: ActivityKind.CLOSED,
    Action.REOPEN: ActivityKind.REOPENED,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One row: by ``action`` a ticket of ``kind`` goes from any of ``sources`` (none: it is created) to ``target``.

    ``side`` and ``permission`` say who may take it, ``is_automatic`` that the system may as well (a schedule, an
    inbound mail). ``resolutions`` are those it may close with, the first being the default. ``mails`` is the mail
    that goes to ``mails_to``; ``notifies`` is whom the app tells.
    """

    kind: TicketKind
    action: Action
    sources: tuple[Status, ...]
    target: Status
    side: Side
    permission: Permission
    needs_reason: bool = False
    is_automatic: bool = False
    guards: tuple[Guard, ...] = ()
    effects: tuple[Effect, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    mails: Purpose | None = None
    mails_to: Audience = Audience.RECIPIENTS
    notifies: Audience | None = None

    @property
    def activity(self) -> ActivityKind:
        """The kind of the entry that records this step."""
        return _RECORDED_AS[self.action]

    @property
    def is_creation(self) -> bool:
        """True if the ticket comes into being by this step."""
        return not self.sources

    @property
    def is_reopening(self) -> bool:
        """True if it leads out of ``closed``: closing time, resolution and verification are undone."""
        return Status.CLOSED in self.sources

    @property
    def voids_completion(self) -> bool:
        """True if an earlier completion no longer stands, because the work is asked for again."""
        return self.is_reopening or self.target in {Status.PENDING_CORRECTION, Status.OPEN}

    @property
    def arms_reminders(self) -> bool:
        """True if reminders start counting anew: the recipients are asked, for the first time or again.

        A reply on a task leaves its due date alone. Every other step of a corrective ticket stops its reminders.
        """
        if self.kind is TicketKind.TASK:
            return self.target is Status.OPEN and self.action is not Action.REPLY
        return self.target is Status.PENDING_CORRECTION
