"""The workflow as a picture: Mermaid state diagrams generated from the table of steps, so that they cannot drift."""

from ticketdesk.domain.ticket_actions import Step
from ticketdesk.domain.ticket_statuses import TicketKind, label, statuses
from ticketdesk.domain.ticket_steps import STEPS

BEGIN = "<!-- workflow:begin -->"
END = "<!-- workflow:end -->"
_OUTSIDE = "[*]"


def mermaid(kind: TicketKind) -> str:
    """Return the state diagram of ``kind`` as Mermaid text without a fence.

    Every row of the table is one arrow per source, labelled with action and side; parallel arrows share a line. A
    status carries its label only where that says something else than its name.
    """
    steps = [step for step in STEPS if step.kind is kind]
    arrows = [f"    {ends}: {' / '.join(labels)}" for ends, labels in _arrows(steps).items()]
    return "\n".join(["stateDiagram-v2", *_renamed(kind), *arrows])


def section() -> str:
    """Return the diagrams of all kinds with their markers, as ARCHITECTURE.md holds them."""
    parts = [f"**{kind.value.capitalize()}**\n```mermaid\n{mermaid(kind)}\n```" for kind in TicketKind]
    return "\n".join([BEGIN, *parts, END])


def _renamed(kind: TicketKind) -> list[str]:
    used = {step.target for step in STEPS if step.kind is kind}
    labels = [(status.value, label(kind, status)) for status in statuses(kind) if status in used]
    return [f'    state "{text}" as {name}' for name, text in labels if text != name.replace("_", " ").title()]


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
