"""The reporting taxonomy."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.models.monitored_items import violation_categories as categories
from ticketdesk.repositories.base import Repository, new_id
from ticketdesk.repositories.keyset import collect, one_page
from ticketdesk.repositories.uniqueness import unless_taken
from ticketdesk.schemas.violation_categories import ViolationCategory, ViolationCategoryCreate


class ViolationCategoriesRepository(Repository):
    """Names are unique; the database decides between two that are written at once."""

    async def find(self, category_id: UUID) -> ViolationCategory | None:
        """Return the category."""
        row = await self._one(select(categories).where(categories.c.id == category_id))
        return ViolationCategory.model_construct(**row) if row else None

    async def lock(self, category_id: UUID) -> ViolationCategory | None:
        """Return the category and keep others from changing it."""
        row = await self._one(select(categories).where(categories.c.id == category_id).with_for_update())
        return ViolationCategory.model_construct(**row) if row else None

    async def list(self, request: PageRequest, *, is_active: bool | None) -> Page[ViolationCategory]:
        """Return a page of categories, with ``is_active`` only those that are, or are not."""
        statement = select(categories)
        if is_active is not None:
            statement = statement.where(categories.c.is_active == is_active)
        rows = await self._all(one_page(statement, categories.c.created_at, categories.c.id, request))
        return collect(rows, request, lambda row: ViolationCategory.model_construct(**row))

    async def known(self, ids: Collection[UUID]) -> Collection[UUID]:
        """Return those of ``ids`` that are categories, active or not."""
        rows = await self._all(select(categories.c.id).where(categories.c.id.in_(ids))) if ids else ()
        return {row["id"] for row in rows}

    async def active(self) -> Sequence[ViolationCategory]:
        """Return the categories that may be put on new tickets, oldest first."""
        statement = select(categories).where(categories.c.is_active)
        rows = await self._all(statement.order_by(categories.c.created_at, categories.c.id))
        return [ViolationCategory.model_construct(**row) for row in rows]

    async def add(self, data: ViolationCategoryCreate, now: datetime) -> UUID | None:
        """Insert a category and return its id, ``None`` when the name is taken."""
        category_id = new_id()
        values = data.model_dump() | {"id": category_id, "created_at": now, "updated_at": now}
        is_added = await self._execute(insert(categories).values(values).on_conflict_do_nothing())
        return category_id if is_added else None

    async def save(self, category: ViolationCategory, now: datetime) -> bool:
        """Write back a category that this transaction has locked; false when the name is taken."""
        values = category.model_dump(exclude={"id", "created_at"}) | {"updated_at": now}
        statement = update(categories).where(categories.c.id == category.id).values(values)
        return await unless_taken(self._connection, [(statement, None)])
