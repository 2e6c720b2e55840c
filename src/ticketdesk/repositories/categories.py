"""Categories of support tickets."""

from ticketdesk.models.catalogue import categories
from ticketdesk.repositories.catalogue import CatalogueRepository
from ticketdesk.schemas.categories import Category


class CategoriesRepository(CatalogueRepository[Category]):
    """What support tickets are routed by."""

    table = categories
    shape = Category
