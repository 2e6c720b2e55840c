"""How every kind of catalogue entry is read and written."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Table, select, update
from sqlalchemy.dialects.postgresql import insert

from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.keyset import collect, one_page
from ticketdesk.repositories.search import contains
from ticketdesk.repositories.uniqueness import unless_taken
from ticketdesk.schemas.catalogue import CatalogueEntry, CatalogueQuery

Entry = TypeVar("Entry", bound=CatalogueEntry)


class CatalogueRepository(Repository, Generic[Entry]):
    """Base for one table whose columns are the fields of one shape.

    Names are unique; the database decides between two that are written at once.
    """

    table: Table
    shape: type[Entry]

    async def find(self, entry_id: UUID) -> Entry | None:
        """Return the entry."""
        row = await self._one(select(self.table).where(self.table.c.id == entry_id))
        return self.shape.model_validate(row) if row else None

    async def lock(self, entry_id: UUID) -> Entry | None:
        """Return the entry and keep others from changing it."""
        row = await self._one(select(self.table).where(self.table.c.id == entry_id).with_for_update(key_share=True))
        return self.shape.model_validate(row) if row else None

    async def search(self, query: CatalogueQuery, request: PageRequest) -> Page[Entry]:
        """Return a page of the entries that match."""
        columns, statement = self.table.c, select(self.table)
        if query.is_active is not None:
            statement = statement.where(columns.is_active == query.is_active)
        if query.q is not None:
            statement = statement.where(contains(columns.name, query.q))
        rows = await self._all(one_page(statement, columns.created_at, columns.id, request))
        return collect(rows, request, self.shape.model_validate)

    async def known(self, ids: Collection[UUID]) -> Collection[UUID]:
        """Return those of ``ids`` that are entries, active or not."""
        rows = await self._all(select(self.table.c.id).where(self.table.c.id.in_(ids))) if ids else ()
        return {row["id"] for row in rows}

    async def add(self, values: Mapping[str, Any], now: datetime) -> UUID | None:
        """Insert an active entry and return its id, ``None`` when the name is taken."""
        entry_id = new_id()
        row = {**values, "id": entry_id, "created_at": now, "updated_at": now}
        is_added = await self._execute(insert(self.table).values(row).on_conflict_do_nothing())
        return entry_id if is_added else None

    async def save(self, entry: Entry, now: datetime) -> bool:
        """Write back an entry that this transaction has locked; false when the name is taken."""
        values = entry.model_dump(exclude={"id", "created_at"}) | {"updated_at": now}
        statement = update(self.table).where(self.table.c.id == entry.id).values(values)
        return await unless_taken(self._connection, [(statement, None)])
