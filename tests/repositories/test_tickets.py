from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ticketdesk.domain.ticket_workflow import Status, TicketKind
from ticketdesk.repositories.tickets import TicketRecord

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TICKET = TicketRecord(
    kind=TicketKind.SUPPORT, title="Fees", description="", status=Status.NEW, priority="normal",
    created_at=NOW, updated_at=NOW, last_update_at=NOW, last_update_by="Dana", last_update_kind="created",
)  # fmt: skip


@pytest.mark.parametrize("name", [field.name for field in fields(TicketRecord)])
def test_a_ticket_with_another_column_is_the_ticket_with_that_replaced(name: str) -> None:
    other: Any = object()
    changed = TICKET.with_columns(**{name: other})
    assert changed == replace(TICKET, **{name: other})
    assert getattr(TICKET, name) is not other


def test_a_ticket_has_no_other_columns() -> None:
    with pytest.raises(TypeError, match="assigne_id"):
        TICKET.with_columns(assigne_id=None)
