"""Show the table of steps that the product itself goes by."""

from typing import Literal

from ticketdesk.domain.attention import BY_STATUS
from ticketdesk.domain.ticket_workflow import STEPS, Status, TicketKind, color, label, statuses
from ticketdesk.schemas.workflows import Workflow, WorkflowList, WorkflowStatus, WorkflowStep


def show() -> WorkflowList:
    """Return statuses with labels and colours, and every step, for each kind of ticket."""
    return WorkflowList(items=[_workflow(kind) for kind in TicketKind])


def _attention(status: Status) -> Literal["yes", "no", "while_unassigned"]:
    if status is Status.NEW:
        return "while_unassigned"
    return "yes" if status in BY_STATUS else "no"


def _workflow(kind: TicketKind) -> Workflow:
    shown = [
        WorkflowStatus(
            status=status, label=label(kind, status), color=color(status), needs_attention=_attention(status)
        )
        for status in statuses(kind)
    ]
    steps = [
        WorkflowStep(
            action=step.action,
            from_statuses=list(step.sources),
            to_status=step.target,
            side="staff" if step.side == "staff" else "recipient",
            permission=step.permission.value,
            needs_reason=step.needs_reason,
            conditions=list(step.guards),
            resolutions=list(step.resolutions),
        )
        for step in STEPS
        if step.kind is kind
    ]
    return Workflow(kind=kind, statuses=shown, steps=steps)
