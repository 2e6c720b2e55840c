"""Takes the rows of one test out of its database, so that the next need not wait for a new one."""

from typing import Self

import asyncpg
from sqlalchemy import URL

# The only table with rows in a migrated database, as ``test_database.py`` shows.
_KEPT = "alembic_version"

# Whatever is beyond rows shows in these: a table, a function, a trigger made, changed or dropped.
_CATALOGUES = ("pg_class", "pg_attribute", "pg_constraint", "pg_proc", "pg_trigger")

# Deleted rows keep their room, since nobody vacuums here, and plans go by the size of tables.
_MOST_BYTES = 1024**2

_SHAPE = f"SELECT ARRAY[{', '.join(f'(SELECT count(*) FROM {name})' for name in _CATALOGUES)}]"

# $1 is the first transaction that counts as new: the younger a row, the lower its age.
_NEW = " UNION ALL ".join(
    f"SELECT FROM {name} WHERE age(xmin) <= age($1::text::xid8::xid)" for name in (*_CATALOGUES, _KEPT)
)
_USED = f"""
    SELECT oid::regclass::text AS name, pg_relation_size(oid) AS bytes FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> '{_KEPT}' AND pg_relation_size(oid) > 0
"""
_LOOK = f"""
    WITH used AS ({_USED})
    SELECT NOT EXISTS ({_NEW})
           AND (SELECT count(*) FILTER (WHERE xmax = 0) = 1 AND count(*) = 1 FROM {_KEPT})
           AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
                           AND pid <> pg_backend_pid() AND (pid <> ALL ($2) OR xact_start IS NOT NULL))
           AS has_only_rows,
           coalesce((SELECT sum(bytes) FROM used), 0) AS bytes,
           coalesce((SELECT array_agg(name) FROM used), '{{}}') AS names
"""
_COUNT_ANEW = "SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence"


class Wiper:
    """Connected to one database, as a role that no trigger and no foreign key holds back."""

    def __init__(self, connection: asyncpg.Connection, shape: list[int]) -> None:
        self._connection = connection
        self._shape = shape

    @classmethod
    async def connect(cls, url: URL) -> Self:
        """Connect to a database that is as it was made."""
        connection = await asyncpg.connect(
            url.set(drivername="postgresql").render_as_string(hide_password=False),
            server_settings={"session_replication_role": "replica", "lock_timeout": "1000"},
        )
        return cls(connection, await connection.fetchval(_SHAPE))

    async def wipe(self, since: int, regulars: set[int]) -> bool:
        """Delete the rows that were not there in the beginning, and tell whether all is now as it was.

        Deletes nothing if anything but rows was changed by transaction ``since`` or a later one, if somebody is
        connected who is not among ``regulars``, if one of those is in a transaction, or if too much was written.
        """
        if await self._connection.fetchval(_SHAPE) != self._shape:
            return False
        found = await self._connection.fetchrow(_LOOK, str(since), list(regulars))
        if not found["has_only_rows"] or found["bytes"] > _MOST_BYTES:
            return False
        deletions = [f"DELETE FROM {name}" for name in found["names"]]
        await self._connection.execute("; ".join([*deletions, _COUNT_ANEW]))
        return True

    async def close(self) -> None:
        """Disconnect."""
        await self._connection.close()
