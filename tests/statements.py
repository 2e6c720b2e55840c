"""Which statements reach the database: how many round trips something takes is part of what it promises."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event

from ticketdesk.bootstrap import Resources


@asynccontextmanager
async def noted_statements(resources: Resources) -> AsyncIterator[list[str]]:
    """Fill the yielded list with every round trip of the units of work that are opened meanwhile, BEGIN included."""
    noted: list[str] = []
    drivers: set[Any] = set()

    def note(record: Any) -> None:
        noted.append(record.query)

    def listen(adapted: Any, *_others: Any) -> None:
        if adapted.driver_connection not in drivers:
            drivers.add(adapted.driver_connection)
            adapted.driver_connection.add_query_logger(note)

    def note_composed(*call: Any) -> None:
        noted.append(call[2])

    # Those that lie ready are lent without Core's knowledge.
    for ready in resources.pool._ready:
        listen(ready)
    engine = resources.engine.sync_engine
    event.listen(engine, "checkout", listen)
    # Core prepares its statements itself, and of those the driver's log says nothing.
    event.listen(engine, "before_cursor_execute", note_composed)
    try:
        yield noted
        # The driver tells of a statement in the loop's next turn.
        await asyncio.sleep(0)
    finally:
        event.remove(engine, "checkout", listen)
        event.remove(engine, "before_cursor_execute", note_composed)
        for driver in drivers:
            driver.remove_query_logger(note)
