"""Writes that may meet a value which is somebody else's: the database decides, and a lost race leaves no trace."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.exc import IntegrityError

from ticketdesk.repositories.connections import Connection, sqlstate

UNIQUE_VIOLATION = "23505"  # SQLSTATE, PostgreSQL manual, appendix A
# A statement, and the parameters of its rows where it is run for many.
Write = tuple[Executable, list[dict[str, Any]] | None]


async def unless_taken(connection: Connection, writes: Iterable[Write]) -> bool:
    """Run ``writes`` all or not at all; false when one would have doubled a unique value.

    Waits for other transactions that are writing the same value. The transaction goes on in either case.
    """
    try:
        async with connection.savepoint():
            for statement, rows in writes:
                await connection.execute(statement, rows)
    except IntegrityError as error:
        if sqlstate(error) != UNIQUE_VIOLATION:
            raise
        return False
    return True
