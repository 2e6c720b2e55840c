"""The workflow as a picture: Mermaid state diagrams generated from the table of steps, so that they cannot drift."""

from ticketdesk.domain.ticket_actions import Step
from ticketdesk.domain.ticket_statuses import Status, TicketKind, label
from ticketdesk.domain.ticket_steps import STEPS

BEGIN = "<!-- workflow:begin -->"
END = "<!-- workflow:end -->"
_OUTSIDE = "[*]"


def mermaid(kind: TicketKind) -> str:
    """Return the state diagram of ``kind`` as Mermaid text without a fence.

    Every row of the table is one arrow per source, labelled with action and side; parallel arrows share a line.
    """
    steps = [step for step in STEPS if step.kind is kind]
    used = {step.target for step in steps} | {source for step in steps for source in step.sources}
    states = [f'    state "{label(kind, status)}" as {status.value}' for status in Status if status in used]
    arrows = [f"    {ends}: {' / '.join(labels)}" for ends, labels in _arrows(steps).items()]
    return "\n".join(["stateDiagram-v2", *states, *arrows])


def section() -> str:
    """Return the diagrams of all kinds with their markers, as ARCHITECTURE.md holds them."""
    parts = [f"### {kind.value.capitalize()}\n\n```mermaid\n{mermaid(kind)}\n```\n" for kind in TicketKind]
    return "\n".join([BEGIN, "", *parts, END])


def _arrows(steps: list[Step]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for step in steps:
        for source in [status.value for status in step.sources] or [_OUTSIDE]:
            labels = found.setdefault(f"{source} --> {step.target.value}", [])
            text = _describe(step)
            if text not in labels:
                labels.append(text)
    return found


def _describe(step: Step) -> str:
    side = f"{step.side.value} or system" if step.is_automatic else step.side.value
    conditions = [guard.value.replace("_", " ") for guard in step.guards]
    return f"{step.action.value} ({', '.join([side, *conditions])})"
