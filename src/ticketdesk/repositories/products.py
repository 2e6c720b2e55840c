"""Products."""

from ticketdesk.models.catalogue import products
from ticketdesk.repositories.catalogue import CatalogueRepository
from ticketdesk.schemas.products import Product


class ProductsRepository(CatalogueRepository[Product]):
    """What support tickets are about."""

    table = products
    shape = Product
