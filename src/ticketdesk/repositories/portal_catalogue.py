"""What clients may choose from when they ask for something."""

from typing import Any

from sqlalchemy import Table, select

from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.models.catalogue import categories, products
from ticketdesk.repositories.base import Repository
from ticketdesk.repositories.keyset import collect, one_page
from ticketdesk.repositories.statements import Row
from ticketdesk.schemas.portal import PortalChoice


class PortalCatalogueRepository(Repository):
    """Names of what is in use, and nothing of how the desk routes by it."""

    async def categories(self, request: PageRequest) -> Page[PortalChoice]:
        """Return a page of the categories that take tickets."""
        return await self._page(categories, request)

    async def products(self, request: PageRequest) -> Page[PortalChoice]:
        """Return a page of the products that take tickets."""
        return await self._page(products, request)

    async def _page(self, table: Table, request: PageRequest) -> Page[PortalChoice]:
        c: Any = table.c
        statement = select(c.id, c.name, c.created_at).where(c.is_active)
        return collect(await self._all(one_page(statement, c.created_at, c.id, request)), request, _choice)


def _choice(row: Row) -> PortalChoice:
    return PortalChoice(id=row["id"], name=row["name"])
