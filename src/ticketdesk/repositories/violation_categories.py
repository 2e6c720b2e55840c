"""The reporting taxonomy."""

from collections.abc import Sequence

from sqlalchemy import select

from ticketdesk.models.monitored_items import violation_categories as categories
from ticketdesk.repositories.catalogue import CatalogueRepository
from ticketdesk.schemas.violation_categories import ViolationCategory


class ViolationCategoriesRepository(CatalogueRepository[ViolationCategory]):
    """What reports count by."""

    table = categories
    shape = ViolationCategory

    async def active(self) -> Sequence[ViolationCategory]:
        """Return the categories that may be put on new tickets, oldest first."""
        statement = select(categories).where(categories.c.is_active)
        rows = await self._all(statement.order_by(categories.c.created_at, categories.c.id))
        return [ViolationCategory.model_validate(row) for row in rows]
