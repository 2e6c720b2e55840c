"""Which statements reach the database: how many round trips something takes is part of what it promises."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from ticketdesk.bootstrap import Resources


@contextmanager
def noted_statements(resources: Resources) -> Iterator[list[str]]:
    """Fill the yielded list with every statement that is executed meanwhile."""
    noted: list[str] = []

    def note(*call: Any) -> None:
        noted.append(call[2])

    event.listen(resources.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield noted
    finally:
        event.remove(resources.engine.sync_engine, "before_cursor_execute", note)
