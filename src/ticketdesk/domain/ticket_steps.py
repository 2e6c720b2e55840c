"""The one table of steps, for all three kinds (spec: product.md section 3, row by row).

Status changes only by a row of ``STEPS``. The rules that read the table are in ``ticket_workflow``. Where one row of
the specification has two sides or two outcomes, it is two rows here.
"""

from ticketdesk.domain.actors import Side
from ticketdesk.domain.messages import Purpose
from ticketdesk.domain.permissions import Permission
from ticketdesk.domain.ticket_actions import Action, Audience, Effect, Guard, Step
from ticketdesk.domain.ticket_statuses import Resolution, Status, TicketKind

_A = Action
_CREATED: tuple[Status, ...] = ()
_HELD, _NEW, _OPEN, _CLOSED = Status.SEND_LATER, Status.NEW, Status.OPEN, Status.CLOSED
_PENDING, _COMMENTED, _TO_VERIFY = Status.PENDING_CORRECTION, Status.COMMENT_ADDED, Status.PENDING_VERIFICATION
_STAFF = (Side.STAFF, Permission.TICKETS_WRITE)
_RECIPIENT = (Side.RECIPIENT, Permission.PORTAL)
_REWORK = (Effect.REWORK,)
_DONE = (Resolution.COMPLETED,)
_ENDED_EARLY = (Resolution.WITHDRAWN, Resolution.COMPLETED)

_C = TicketKind.CORRECTIVE
_CORRECTIVE = (
    Step(_C, _A.CREATE, _CREATED, _PENDING, *_STAFF, mails=Purpose.ASSIGNMENT),
    Step(_C, _A.CREATE_HELD, _CREATED, _HELD, *_STAFF),
    Step(_C, _A.SEND, (_HELD,), _PENDING, *_STAFF, is_automatic=True, mails=Purpose.ASSIGNMENT),
    Step(_C, _A.COMMENT, (_PENDING, _TO_VERIFY), _COMMENTED, *_RECIPIENT, notifies=Audience.STAFF),
    Step(_C, _A.REPLY, (_COMMENTED,), _PENDING, *_STAFF, mails=Purpose.REPLY),
    Step(
        _C, _A.COMPLETE, (_PENDING, _COMMENTED), _TO_VERIFY, *_RECIPIENT,
        effects=(Effect.COMPLETION,), notifies=Audience.STAFF,
    ),
    Step(
        _C, _A.RETURN, (_TO_VERIFY,), _PENDING, *_STAFF,
        needs_reason=True, effects=_REWORK, mails=Purpose.RETURN,
    ),
    Step(
        _C, _A.CLOSE, (_TO_VERIFY,), _CLOSED, *_STAFF,
        resolutions=_DONE, effects=(Effect.VERIFICATION,), mails=Purpose.CLOSE,
    ),
    Step(
        _C, _A.CLOSE, (_PENDING, _COMMENTED), _CLOSED, *_STAFF,
        needs_reason=True, resolutions=_ENDED_EARLY, mails=Purpose.CLOSE,
    ),
    # Never sent, so nobody outside has anything to hear.
    Step(_C, _A.CLOSE, (_HELD,), _CLOSED, *_STAFF, needs_reason=True, resolutions=_ENDED_EARLY),
    Step(_C, _A.REOPEN, (_CLOSED,), _PENDING, *_STAFF, needs_reason=True, effects=_REWORK, mails=Purpose.REOPEN),
)  # fmt: skip

_S = TicketKind.SUPPORT
_CHECKER = (Guard.CHECKER,)
_LEDGER = (Effect.REWORK, Effect.REWORK_ENTRY)
_SUPPORT = (
    Step(
        _S, _A.CREATE, _CREATED, _NEW, *_STAFF, is_automatic=True,
        effects=(Effect.ASSIGNMENT,), mails=Purpose.ASSIGNMENT, mails_to=Audience.INVOLVED,
    ),
    Step(
        _S, _A.CREATE, _CREATED, _NEW, *_RECIPIENT,
        effects=(Effect.ASSIGNMENT,), mails=Purpose.ASSIGNMENT, mails_to=Audience.INVOLVED,
    ),
    Step(_S, _A.START, (_NEW,), _OPEN, *_STAFF),
    Step(_S, _A.COMMENT, (_NEW, _OPEN, _TO_VERIFY), _COMMENTED, *_RECIPIENT, notifies=Audience.STAFF),
    Step(_S, _A.COMMENT, (_CLOSED,), _COMMENTED, *_RECIPIENT, effects=_LEDGER, notifies=Audience.STAFF),
    # The first staff reply starts the work.
    Step(_S, _A.REPLY, (_NEW,), _OPEN, *_STAFF, mails=Purpose.REPLY),
    Step(
        _S, _A.REPLY, (_COMMENTED,), _TO_VERIFY, *_STAFF,
        guards=(Guard.COMPLETION_STANDS,), mails=Purpose.REPLY,
    ),
    Step(
        _S, _A.REPLY, (_COMMENTED,), _OPEN, *_STAFF,
        guards=(Guard.NO_COMPLETION_STANDS,), mails=Purpose.REPLY,
    ),
    Step(
        _S, _A.COMPLETE, (_NEW, _OPEN, _COMMENTED), _TO_VERIFY, *_STAFF,
        guards=(Guard.REQUIRES_CHECK,), effects=(Effect.COMPLETION, Effect.CHECKER_APPOINTMENT),
        notifies=Audience.CHECKER,
    ),
    Step(
        _S, _A.RETURN, (_TO_VERIFY,), _OPEN, *_STAFF,
        guards=_CHECKER, needs_reason=True, effects=(*_LEDGER, Effect.WORKER_ASSIGNMENT),
        notifies=Audience.ASSIGNEE,
    ),
    Step(
        _S, _A.CLOSE, (_TO_VERIFY,), _CLOSED, *_STAFF,
        guards=_CHECKER, resolutions=_DONE, effects=(Effect.VERIFICATION,), mails=Purpose.CLOSE,
    ),
    Step(
        _S, _A.CLOSE, (_NEW, _OPEN, _COMMENTED), _CLOSED, *_STAFF,
        guards=(Guard.REQUIRES_NO_CHECK,), resolutions=_DONE, mails=Purpose.CLOSE,
    ),
    Step(_S, _A.REOPEN, (_CLOSED,), _OPEN, *_STAFF, needs_reason=True, effects=_LEDGER),
)  # fmt: skip

_T = TicketKind.TASK
_CREATOR = (Guard.CREATOR_OR_RECIPIENT,)
_ASKED = (Effect.CONTENT, Effect.INVITATION)
_TASK = (
    Step(_T, _A.CREATE, _CREATED, _OPEN, *_STAFF, effects=_ASKED, mails=Purpose.ASSIGNMENT),
    Step(_T, _A.CREATE_HELD, _CREATED, _HELD, *_STAFF),
    Step(_T, _A.SEND, (_HELD,), _OPEN, *_STAFF, effects=_ASKED, mails=Purpose.ASSIGNMENT),
    Step(_T, _A.COMMENT, (_OPEN,), _COMMENTED, *_RECIPIENT, notifies=Audience.STAFF),
    Step(_T, _A.REPLY, (_COMMENTED,), _OPEN, *_STAFF, mails=Purpose.REPLY),
    Step(
        _T, _A.CLOSE, (_OPEN, _COMMENTED), _CLOSED, *_STAFF,
        guards=_CREATOR, resolutions=_DONE, mails=Purpose.CLOSE, mails_to=Audience.INVOLVED,
    ),
    Step(
        _T, _A.CLOSE, (_OPEN, _COMMENTED), _CLOSED, *_RECIPIENT,
        resolutions=_DONE, mails=Purpose.CLOSE, mails_to=Audience.INVOLVED,
    ),
    Step(
        _T, _A.REOPEN, (_CLOSED,), _OPEN, *_STAFF,
        guards=_CREATOR, mails=Purpose.REOPEN, mails_to=Audience.INVOLVED,
    ),
    Step(_T, _A.REOPEN, (_CLOSED,), _OPEN, *_RECIPIENT, mails=Purpose.REOPEN, mails_to=Audience.INVOLVED),
)  # fmt: skip

STEPS: tuple[Step, ...] = _CORRECTIVE + _SUPPORT + _TASK
