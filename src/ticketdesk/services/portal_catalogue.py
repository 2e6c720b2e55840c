"""What a client's request can be for, so that a form can be drawn."""

from ticketdesk.domain.paging import Page, PageRequest
from ticketdesk.repositories.unit_of_work import UnitOfWork
from ticketdesk.schemas.portal import PortalChoice


async def categories(uow: UnitOfWork, request: PageRequest) -> Page[PortalChoice]:
    """Return a page of the categories in use."""
    return await uow.portal_catalogue.categories(request)


async def products(uow: UnitOfWork, request: PageRequest) -> Page[PortalChoice]:
    """Return a page of the products in use."""
    return await uow.portal_catalogue.products(request)
