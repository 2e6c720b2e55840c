from pathlib import Path

import pytest

from ticketdesk.domain.ticket_workflow import STEPS, TicketKind
from ticketdesk.domain.workflow_diagram import BEGIN, END, mermaid, section

ARCHITECTURE = Path(__file__).parents[2] / "ARCHITECTURE.md"


def test_the_architecture_document_shows_the_table_as_it_is() -> None:
    text = ARCHITECTURE.read_text(encoding="utf-8")
    shown = text[text.index(BEGIN) : text.index(END) + len(END)]
    assert shown == section(), "paste the output of workflow_diagram.section() between the markers"


@pytest.mark.parametrize("kind", TicketKind)
def test_every_row_is_an_arrow(kind: TicketKind) -> None:
    lines = mermaid(kind).splitlines()
    for step in STEPS:
        if step.kind is not kind:
            continue
        for source in [status.value for status in step.sources] or ["[*]"]:
            arrow = next(line for line in lines if line.startswith(f"    {source} --> {step.target.value}: "))
            assert f"{step.action.value} ({step.side.value}" in arrow


def test_the_diagram_of_a_task_reads_as_expected() -> None:
    assert mermaid(TicketKind.TASK) == (
        "stateDiagram-v2\n"
        '    state "Draft" as send_later\n'
        "    [*] --> open: create (staff)\n"
        "    [*] --> send_later: create_held (staff)\n"
        "    send_later --> open: send (staff)\n"
        "    open --> comment_added: comment (recipient)\n"
        "    comment_added --> open: reply (staff)\n"
        "    open --> closed: close (staff, creator or recipient) / close (recipient)\n"
        "    comment_added --> closed: close (staff, creator or recipient) / close (recipient)\n"
        "    closed --> open: reopen (staff, creator or recipient) / reopen (recipient)"
    )
